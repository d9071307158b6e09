import { flowRuns, flows } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

export const runFlow: UserAction<{ readonly flow: string; readonly label: string }> = {
  name: 'run-flow',
  run: async ({ flow, label }) => {
    const by = await asker();
    if (!by) return;
    const started = await send('flows.run', { ...by, flow });
    if (started) say(`${label} started.`);
    await Promise.all([flows.reload(), flowRuns.reload()]);
  },
};
