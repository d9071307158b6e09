import type { PowerScale } from '../../preload/contract/devices.ts';

/** The four quantities of pv + grid = load + battery (grid + import, battery + charging). */
export type BalanceRole = 'pv' | 'grid' | 'battery' | 'load';

const SIDE: Readonly<Record<BalanceRole, 1 | -1>> = { pv: 1, grid: 1, battery: -1, load: -1 };

/** What flows in a home that is awake, W: less is a device asleep, more is a factory. */
const LEAST_W = 20;
const MOST_W = 100_000;
/** From here on a value cannot be the same home's in kW: one of both readings would be outside of the range above. */
const CERTAIN_W = 100;
/** Share of the samples that may be off because meters do not measure at the same instant. */
const QUIET_SHARE = 0.85;
/** Samples with the other sign that a meter of one direction may have: noise. */
const ODD_SHARE = 0.05;
/** A meter is as large as it is most of the time, and asleep only when it always is. */
const SIZE_SHARE = 0.9;

const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
const median = (values: readonly number[]): number => quantile(values, 0.5);

/** How far values are from their middle, without the odd ones. */
const spreadOf = (values: readonly number[]): number => {
  const middle = median(values);
  return quantile(
    values.map((value) => Math.abs(value - middle)),
    QUIET_SHARE,
  );
};

/** One meter's values over time, as the device gives them. */
export interface Column {
  readonly role: BalanceRole;
  readonly values: readonly number[];
}

const withSign = (size: 1 | 1000 | 0.001, sign: 1 | -1): PowerScale => {
  if (size === 1) return sign;
  if (size === 1000) return sign === 1 ? 1000 : -1000;
  return sign === 1 ? 0.001 : -0.001;
};

/** What a meter may mean: its factor, or that it sleeps, when no factor can be told from another. */
export interface Reading {
  readonly scale: PowerScale;
  readonly isAsleep: boolean;
}

/**
 * What a meter can mean by what it shows alone: in W, in kW, in mW, as far as that is the power of a home. Panels give and a
 * house takes: where they are awake, their sign is certain. An empty list: it shows what cannot be.
 */
export const possibleReadings = ({ role, values }: Column): readonly Reading[] => {
  const shown = quantile(values.map(Math.abs), SIZE_SHARE);
  const isOneWay = role === 'pv' || role === 'load';
  const signs = (size: number): readonly (1 | -1)[] => {
    if (!isOneWay || shown * size < CERTAIN_W) return [1, -1];
    const flowing = values.filter((value) => Math.abs(value) * size >= LEAST_W);
    const positive = flowing.filter((value) => value > 0).length / flowing.length;
    return positive >= 1 - ODD_SHARE ? [1] : positive <= ODD_SHARE ? [-1] : [];
  };
  const awake = ([1, 1000, 0.001] as const)
    .filter((size) => shown * size >= LEAST_W && shown * size <= MOST_W)
    .flatMap((size) => signs(size).map((sign) => ({ scale: withSign(size, sign), isAsleep: false })));
  const asleep = shown * 0.001 < LEAST_W ? [{ scale: 0.001 as const, isAsleep: true }] : [];
  return [...awake, ...asleep];
};

/** How well a set of factors closes the balance. */
export interface Fit {
  readonly scales: readonly PowerScale[];
  /** What is left over in the middle of the samples, W. */
  readonly levelW: number;
  /** How much that changes from sample to sample, W: what is constant and not measured does not show here. */
  readonly spreadW: number;
  /** How much the liveliest meter changes, W. */
  readonly moveW: number;
  /** What flows through the house, W. */
  readonly throughW: number;
  /** The usual size of what is left over, W: the proof for a person. */
  readonly residualW: number;
}

export const fitOf = (columns: readonly Column[], scales: readonly PowerScale[]): Fit => {
  const count = columns[0]?.values.length ?? 0;
  const residuals: number[] = [];
  const through: number[] = [];
  for (let at = 0; at < count; at += 1) {
    let left = 0;
    let sum = 0;
    for (const [index, { role, values }] of columns.entries()) {
      const powerW = (values[at] ?? 0) * (scales[index] ?? 1);
      left += SIDE[role] * powerW;
      sum += Math.abs(powerW);
    }
    residuals.push(left);
    through.push(sum / 2);
  }
  const levelW = median(residuals);
  const moves = columns.map(({ values }, index) => spreadOf(values) * Math.abs(scales[index] ?? 1));
  return {
    scales,
    levelW: Math.abs(levelW),
    spreadW: spreadOf(residuals),
    moveW: Math.max(...moves),
    throughW: median(through),
    residualW: median(residuals.map(Math.abs)),
  };
};

/** Every set of readings out of what each meter can mean. */
export const combinations = (choices: readonly (readonly Reading[])[]): readonly (readonly Reading[])[] =>
  choices.reduce<readonly (readonly Reading[])[]>(
    (sets, possible) => sets.flatMap((set) => possible.map((reading) => [...set, reading])),
    [[]],
  );
