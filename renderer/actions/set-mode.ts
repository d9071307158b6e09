import type { Mode } from '../../preload/contract/base.ts';
import { status } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

export const MODE_LABELS: Readonly<Record<Mode, string>> = {
  watch: 'Watch',
  suggest: 'Suggest',
  automate: 'Automate',
};
export const MODE_MEANINGS: Readonly<Record<Mode, string>> = {
  watch: 'It looks, and switches nothing.',
  suggest: 'It asks before each action.',
  automate: 'It acts by itself inside the limits.',
};

export const setMode: UserAction<{ readonly mode: Mode }> = {
  name: 'set-mode',
  run: async ({ mode }, surface) => {
    const by = await asker();
    if (!by) return;
    const done = await send('mode.set', { ...by, mode, surface });
    if (!done) return;
    status.patch((value) => ({ ...value, mode }));
    say(`${MODE_LABELS[mode]}. ${MODE_MEANINGS[mode]}`);
  },
};
