import type { HourFrame } from '../features/frame.ts';
import { clearLightOf, type Panels } from './panels.ts';

/**
 * What the panels give under a clear sky: light on their plane times the yield that each hour of the UTC day reached on its
 * clearest days of this season. It carries size, shade, a second roof and what a rough place gets wrong.
 */
export interface Envelope {
  /** Power under a clear sky in any hour, in the unit of the frame; 0 where the sun is down. */
  clear(index: number): number;
  /** The most of the 24 hours from the start of the envelope's day. */
  readonly peak: number;
  /** Power against clear-sky power over [from, to), of hours with a value; NaN where the sun was down or nothing is known. */
  clearness(from: number, to: number): number;
}

const HOUR_MS = 3_600_000;
const YEAR_HOURS = 8766;
const RECENT_DAYS = 35;
/** The same season of earlier years: so many days on both sides, three years back, half as heavy. */
const SEASON_DAYS = 18;
const YEARS_BACK = 3;
const EARLIER_WEIGHT = 0.5;
const CLEAR_QUANTILE = 0.9;
const LEAST_SAMPLES = 3;
/** Below this light ratios are noise, W/m². */
const LEAST_LIGHT = 15;
/** Hours with less light than that are judged by what they gave in so many days. */
const DIM_DAYS = 14;
/** Less than this share of the most is nothing: a meter's own noise, and dusk. */
const NOTHING_SHARE = 0.002;

interface Sample {
  readonly value: number;
  readonly weight: number;
}

const weightedQuantile = (samples: Sample[], quantile: number): number => {
  samples.sort((one, other) => one.value - other.value);
  const total = samples.reduce((sum, each) => sum + each.weight, 0);
  let sum = 0;
  for (const each of samples) {
    sum += each.weight;
    if (sum >= quantile * total) return each.value;
  }
  return Number.NaN;
};

/** The first hour of the local day of `index`. */
const dayStart = (frame: HourFrame, index: number): number => {
  let start = index;
  while (start > 0 && frame.day[start - 1] === frame.day[index]) start -= 1;
  return start;
};

const learn = (frame: HourFrame, end: number, panels: Panels): Envelope | undefined => {
  const light = clearLightOf(frame, panels);
  const utcHour = (index: number): number => Math.floor(frame.atOf(index) / HOUR_MS) % 24;
  const ratios: Sample[][] = Array.from({ length: 24 }, () => []);
  const gather = (from: number, to: number, weight: number): void => {
    for (let index = Math.max(0, from); index < Math.min(end, to); index += 1) {
      const value = frame.values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const at = light(index);
      if (at >= LEAST_LIGHT) ratios[utcHour(index)]?.push({ value: value / at, weight });
    }
  };
  gather(end - RECENT_DAYS * 24, end, 1);
  for (let year = 1; year <= YEARS_BACK; year += 1) {
    const middle = end - year * YEAR_HOURS;
    gather(middle - SEASON_DAYS * 24, middle + SEASON_DAYS * 24, EARLIER_WEIGHT);
  }
  if (!ratios.some((each) => each.length >= LEAST_SAMPLES)) return undefined;
  const overall = weightedQuantile(ratios.flat(), CLEAR_QUANTILE);
  const own = ratios.map((each) =>
    each.length >= LEAST_SAMPLES ? weightedQuantile(each, CLEAR_QUANTILE) : Number.NaN,
  );
  /** An hour that the sun has just begun to reach takes its nearest neighbour, then the whole day's ratio. */
  const yields = own.map((ratio, hour) => {
    const nearest = [ratio, own[(hour + 1) % 24] ?? Number.NaN, own[(hour + 23) % 24] ?? Number.NaN];
    return nearest.find((each) => !Number.isNaN(each)) ?? overall;
  });
  /** Hours that lie in the dark by the sun of a rough place, but gave something of late. */
  const dim: Sample[][] = Array.from({ length: 24 }, () => []);
  for (let index = Math.max(0, end - DIM_DAYS * 24); index < end; index += 1) {
    const value = frame.values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) dim[utcHour(index)]?.push({ value, weight: 1 });
  }
  const nothing = NOTHING_SHARE * panels.most;
  const seen = dim.map((each) => (each.length >= LEAST_SAMPLES ? weightedQuantile(each, CLEAR_QUANTILE) : 0));
  const clear = (index: number): number => {
    const at = light(index);
    const hour = utcHour(index);
    const bell = (yields[hour] ?? overall) * at;
    const power = Math.min(panels.most, at >= LEAST_LIGHT ? bell : Math.max(bell, seen[hour] ?? 0));
    return power > nothing ? power : 0;
  };
  let peak = 0;
  for (let index = end; index < end + 24; index += 1) peak = Math.max(peak, clear(index));
  return {
    clear,
    peak,
    clearness: (from, to) => {
      let power = 0;
      let most = 0;
      for (let index = Math.max(0, from); index < to; index += 1) {
        const value = frame.values[index] ?? Number.NaN;
        const could = clear(index);
        if (Number.isNaN(value) || could === 0) continue;
        power += value;
        most += could;
      }
      return most > 0 ? power / most : Number.NaN;
    },
  };
};

const keptByValues = new WeakMap<Float64Array, Map<string, Envelope | undefined>>();
/** Envelopes are kept for the days of a fit. */
const MOST_KEPT = 2_000;

/**
 * The envelope as known at the start of the local day of `origin`, so that all origins of a day share one; undefined while
 * fewer than three days of daylight are known.
 */
export const envelopeAt = (frame: HourFrame, origin: number, panels: Panels): Envelope | undefined => {
  const end = dayStart(frame, origin);
  const kept = keptByValues.get(frame.values) ?? new Map<string, Envelope | undefined>();
  keptByValues.set(frame.values, kept);
  const key = `${end} ${panels.tilt} ${panels.azimuth} ${panels.most}`;
  if (kept.has(key)) return kept.get(key);
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = learn(frame, end, panels);
  kept.set(key, made);
  return made;
};
