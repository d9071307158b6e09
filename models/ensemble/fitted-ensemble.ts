import type { FittedForecaster, ForecastRow } from '../forecast/types.ts';
import type { AskedRows } from '../learners/types.ts';
import { quantilesAt, sizesOf } from './bands.ts';
import { explainRow } from './explanation.ts';
import { disposeMembers, memberNames, memberPredictions, mixtureOf } from './members.ts';
import { type EnsembleParts, withMixture } from './parts.ts';
import { saveEnsemble } from './saved-ensemble.ts';
import { askedOf } from './training-rows.ts';
import type { EnsembleDesign, EnsembleRow } from './types.ts';

const DAY_HOURS = 24;
const wholeDays = (hours: number): number => Math.ceil(hours / DAY_HOURS) * DAY_HOURS;

const certain = ({ target, lead, base }: EnsembleRow): ForecastRow => ({
  target,
  lead,
  mean: base,
  p10: base,
  p50: base,
  p90: base,
});

/** A fitted ensemble as a forecaster. */
export const createFittedEnsemble = <Prepared>(
  design: EnsembleDesign<Prepared>,
  parts: EnsembleParts<Prepared>,
): FittedForecaster => {
  const { members, weights, bands, prepared } = parts;
  const bounds = design.bounds(prepared);
  const hold = (value: number): number => Math.min(bounds.high, Math.max(bounds.low, value));

  const banded = (rows: readonly EnsembleRow[], asked: AskedRows): readonly ForecastRow[] => {
    const predictions = memberPredictions(members, design.experts.length, rows, asked);
    const mixture = mixtureOf(predictions, weights, bounds);
    const sizes = sizesOf(parts.size, { ...asked, inputs: withMixture(asked.inputs, rows, mixture) }, bands.meanSize);
    return rows.map((row, index) => {
      const mean = mixture[index] ?? row.base;
      const by = row.scale * (sizes[index] ?? 0);
      const quantiles = quantilesAt(bands, row.lead);
      // A mixture that aims at the median is the median already, and errs less than one moved by a few weeks' errors.
      const p50 = design.aim === 'median' ? mean : hold(mean + by * quantiles.p50);
      return {
        target: row.target,
        lead: row.lead,
        mean,
        p10: Math.min(p50, hold(mean + by * quantiles.p10)),
        p50,
        p90: Math.max(p50, hold(mean + by * quantiles.p90)),
      };
    });
  };

  return {
    forecast: (frame, origin, horizon) => {
      // Whole days, as they were learnt: a learner of sequences would be thrown by half a day.
      const rows = design.rows(frame, origin, wholeDays(horizon), prepared);
      const live = rows.filter((row) => row.scale > 0);
      const origins = new Int32Array(live.length).fill(origin);
      const made = new Map(
        live.length === 0
          ? []
          : banded(live, askedOf(live, origins, design.features.length)).map((row) => [row.target, row]),
      );
      return rows.filter((row) => row.lead < horizon).map((row) => made.get(row.target) ?? certain(row));
    },
    explain: (frame, origin, target) => {
      const rows = design.rows(frame, origin, wholeDays(target - origin + 1), prepared).filter((row) => row.scale > 0);
      const place = rows.findIndex((row) => row.target === target);
      return place < 0 ? null : explainRow(design, parts, rows, place, origin);
    },
    bounds,
    importances: parts.importances,
    shares: memberNames(design, members).map((member, index) => ({ member, share: weights[index] ?? 0 })),
    save: () => saveEnsemble(design, parts),
    dispose: () => {
      disposeMembers(members);
      parts.size.dispose();
    },
  };
};
