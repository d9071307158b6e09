import { createEnsembleModel } from '../../../models/ensemble/ensemble.ts';
import type { EnsembleDesign } from '../../../models/ensemble/types.ts';
import { evaluateRolling } from '../../../models/evaluation/rolling.ts';
import type { ForecastModel, ForecastTarget } from '../../../models/forecast/types.ts';
import type { Tensorflow } from '../../../models/learners/types.ts';
import { loadDesign } from '../../../models/load/load-design.ts';
import { mae, rmse } from '../../../models/metrics/point.ts';
import { priceDesign } from '../../../models/price/price-design.ts';
import { solarDesign } from '../../../models/solar/solar-design.ts';
import { windDesign } from '../../../models/wind/wind-design.ts';
import type { Dataset, Span } from './datasets.ts';
import { table } from './table.ts';

const HORIZON = 24;
const REFIT_DAYS = 7;

/**
 * The design without a group of its inputs: in every row each of them is 0, which tells learners nothing. What rows are
 * arranged by stays, and so do the simple forecasts that learners improve on.
 */
const without = <Prepared>(design: EnsembleDesign<Prepared>, group: string): EnsembleDesign<Prepared> => {
  const isOut = design.features.map(
    (input) => input.group === group && design.arrangedBy?.includes(input.name) !== true,
  );
  return {
    ...design,
    rows: (frame, origin, horizon, prepared) =>
      design
        .rows(frame, origin, horizon, prepared)
        .map((row) => ({ ...row, features: row.features.map((value, place) => (isOut[place] === true ? 0 : value)) })),
  };
};

interface Variant {
  /** The group that is left out; null for the whole design. */
  readonly group: string | null;
  readonly inputs: number;
  readonly model: ForecastModel;
}

const variantsOf = <Prepared>(design: EnsembleDesign<Prepared>): readonly Variant[] => {
  const groups = [...new Set(design.features.map(({ group }) => group))];
  return [
    { group: null, inputs: design.features.length, model: createEnsembleModel(design) },
    ...groups.map((group) => ({
      group,
      inputs: design.features.filter((input) => input.group === group).length,
      model: createEnsembleModel(without(design, group)),
    })),
  ];
};

const VARIANTS: Readonly<Record<ForecastTarget, () => readonly Variant[]>> = {
  load: () => variantsOf(loadDesign),
  solar: () => variantsOf(solarDesign),
  wind: () => variantsOf(windDesign),
  price: () => variantsOf(priceDesign),
};

/** What a model errs without a group of its inputs. */
export interface Ablated {
  readonly group: string | null;
  readonly inputs: number;
  readonly hours: number;
  readonly rmse: number;
  readonly mae: number;
}

/** Leaves out one group of inputs after the other on the same hours; the first answer is with all of them. */
export const ablate = async (
  dataset: Dataset,
  spans: readonly Span[],
  tf: Tensorflow,
  tell: (done: Ablated) => void,
): Promise<readonly Ablated[]> => {
  const found: Ablated[] = [];
  for (const { group, inputs, model } of VARIANTS[dataset.target]()) {
    const truth: number[] = [];
    const said: number[] = [];
    for (const { from, to } of spans) {
      const { rows } = await evaluateRolling(model, tf, dataset.frame, {
        ...{ from, to, horizonHours: HORIZON, refitDays: REFIT_DAYS, seed: 1, settings: {} },
        onProgress: async () => true,
      });
      for (const { actual, mean } of rows) {
        if (!Number.isFinite(actual + mean)) continue;
        truth.push(actual);
        said.push(mean);
      }
    }
    const done = { group, inputs, hours: truth.length, rmse: rmse(truth, said), mae: mae(truth, said) };
    found.push(done);
    tell(done);
  }
  return found;
};

/** One series with what it errs without each group. */
export interface Ablation {
  readonly dataset: Pick<Dataset, 'set' | 'home' | 'target' | 'unit'>;
  readonly spans: readonly string[];
  readonly found: readonly Ablated[];
}

const rise = (value: number, whole: number): string => {
  const pct = 100 * (value / whole - 1);
  return `${pct < 0 ? '−' : '+'}${Math.abs(pct).toFixed(1)}`;
};

const section = ({ dataset, spans, found }: Ablation): readonly string[] => {
  const [whole] = found;
  if (whole === undefined) return [];
  return [
    '',
    `## ${dataset.target}: ${dataset.set} ${dataset.home}, ${spans.join(' and ')} (${whole.hours} hours)`,
    '',
    `With all ${whole.inputs} inputs: RMSE ${whole.rmse.toPrecision(4)}, MAE ${whole.mae.toPrecision(4)} ${dataset.unit}.`,
    '',
    table(
      ['without', 'inputs', 'RMSE %', 'MAE %'],
      found.flatMap(({ group, inputs, rmse: squared, mae: absolute }) =>
        group === null ? [] : [[group, `${inputs}`, rise(squared, whole.rmse), rise(absolute, whole.mae)]],
      ),
    ),
  ];
};

export const ablationReport = (ablations: readonly Ablation[], command: string, at: string, machine: string): string =>
  [
    '# What groups of inputs bring',
    '',
    `\`${command}\`, ${at}, ${machine}.`,
    '',
    'Each group is left out of what learners see, the rest of the model as it serves: fitted anew each week, 24 hours forecast at each',
    'local midnight from data strictly earlier. Plus is more error without the group. The simple forecasts that learners improve on stay,',
    'and groups overlap, so what one brings is what the others cannot replace. In so few weeks a per cent or two is chance.',
    ...ablations.flatMap(section),
    '',
  ].join('\n');
