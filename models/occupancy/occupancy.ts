import { z } from 'zod';
import { filterStates, learnStates, nextStates, type StateModel } from './hidden-states.ts';

/**
 * Whether a home is probably empty or asleep, as usual, or busy: hidden states behind how far each hour's load lies above
 * or below what is usual for that hour. It says what people do without a sensor for it.
 */

const DAY = 24;
const STATES = 3;
/** Parts of the day whose changes of state are learnt apart, 3 h each; workdays and weekends are not told apart. */
const PARTS = 8;
const ROUNDS = 15;
/** More than a year says nothing new about habits. */
const MOST_HOURS = 366 * DAY;
/** Fewer hours than this say nothing about habits. */
const LEAST_HOURS = 14 * DAY;
/** The state of an hour is forgotten within days. */
const MEMORY_HOURS = 4 * DAY;

/** What was learnt of a home's habits; plain JSON. */
export interface Occupancy {
  readonly model: StateModel;
  /** Load in each state as a multiple of the usual load of the hour. */
  readonly multiples: readonly number[];
}

const chance = z.number().min(0).max(1.000001);
/** What a saved version must hold. */
export const occupancySchema: z.ZodType<Occupancy> = z.object({
  model: z.object({
    mean: z.array(z.number()).length(STATES),
    spread: z.array(z.number().positive()).length(STATES),
    start: z.array(chance).length(STATES),
    transitions: z.array(z.array(z.array(chance).length(STATES)).length(STATES)).length(PARTS),
  }),
  multiples: z.array(z.number()).length(STATES),
});

/** Hours in a row, 24 a day from hour 0 on: measured, and what is usual for the hour; NaN where not known. */
export interface LoadHours {
  readonly values: Float64Array;
  readonly usual: Float64Array;
}

const partOf = (slot: number): number => Math.floor(((((slot % DAY) + DAY) % DAY) * PARTS) / DAY);

/** Logarithm of the load against its usual; a floor keeps a meter's zero from being minus infinity. */
const deviations = ({ values, usual }: LoadHours, from: number, to: number, level: number): Float64Array => {
  const floor = 0.1 * level;
  return Float64Array.from({ length: to - from }, (_, step) =>
    Math.log(((values[from + step] ?? Number.NaN) + floor) / ((usual[from + step] ?? Number.NaN) + floor)),
  );
};

const partsOf = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, step) => partOf(from + step));

/** `level` is the mean load, in the unit of the values. Null where too little is known. */
export const learnOccupancy = (hours: LoadHours, level: number): Occupancy | null => {
  const to = hours.values.length;
  const from = Math.max(0, to - MOST_HOURS);
  const values = deviations(hours, from, to, level).map((value) => (Number.isFinite(value) ? value : Number.NaN));
  if (values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) < LEAST_HOURS) return null;
  const model = learnStates({ values, parts: partsOf(from, to) }, STATES, PARTS, ROUNDS);
  return { model, multiples: model.mean.map((mean, state) => Math.exp(mean + (model.spread[state] ?? 0) ** 2 / 2)) };
};

/** What habits say at the slot `origin` of the hours that follow. */
export interface ExpectedOccupancy {
  /** Chance of the low and the high state in the hour before the origin. */
  readonly low: number;
  readonly high: number;
  /** Expected load of each hour from the origin on, as a multiple of what is usual for it. */
  readonly multiples: Float64Array;
}

/** Reads nothing at or after `origin`. */
export const expectOccupancy = (
  { model, multiples }: Occupancy,
  hours: LoadHours,
  origin: number,
  level: number,
  horizon: number,
): ExpectedOccupancy => {
  const to = Math.min(origin, hours.values.length);
  const from = Math.max(0, to - MEMORY_HOURS);
  const values = deviations(hours, from, to, level).map((value) => (Number.isFinite(value) ? value : Number.NaN));
  let now = filterStates(model, { values, parts: partsOf(from, to) });
  const [low = 0] = now;
  const high = now[STATES - 1] ?? 0;
  const expected = Float64Array.from({ length: horizon }, (_, lead) => {
    now = nextStates(model, now, partOf(origin + lead));
    return now.reduce((sum, share, state) => sum + share * (multiples[state] ?? 1), 0);
  });
  return { low, high, multiples: expected };
};
