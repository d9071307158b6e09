import { proposals } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

export const deny: UserAction<{ readonly proposalId: string }> = {
  name: 'deny',
  run: async ({ proposalId }, surface) => {
    const by = await asker();
    if (!by) return;
    await send('control.deny', { ...by, proposalId, surface });
    await proposals.reload();
  },
};
