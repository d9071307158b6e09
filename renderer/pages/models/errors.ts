import type { Comparison, ModelErrors } from '../../../preload/contract/models.ts';
import { decimal } from '../../format/numbers.ts';
import { type Scale, written } from '../../format/scale.ts';
import { TERMS } from './terms.ts';

export type Contestant = keyof Comparison;

export const CONTESTANTS: readonly Contestant[] = ['model', 'baseline', 'naive'];

export interface ComparisonRow {
  readonly id: string;
  readonly name: string;
  readonly means: string;
  readonly unit: string;
  /** Null where it is not known. */
  readonly cells: Readonly<Record<Contestant, string | null>>;
  /** The better one as written; null where they are equal or only one is known. */
  readonly best: Contestant | null;
}

interface Kind {
  readonly id: string;
  readonly name: string;
  readonly means: string;
  readonly pick: (errors: ModelErrors) => number | null;
  readonly unit: (scale: Scale) => string;
  readonly write: (value: number, scale: Scale) => string;
  /** Smaller is better. */
  readonly badness: (value: number) => number;
}

const perCent = (value: number): string => `${decimal(value, 1)}\u00a0%`;
const same = (value: number): number => value;

const KINDS: readonly Kind[] = [
  {
    id: 'rmse',
    name: 'RMSE',
    means: TERMS.rmse,
    pick: (errors) => errors.rmse,
    unit: (scale) => scale.unit,
    write: written,
    badness: same,
  },
  {
    id: 'mae',
    name: 'MAE',
    means: TERMS.mae,
    pick: (errors) => errors.mae,
    unit: (scale) => scale.unit,
    write: written,
    badness: same,
  },
  {
    id: 'nrmse',
    name: 'nRMSE',
    means: TERMS.nrmse,
    pick: (errors) => errors.nrmsePct,
    unit: () => '',
    write: perCent,
    badness: same,
  },
  {
    id: 'r2',
    name: 'R²',
    means: TERMS.r2,
    pick: (errors) => errors.r2,
    unit: () => '',
    write: (value) => decimal(value, 2),
    badness: (value) => -value,
  },
];

/** The errors of all three side by side, the better one named; a row that nobody knows is left out. */
export const comparisonRows = (errors: Comparison, scale: Scale): ComparisonRow[] =>
  KINDS.flatMap(({ id, name, means, pick, unit, write, badness }) => {
    const known = CONTESTANTS.flatMap((who) => {
      const of = errors[who];
      const value = of === null ? null : pick(of);
      return value === null ? [] : [{ who, text: write(value, scale), bad: badness(value) }];
    });
    if (known.length === 0) return [];
    const [first, second] = [...known].sort((a, b) => a.bad - b.bad);
    const textOf = (who: Contestant): string | null => known.find((one) => one.who === who)?.text ?? null;
    return [
      {
        id,
        name,
        means,
        unit: unit(scale),
        cells: { model: textOf('model'), baseline: textOf('baseline'), naive: textOf('naive') },
        best: first && second && first.text !== second.text ? first.who : null,
      },
    ];
  });

/** All RMSE and MAE of a comparison, to choose one unit for them. */
export const sizesOf = (errors: Comparison): readonly (number | null)[] =>
  CONTESTANTS.flatMap((who) => [errors[who]?.rmse ?? null, errors[who]?.mae ?? null]);

/** Less RMSE than the other, in per cent; negative where it errs more. */
export const lessErrorPct = (rmse: number, other: number | null | undefined): number | null =>
  other === null || other === undefined || other <= 0 ? null : (1 - rmse / other) * 100;

/** The aim for the 80 % band. */
export const COVERAGE_AIM = { low: 77, high: 83 } as const;

/** Whether the band holds what it promises, in words. */
export const coverageWords = (coveragePct: number): string =>
  coveragePct < COVERAGE_AIM.low
    ? 'too narrow, it is too sure of itself'
    : coveragePct > COVERAGE_AIM.high
      ? 'too wide, it could say more'
      : 'as it should be';
