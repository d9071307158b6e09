import type { Problem } from '../../preload/contract/base.ts';
import { bridge } from '../state/bridge.ts';
import { status } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { goTo } from '../state/ui.ts';
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

/** Sets up the person's own home and leaves the demo; the demo stays in the list of sites. */
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
    say(`${home.name} is set up. Add its devices in Settings.`);
    goTo('settings');
  },
};
