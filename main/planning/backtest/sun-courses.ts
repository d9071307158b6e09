import { groupMeans, type Sample, sharesOf } from './sample-groups.ts';
import type { Past } from './types.ts';

/** Kinds of days by how much sun they have. */
export const SKIES = 3;
/** Courses of the sun on one kind of day, equally likely. */
export const SUNS = 4;
const CUTS: readonly number[] = Array.from({ length: SUNS + 1 }, (_, at) => at / SUNS);
const SUN_DAYS = 28;
/** Days that say how one kind of day follows another. */
const FOLLOW_DAYS = 60;
/** A day is judged among days to both sides, so many after it. */
const NEIGHBOURS = 14;
/** The kind of a day shows once this share of its usual sun is in. */
const SHOWS_SHARE = 0.25;
/** How far the sun so far strays from what its kind of day usually has by then, as a share of the usual of all days. */
const STRAY = 0.35;

const EVEN: readonly number[] = Array.from({ length: SKIES }, () => 1 / SKIES);

/** The sun of a local day as it may come, by kind of day. */
export interface SunCourses {
  /** Of each kind `SUNS` values by step of the day in rising order, kW; NaN without any history. */
  readonly kw: readonly Float64Array[];
  /** The mean of all days by step of the day, kW. */
  readonly meanKw: Float64Array;
  /** From one kind of day to the next, row by row. */
  readonly follows: readonly (readonly number[])[];
  /** The step of the day with which a day shows its kind. */
  readonly showsAtSlot: number;
  /** How likely each kind is after so much sun until the beginning of a step of the day, kWh. */
  belief(slot: number, soFarKwh: number): readonly number[];
}

/** What is thought of the kinds after so much sun. */
const likely = (
  before: readonly number[],
  usualKwh: readonly number[],
  seenKwh: number,
  meanKwh: number,
): readonly number[] => {
  const spread = STRAY * meanKwh + 1e-6;
  return sharesOf(
    before.map((chance, sky) => chance * Math.exp(-0.5 * ((seenKwh - (usualKwh[sky] ?? 0)) / spread) ** 2) + 1e-6),
  );
};

/** Answers the courses of a day from the days before it alone. */
export const sunCourses = (past: Past): ((today: number) => SunCourses) => {
  const { slotsPerDay, hours } = past;
  const daysBefore = (today: number): readonly number[] =>
    Array.from({ length: Math.max(0, Math.min(SUN_DAYS, today)) }, (_, back) => today - 1 - back);
  const sunOfDay = (day: number): number => {
    const { from, to } = past.days[day] ?? { from: 0, to: 0 };
    return past.pvKw.subarray(from, to).reduce((sum, kw) => sum + kw, 0) * hours;
  };
  /** Which kind each day is: by its sun among the days around it that were before `today`. */
  const kindOf = (day: number, today: number): number => {
    const near = daysBefore(Math.min(today, day + NEIGHBOURS)).map(sunOfDay);
    const own = sunOfDay(day);
    const below = near.filter((sun) => sun < own).length;
    return Math.min(SKIES - 1, Math.floor((SKIES * below) / Math.max(1, near.length)));
  };
  const kinds = new Map<string, number>();
  const followsOf = (today: number): readonly (readonly number[])[] => {
    const counts = EVEN.map(() => EVEN.map(() => 1));
    for (let day = Math.max(1, today - FOLLOW_DAYS); day < today; day += 1) {
      const of = (each: number): number => {
        // A day that lies far enough back is never judged anew.
        const key = each + NEIGHBOURS <= today ? `${each}` : `${each} ${today}`;
        const kind = kinds.get(key) ?? kindOf(each, today);
        kinds.set(key, kind);
        return kind;
      };
      const row = counts[of(day - 1)];
      const to = of(day);
      if (row !== undefined) row[to] = (row[to] ?? 0) + 1;
    }
    return counts.map(sharesOf);
  };
  const coursesOf = (days: readonly number[]): Float64Array => {
    const values = new Float64Array(slotsPerDay * SUNS);
    for (let slot = 0; slot < slotsPerDay; slot += 1) {
      const samples: Sample[] = [];
      for (const day of days) {
        const { from, to } = past.days[day] ?? { from: 0, to: 0 };
        const step = from + slot - (past.slot[from] ?? 0);
        if (step >= from && step < to) samples.push([past.pvKw[step] ?? 0, 1]);
      }
      values.set(groupMeans(samples, CUTS), slot * SUNS);
    }
    return values;
  };
  const soFar = (kw: Float64Array): Float64Array => {
    let sum = 0;
    return kw.map((value) => {
      const before = sum;
      sum += value * hours;
      return before;
    });
  };
  const wholeOf = (kw: Float64Array): number => kw.reduce((sum, value) => sum + value * hours, 0);

  return (today) => {
    const days = daysBefore(today);
    const ranked = days.toSorted((one, other) => sunOfDay(one) - sunOfDay(other));
    const bound = (sky: number): number => Math.floor((sky * ranked.length) / SKIES);
    const groups = EVEN.map((_, sky) => ranked.slice(bound(sky), Math.max(1, bound(sky + 1))));
    const kw = groups.map((group) => coursesOf(group.length === 0 ? days : group));
    const kindMean = kw.map((values) =>
      Float64Array.from(
        { length: slotsPerDay },
        (_, slot) => values.subarray(slot * SUNS, (slot + 1) * SUNS).reduce((sum, each) => sum + each / SUNS, 0) || 0,
      ),
    );
    const meanKw = Float64Array.from(
      { length: slotsPerDay },
      (_, slot) => kindMean.reduce((sum, mean) => sum + (mean[slot] ?? 0), 0) / SKIES,
    );
    const [meanSoFar, whole] = [soFar(meanKw), wholeOf(meanKw)];
    const kindSoFar = kindMean.map(soFar);
    const shows = meanSoFar.findIndex((kwh) => kwh >= SHOWS_SHARE * whole);
    const showsAtSlot = whole > 0 && shows >= 0 ? shows : Math.floor(slotsPerDay / 2);
    const follows = followsOf(today);
    const yesterday = likely(EVEN, kindMean.map(wholeOf), today > 0 ? sunOfDay(today - 1) : 0, whole);
    const expected = EVEN.map((_, sky) =>
      yesterday.reduce((sum, chance, before) => sum + chance * (follows[before]?.[sky] ?? 0), 0),
    );
    return {
      kw,
      meanKw,
      follows,
      showsAtSlot,
      belief: (slot, soFarKwh) =>
        slot > showsAtSlot
          ? likely(
              expected,
              kindSoFar.map((kwh) => kwh[slot] ?? 0),
              soFarKwh,
              meanSoFar[slot] ?? 0,
            )
          : yesterday,
    };
  };
};
