import type { Problem } from '../../preload/contract/base.ts';
import type { PresenceSettings } from '../../preload/contract/presence.ts';
import { bridge } from '../state/bridge.ts';
import { presence } from '../state/house.ts';
import { asker, type UserAction } from './action.ts';

/** Shows the home in Home Assistant through a broker, or no longer. A password left out stays as it is, null removes it. */
export const setPresence: UserAction<{
  readonly settings: PresenceSettings;
  readonly password: string | null | undefined;
  readonly onSaved: () => void;
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'set-presence',
  run: async ({ settings, password, onSaved, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command(
      'presence.set',
      { who: by.who, settings, ...(password === undefined ? {} : { password }) },
      crypto.randomUUID(),
    );
    if (!reply.ok) {
      onProblem(reply.problem);
      return;
    }
    await presence.reload();
    onSaved();
  },
};
