import { status } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

/** Writes down why it was stopped. */
export const explainStop: UserAction<{ readonly why: string }> = {
  name: 'explain-stop',
  run: async ({ why }, surface) => {
    const by = await asker();
    if (!by) return;
    const stopped = await send('stop.explain', { ...by, why, surface });
    if (stopped) status.patch((value) => ({ ...value, stop: stopped }));
  },
};
