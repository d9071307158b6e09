import { flows } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

export const cancelFlow: UserAction<{ readonly runId: string }> = {
  name: 'cancel-flow',
  run: async ({ runId }) => {
    const by = await asker();
    if (!by) return;
    await send('flows.cancel', { ...by, runId });
    await flows.reload();
  },
};
