import { localTime } from '../zone.ts';
import { addedW } from './predicted-power.ts';
import { isAutomated, passed, refused, rulesOf, type Stage, type StageContext, takesAway } from './stage.ts';
import { isFresh } from './stages-permission.ts';
import type { Surroundings } from './types.ts';
import { sayPct } from './words.ts';

const HOUR_MS = 3_600_000;
/** Further ahead sun and prices will have been forecast anew, and a plan looks after the night. */
const HORIZON_MS = 6 * HOUR_MS;
/** What automation asks for when it does not say for how long. */
const USUAL_LEASE_MS = 900_000;

/** What the wish takes out of the battery, W: a load beyond what is exported now, or a discharge. 0 where nothing. */
const drawnW = (context: StageContext): number => {
  const { snapshot, value } = context;
  const { channel, live, at } = snapshot;
  const { role } = channel.config;
  if (role === 'battery' && channel.control.kind === 'number' && channel.control.unit === 'W')
    return typeof value === 'number' && value < 0 ? -value : 0;
  if (role === 'battery' || role === 'grid' || role === 'pv') return 0;
  const added = addedW(context) ?? 0;
  const exportW = isFresh(live.gridW, at) ? Math.max(0, -(live.gridW.value ?? 0)) : 0;
  return Math.max(0, added - exportW);
};

interface Lowest {
  readonly socPct: number;
  readonly at: number;
}

/** The lowest level of the poor case within the horizon once the wish is carried out, % and when; null without a step. */
const lowestOf = (
  path: NonNullable<Surroundings['poorSoc']>,
  at: number,
  drawn: (at: number) => number,
): Lowest | null =>
  path.socPct.reduce<Lowest | null>((lowest, socPct, index) => {
    const then = path.from + index * path.stepMs;
    if (then <= at || then > at + HORIZON_MS) return lowest;
    const left = Math.max(0, socPct - drawn(then));
    return lowest === null || left < lowest.socPct ? { socPct: left, at: then } : lowest;
  }, null);

/** The battery's path over the next hours in the poor case: automation starts nothing that takes it below the minimum. */
export const outlookStage: Stage = {
  name: 'outlook',
  judge: (context) => {
    const { proposal, snapshot } = context;
    const { settings, channel, at, surroundings } = snapshot;
    const capacityKwh = settings.batteryCapacityKwh;
    const path = surroundings?.poorSoc ?? null;
    if (takesAway(proposal.origin)) return passed('TAKES_AWAY', 'This only takes power away.');
    const powerW = drawnW(context);
    if (powerW <= 0) return passed('BATTERY_NOT_DRAWN', 'This takes nothing out of the battery.');
    if (path === null || capacityKwh === null || capacityKwh === 0)
      return passed('NO_OUTLOOK', 'There is no forecast of the battery to look ahead with.');
    const spanMs = Math.max(rulesOf(channel).minOnMs, proposal.leaseMs ?? USUAL_LEASE_MS);
    const drawn = (then: number): number =>
      ((powerW / 1000) * (Math.min(spanMs, then - at) / HOUR_MS) * 100) / capacityKwh;
    const lowest = lowestOf(path, at, drawn);
    if (lowest === null) return passed('NO_OUTLOOK', 'The forecast of the battery does not reach into the next hours.');
    const local = localTime(lowest.at, surroundings?.local.timeZone ?? 'UTC');
    const said = `The battery would be at ${sayPct(lowest.socPct)} at ${local} in a poor case`;
    const floorPct = Math.max(settings.minimumSocPct, settings.criticalSocPct);
    if (lowest.socPct >= floorPct) return passed('OUTLOOK_GOOD', `${said}.`);
    return isAutomated(proposal.origin)
      ? refused('SOC_OUTLOOK', `${said}, below the minimum of ${sayPct(floorPct)}.`)
      : passed('SOC_OUTLOOK', `${said}, below the minimum of ${sayPct(floorPct)}; a person decides.`);
  },
};
