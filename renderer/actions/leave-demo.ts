import type { Problem } from '../../preload/contract/base.ts';
import { bridge } from '../state/bridge.ts';
import { status } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, type UserAction } from './action.ts';

export interface OwnHome {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  readonly currency: string;
  /** Told what is wrong with a field, so that the form can say it in its place. */
  readonly onProblem: (problem: Problem) => void;
}

/** Sets up the person's own home and leaves the demo, which goes with all that was its own. */
export const leaveDemo: UserAction<OwnHome> = {
  name: 'leave-demo',
  run: async ({ onProblem, ...home }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('site.leaveDemo', { ...home, who: by.who }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    await status.reload();
    // The page stays where the person is: they may have gone on while the demo was being taken down.
    say(`${home.name} is set up. Add its devices in Settings.`);
  },
};

/** Changes name, place, clock or currency of the person's own home. */
export const editHome: UserAction<OwnHome> = {
  name: 'edit-home',
  run: async ({ onProblem, ...home }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('site.edit', { ...home, ...by }, crypto.randomUUID());
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    await status.reload();
    say(`${home.name} is saved.`);
  },
};
