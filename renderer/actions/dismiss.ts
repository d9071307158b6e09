import { devices, overview } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

/** Puts away the notice of an action that was not confirmed; the log keeps it. */
export const dismiss: UserAction<{ readonly actionId: string }> = {
  name: 'dismiss',
  run: async ({ actionId }) => {
    const by = await asker();
    if (!by) return;
    await send('control.dismiss', { ...by, actionId });
    await Promise.all([devices.reload(), overview.reload()]);
  },
};
