import { devices, overview } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

/** Asks once more for what was not confirmed. */
export const retry: UserAction<{ readonly actionId: string }> = {
  name: 'retry',
  run: async ({ actionId }, surface) => {
    const by = await asker();
    if (!by) return;
    await send('control.retry', { ...by, actionId, surface });
    await Promise.all([devices.reload(), overview.reload()]);
  },
};
