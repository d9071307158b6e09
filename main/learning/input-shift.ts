import type { HourFrame } from '../../models/features/frame.ts';
import type { InputSpread } from './card.ts';

/** How an input of the newest weeks lies beside the weeks that a version learnt from. */
export interface InputShift {
  readonly name: string;
  readonly unit: string;
  /** Population stability index over the tenths of then: 0 is alike, above 0.25 is another population. */
  readonly psi: number;
  readonly meanNow: number;
  readonly meanThen: number;
  /** In standard deviations of then. */
  readonly shiftSd: number;
}

const DAY_HOURS = 24;
/** The weeks before a training that its inputs are remembered of, and the newest weeks that are held against them. */
const THEN_DAYS = 56;
const NOW_DAYS = 28;
/** Fewer hours say nothing about tenths. */
const LEAST_HOURS = 200;
/** An empty tenth counts as this share, or its logarithm would be endless. */
const LEAST_SHARE = 1e-3;

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Pct$/, '%'],
  [/C$/, '°C'],
  [/Wm2$/, 'W/m²'],
  [/Ms$/, 'm/s'],
  [/Hpa$/, 'hPa'],
  [/Mm$/, 'mm'],
  [/Cm$/, 'cm'],
  [/Deg$/, '°'],
  [/^pv$/, 'W'],
];
const unitOf = (name: string): string => UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? '';

const knownOf = (column: Float64Array, from: number, to: number): readonly number[] =>
  [...column.subarray(Math.max(0, from), Math.max(0, to))].filter((value) => !Number.isNaN(value));

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const sharesOf = (values: readonly number[], edges: readonly number[]): readonly number[] => {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) {
    const place = edges.filter((edge) => value > edge).length;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts.map((count) => count / values.length);
};

/** What is forecast and what was measured beside it, by name. */
const inputsOf = (frame: HourFrame, unit: string): readonly (readonly [string, string, Float64Array])[] => [
  ['measured', unit, frame.values],
  ...[...frame.signals].map(([name, column]) => [name, unitOf(name), column] as const),
];

/** The spread of each input over the weeks before `origin`, for the card. */
export const spreadsOf = (frame: HourFrame, origin: number, unit: string): readonly InputSpread[] =>
  inputsOf(frame, unit).flatMap(([name, ofInput, column]) => {
    const values = knownOf(column, origin - THEN_DAYS * DAY_HOURS, origin);
    if (values.length < LEAST_HOURS) return [];
    const sorted = values.toSorted((one, other) => one - other);
    const edges = Array.from({ length: 9 }, (_, tenth) => sorted[Math.floor(((tenth + 1) * sorted.length) / 10)] ?? 0);
    const mean = meanOf(values);
    const spread = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
    return [{ name, unit: ofInput, mean, spread, edges, shares: [...sharesOf(values, edges)] }];
  });

/** Each input of the newest four weeks against what the card remembers; inputs that are hardly measured are left out. */
export const shiftsOf = (
  frame: HourFrame,
  origin: number,
  unit: string,
  then: readonly InputSpread[],
): readonly InputShift[] => {
  const columns = new Map(inputsOf(frame, unit).map(([name, , column]) => [name, column]));
  return then.flatMap((each) => {
    const column = columns.get(each.name);
    const values = column === undefined ? [] : knownOf(column, origin - NOW_DAYS * DAY_HOURS, origin);
    if (values.length < LEAST_HOURS) return [];
    const shares = sharesOf(values, each.edges);
    const psi = each.shares.reduce((sum, share, tenth) => {
      const before = Math.max(LEAST_SHARE, share);
      const now = Math.max(LEAST_SHARE, shares[tenth] ?? 0);
      return sum + (now - before) * Math.log(now / before);
    }, 0);
    const meanNow = meanOf(values);
    const shiftSd = each.spread > 0 ? (meanNow - each.mean) / each.spread : 0;
    return [{ name: each.name, unit: each.unit, psi, meanNow, meanThen: each.mean, shiftSd }];
  });
};
