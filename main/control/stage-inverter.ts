import { addedW, ageOf, mayRun, reservesOf, sumW } from './predicted-power.ts';
import { isAutomated, passed, refused, type Stage, takesAway } from './stage.ts';
import { throttled } from './stage-import.ts';
import { isFresh } from './stages-permission.ts';
import { sayPower } from './words.ts';

/** The house may draw what the inverter carries and what the grid may add: off the grid the inverter carries all of it. */
export const inverterStage: Stage = {
  name: 'inverter',
  judge: (context) => {
    const { proposal, snapshot } = context;
    const { channel, live, at, settings, others, surroundings } = snapshot;
    const rating = surroundings?.safety.inverterMaxW ?? null;
    if (rating === null) return passed('NO_INVERTER_RATING', 'Nobody typed what the inverter carries.');
    const added = addedW(context);
    const { role } = channel.config;
    // What goes into the battery does not pass to the loads.
    if (takesAway(proposal.origin) || role === 'battery' || role === 'grid' || added === null || added <= 0)
      return passed('LOAD_NOT_RAISED', 'This does not raise the load of the house.');
    const limit = rating + settings.maxGridImportW;
    const known = isFresh(live.loadW, at) ? live.loadW.value : null;
    if (known === null && isAutomated(proposal.origin))
      return refused('LOAD_UNKNOWN', 'Nobody knows what the house draws, so automation adds nothing to it.');
    const before =
      known === null ? sumW(mayRun(others)) : known + sumW(reservesOf(others, ageOf(live.loadW.measuredAt, at)));
    const after = before + added;
    if (after <= limit)
      return passed('LOAD_WITHIN_RATING', `The house would draw ${sayPower(after)} of ${sayPower(limit)}.`);
    const why = `The house would draw ${sayPower(after)}, more than the ${sayPower(limit)} of inverter and grid together.`;
    return throttled(context, after - limit, 'LOAD_THROTTLED', why) ?? refused('INVERTER_LIMIT', why);
  },
};
