import type { SiteId } from '../../ids.ts';
import type { Store } from '../../store/types.ts';
import { chargeAdvice, stormAdvice } from './battery-advice.ts';
import type { Found } from './found.ts';
import { quartersOf } from './measured-day.ts';
import { atOf, type Outlook } from './outlook.ts';
import { peakAdvice } from './peak-advice.ts';
import { ANY_MACHINE, MOVABLE_ROLES, type Movable, typicalRunOf } from './runs.ts';
import { shiftOf } from './shifts.ts';
import { surplusAdvice } from './surplus-advice.ts';
import { inSentence } from './words.ts';

const DAY_MS = 24 * 3_600_000;
const QUARTER_MS = 15 * 60_000;
/** Habits are those of four weeks. */
const HABIT_MS = 28 * DAY_MS;
/** What drew power this lately runs. */
const JUST_NOW_MS = 2 * QUARTER_MS;
const RUNS_FROM_W = 30;

/** The loads of a home that somebody starts, as their past shows them; those that run now are left alone. */
export const movablesOf = (
  store: Pick<Store, 'devices' | 'series' | 'rollups'>,
  siteId: SiteId,
  zone: string,
  now: number,
): readonly Movable[] =>
  store.devices.list(siteId).flatMap((device) =>
    device.channels.flatMap(({ channelId, role, use, name }): readonly Movable[] => {
      if (!MOVABLE_ROLES.has(role) || use !== 'primary') return [];
      const key = { siteId, deviceId: device.id, channelId, metric: 'powerW' } as const;
      const quarters = [...quartersOf(store, key, now - HABIT_MS, now).values()].map(({ at, mean }) => ({
        at,
        meanW: mean,
      }));
      const runs = quarters.some(({ at, meanW }) => at >= now - JUST_NOW_MS - QUARTER_MS && meanW > RUNS_FROM_W);
      const run = runs ? null : typicalRunOf(quarters, zone);
      const load = { deviceId: device.id, channelId };
      return run === null ? [] : [{ load, laneId: `${device.id}/${channelId}`, name: inSentence(name), run }];
    }),
  );

/**
 * All advice that the outlook gives. Where the plan steers the battery it shaves peaks, charges and keeps the reserve by
 * itself, so that nobody is asked to. A home without a load of its own is told of any machine, unless it is told of the sun.
 */
export const findAdvice = (input: {
  readonly outlook: Outlook;
  readonly movables: readonly Movable[];
  readonly windMs: (at: number) => number | null;
  readonly beforeStormPct: number | null;
  readonly planActs: boolean;
}): readonly Found[] => {
  const { outlook, movables, planActs } = input;
  const steersBattery = planActs && outlook.battery !== null;
  const surplus = surplusAdvice(outlook);
  const machines = movables.length > 0 || surplus !== null ? movables : [ANY_MACHINE];
  const wind = outlook.importPrice.map((_, step) => input.windMs(atOf(outlook, step)));
  const all = [
    ...machines.map((each) => shiftOf(outlook, each)),
    surplus,
    ...(steersBattery
      ? []
      : [peakAdvice(outlook), chargeAdvice(outlook), stormAdvice(outlook, wind, input.beforeStormPct)]),
  ];
  return all.filter((each) => each !== null);
};
