import { proposals } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

export const approve: UserAction<{ readonly proposalId: string }> = {
  name: 'approve',
  run: async ({ proposalId }, surface) => {
    const by = await asker();
    if (!by) return;
    await send('control.approve', { ...by, proposalId, surface });
    await proposals.reload();
  },
};
