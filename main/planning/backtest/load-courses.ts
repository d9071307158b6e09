import { groupMeans, type Sample, sharesOf } from './sample-groups.ts';
import type { Past } from './types.ts';

/** Bounds of the levels of load at a time of the day, as shares of what was measured then: the last is what happens now and then. */
const BOUNDS: readonly number[] = [0, 0.35, 0.7, 0.92, 1];
/** How likely each level is by itself. */
const SHARES: readonly number[] = BOUNDS.slice(1).map((bound, level) => bound - (BOUNDS[level] ?? 0));
export const LEVELS = SHARES.length;
/** Each level stands for so many courses, equally likely. */
export const PER_LEVEL = 2;
/** How likely each course is that the load of a step may take, from the least to the most. */
export const CHANCES: readonly number[] = SHARES.flatMap((share) =>
  Array.from({ length: PER_LEVEL }, () => share / PER_LEVEL),
);
export const SCENARIOS = CHANCES.length;
const CUTS: readonly number[] = [
  0,
  ...CHANCES.map((_, at) => CHANCES.slice(0, at + 1).reduce((sum, one) => sum + one)),
];

/** So far back is looked; a day counts half for each of these. */
const HISTORY_DAYS = 56;
const HALF_DAYS = 14;
/** What a weekday counts for a weekend, and the other way round. */
const OTHER_KIND = 0.5;
/** Days count that follow on a day with a load like yesterday's: how far apart, as a logarithm, and what others count still. */
const ALIKE_LOG = 0.35;
const UNLIKE = 0.05;
/** A home that uses less than this in a mean hour is not told apart from one that uses nothing, kW. */
const LEAST_KW = 0.05;
/** Times of the day near a step are samples too, the less the further, ms to either side. */
const BESIDE_MS = 3_600_000;
const FAR = 0.5;
/** How levels follow each other is counted around a time of the day, ms to either side. */
const MOVES_MS = 2 * 3_600_000;
/** What is known of the whole day and of nothing goes into each count: as a share of all days, and of each other. */
const ALL_DAY = 0.15;
const BLIND = 0.2;

/** The load of a local day as it may come. */
export interface LoadCourses {
  /** `SCENARIOS` values by step of the day in rising order, kW; NaN without any history. */
  readonly kw: Float64Array;
  /** Which level a load belongs to at a step of the day. */
  levelOf(slot: number, loadKw: number): number;
  /** How likely each level is in a step of the day by the level of the step before it, row by row. */
  readonly moves: readonly (readonly (readonly number[])[])[];
}

/** What the load of a day on a weekday or weekend may be, from the days before it alone. */
export const loadCourses = (past: Past, today: number, weekend: boolean): LoadCourses => {
  const { slotsPerDay, stepMs, hours } = past;
  const end = past.days[today]?.from ?? 0;
  const days = Array.from({ length: Math.min(HISTORY_DAYS, today) }, (_, back) => today - 1 - back);
  const sizeOf = (day: number): number => {
    const { from, to } = past.days[day] ?? { from: 0, to: 0 };
    const sum = past.loadKw.subarray(from, to).reduce((total, kw) => total + kw, 0);
    return Math.log(LEAST_KW * slotsPerDay * hours + sum * hours);
  };
  const yesterday = sizeOf(today - 1);
  const weights = days.map((day) => {
    const age = 2 ** (-(today - day) / HALF_DAYS);
    const kind = past.days[day]?.weekend === weekend ? 1 : OTHER_KIND;
    const alike = day > 0 ? Math.exp(-0.5 * ((sizeOf(day - 1) - yesterday) / ALIKE_LOG) ** 2) + UNLIKE : 1;
    return age * kind * alike;
  });
  const beside = Math.max(1, Math.round(BESIDE_MS / stepMs));
  const kw = new Float64Array(slotsPerDay * SCENARIOS);
  const upTo = new Float64Array(slotsPerDay * LEVELS);
  for (let slot = 0; slot < slotsPerDay; slot += 1) {
    const samples: Sample[] = [];
    for (const [place, day] of days.entries()) {
      const { from } = past.days[day] ?? { from: 0 };
      for (let off = -beside; off <= beside; off += 1) {
        const step = from + slot + off - (past.slot[from] ?? 0);
        if (step >= 0 && step < end)
          samples.push([past.loadKw[step] ?? 0, (weights[place] ?? 0) * (1 - Math.abs(off) / (beside + FAR))]);
      }
    }
    const means = groupMeans(samples, CUTS);
    kw.set(means, slot * SCENARIOS);
    for (let level = 0; level < LEVELS; level += 1) {
      const next = (level + 1) * PER_LEVEL;
      upTo[slot * LEVELS + level] =
        level === LEVELS - 1 ? Number.POSITIVE_INFINITY : 0.5 * ((means[next - 1] ?? 0) + (means[next] ?? 0));
    }
  }
  const levelOf = (slot: number, loadKw: number): number => {
    let level = 0;
    while (level < LEVELS - 1 && loadKw > (upTo[slot * LEVELS + level] ?? 0)) level += 1;
    return level;
  };
  return { kw, levelOf, moves: movesOf(past, days, weights, levelOf) };
};

const movesOf = (
  past: Past,
  days: readonly number[],
  weights: readonly number[],
  levelOf: LoadCourses['levelOf'],
): LoadCourses['moves'] => {
  const { slotsPerDay } = past;
  const counts = new Float64Array(slotsPerDay * LEVELS * LEVELS);
  const allDay = new Float64Array(LEVELS * LEVELS);
  for (const [place, day] of days.entries()) {
    const { from, to } = past.days[day] ?? { from: 0, to: 0 };
    for (let step = Math.max(1, from); step < to; step += 1) {
      const slot = past.slot[step] ?? 0;
      const before = levelOf(past.slot[step - 1] ?? 0, past.loadKw[step - 1] ?? 0);
      const move = before * LEVELS + levelOf(slot, past.loadKw[step] ?? 0);
      counts[slot * LEVELS * LEVELS + move] = (counts[slot * LEVELS * LEVELS + move] ?? 0) + (weights[place] ?? 0);
      allDay[move] = (allDay[move] ?? 0) + (weights[place] ?? 0);
    }
  }
  const some = ALL_DAY * weights.reduce((sum, weight) => sum + weight, 0);
  const near = Math.max(1, Math.round(MOVES_MS / past.stepMs));
  return Array.from({ length: slotsPerDay }, (_, slot) =>
    SHARES.map((_share, before) => {
      const usual = sharesOf([...allDay.subarray(before * LEVELS, (before + 1) * LEVELS)]);
      return sharesOf(
        SHARES.map((share, level) => {
          let count = 0;
          for (let off = -near; off <= near; off += 1) {
            const at = (((slot + off) % slotsPerDay) + slotsPerDay) % slotsPerDay;
            count += counts[at * LEVELS * LEVELS + before * LEVELS + level] ?? 0;
          }
          return count + (some + 1e-9) * ((1 - BLIND) * (usual[level] ?? 0) + BLIND * share);
        }),
      );
    }),
  );
};
