import type { ChannelId, DeviceId } from '../../../preload/contract/base.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import { localMinute } from '../../zone.ts';

const QUARTER_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const HOUR_MS = 60 * MINUTE_MS;
/** Machines pause within a programme. */
const PAUSE_MS = 30 * MINUTE_MS;
const LEAST_RUNS = 3;
const LEAST_KWH = 0.3;
const LONGEST_MS = 8 * HOUR_MS;
/** What runs more often than this runs by itself, as a fridge does. */
const MOST_RUNS_A_DAY = 3;
/** From 0, at any hour, to 1, always at the same minute. */
const USUAL_FROM = 0.5;
const LEAST_W = 30;

/** Loads that a person can start at another time. */
export const MOVABLE_ROLES: ReadonlySet<ChannelRole> = new Set<ChannelRole>(['other-load', 'ev', 'water-heater']);

/** A quarter of an hour of one load. */
export interface LoadQuarter {
  readonly at: number;
  readonly meanW: number;
}

/** A load as its own past shows it. */
export interface TypicalRun {
  readonly energyKwh: number;
  /** A whole number of quarters. */
  readonly durationMs: number;
  /** Minute of the local day; null where it runs at any time. */
  readonly usualMinute: number | null;
}

/** A load that can run at another time. */
export interface Movable {
  readonly load: { readonly deviceId: DeviceId; readonly channelId: ChannelId } | null;
  readonly laneId: string | null;
  /** As it stands inside a sentence: "the dishwasher". */
  readonly name: string;
  readonly run: TypicalRun;
}

/** What a home without any measured machine is offered. */
export const ANY_MACHINE: Movable = {
  load: null,
  laneId: null,
  name: 'a machine of about 1 kWh',
  run: { energyKwh: 1, durationMs: 2 * HOUR_MS, usualMinute: null },
};

interface Run {
  readonly at: number;
  endAt: number;
  energyKwh: number;
}

const runsOf = (quarters: readonly LoadQuarter[], onW: number): readonly Run[] => {
  const runs: Run[] = [];
  for (const { at, meanW } of quarters) {
    if (meanW < onW) continue;
    const energyKwh = meanW / 4000;
    const last = runs.at(-1);
    if (last !== undefined && at - last.endAt <= PAUSE_MS) {
      last.endAt = at + QUARTER_MS;
      last.energyKwh += energyKwh;
    } else runs.push({ at, endAt: at + QUARTER_MS, energyKwh });
  }
  return runs;
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** The middle of times of day on the circle of the clock, in quarters; null where they lie all around it. */
const usualMinuteOf = (minutes: readonly number[]): number | null => {
  const angles = minutes.map((minute) => (2 * Math.PI * minute) / DAY_MINUTES);
  const [x, y] = [Math.cos, Math.sin].map(
    (part) => angles.reduce((sum, angle) => sum + part(angle), 0) / angles.length,
  );
  if (x === undefined || y === undefined || Math.hypot(x, y) < USUAL_FROM) return null;
  const minute = (Math.atan2(y, x) / (2 * Math.PI)) * DAY_MINUTES;
  return (Math.round((minute + DAY_MINUTES) / 15) * 15) % DAY_MINUTES;
};

/**
 * How a load usually runs, out of its measured quarters (in order); null where it is no machine that somebody starts: it ran
 * too seldom to know, all the time, for too long, or with next to nothing.
 */
export const typicalRunOf = (quarters: readonly LoadQuarter[], zone: string): TypicalRun | null => {
  const highestW = quarters.reduce((most, { meanW }) => Math.max(most, meanW), 0);
  const runs = runsOf(quarters, Math.max(LEAST_W, highestW * 0.1)).filter(
    ({ energyKwh }) => energyKwh >= LEAST_KWH / 2,
  );
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (runs.length < LEAST_RUNS || first === undefined || last === undefined) return null;
  const days = Math.max(1, (last.at - first.at) / (24 * HOUR_MS));
  if (runs.length / days > MOST_RUNS_A_DAY) return null;
  const durationMs = median(runs.map(({ at, endAt }) => endAt - at));
  const energyKwh = median(runs.map((run) => run.energyKwh));
  if (durationMs > LONGEST_MS || energyKwh < LEAST_KWH) return null;
  return { energyKwh, durationMs, usualMinute: usualMinuteOf(runs.map(({ at }) => localMinute(at, zone))) };
};
