import type { Problem } from '../../preload/contract/base.ts';
import type { Safety } from '../../preload/contract/safety.ts';
import { bridge } from '../state/bridge.ts';
import { safety, settingsAudit } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

/** The whole envelope at once; what is unsafe is refused field by field and nothing changes. */
export const saveSafety: UserAction<{
  readonly safety: Safety;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'save-safety',
  run: async ({ safety: wanted, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('safety.set', { ...by, safety: wanted }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    say('Saved. It holds from the next decision on.');
    onSaved();
    await Promise.all([safety.reload(), settingsAudit.reload()]);
  },
};

/** Goes through the emergency stop without switching anything. */
export const drill: UserAction<Record<string, never>> = {
  name: 'drill',
  run: async (_args, surface) => {
    const by = await asker();
    if (!by) return;
    const done = await send('stop.drill', { ...by, surface });
    if (done) say(done.sentence);
    await safety.reload();
  },
};
