import { bridge } from '../state/bridge.ts';
import { currentSiteId, status } from '../state/house.ts';
import { sayProblem } from '../state/notes.ts';
import { usePerson } from '../state/person.ts';
import type { UserAction } from './action.ts';

/** Who is written down where nobody has given a name yet: a stop asks nothing first. */
const UNNAMED = 'someone at this window';

const NOT_SENT = {
  message: 'STOP was not sent: the center is not reached.',
  advice: 'Switch the loads off by hand, or press STOP at the machine that runs the center.',
};

/** Stops everything at once, without a question; the reason and a name can be given after. */
export const stop: UserAction<Record<string, never>> = {
  name: 'stop',
  run: async (_args, surface) => {
    const siteId = currentSiteId();
    if (siteId === null) {
      sayProblem(NOT_SENT);
      return;
    }
    if (status.use.getState().value?.stop) return;
    const who = usePerson.getState().name ?? UNNAMED;
    const reply = await bridge().command('stop.activate', { siteId, who, surface }, crypto.randomUUID());
    if (reply.ok) status.patch((value) => ({ ...value, stop: reply.value }));
    else sayProblem(reply.problem.code === 'not-connected' ? NOT_SENT : reply.problem);
  },
};
