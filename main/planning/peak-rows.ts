import type { LinearModel, Term } from './linear-model.ts';
import { type LocalDay, monthsOf } from './local-days.ts';
import type { PeakTariff } from './types.ts';

/** The choice of a tier: the row says that the mean peak stays below what the chosen tier reaches up to. */
export interface TierChoice {
  readonly row: number;
}

/**
 * The peak charge of each month. The sum of the n largest daily peaks is the least n × θ + Σ max(0, peak − θ) over all θ, so it
 * needs no sorting: one θ a month, one excess a day.
 */
export const addPeakCharge = (
  model: LinearModel,
  tariff: PeakTariff,
  days: readonly LocalDay[],
  imports: {
    readonly terms: readonly (readonly Term[])[];
    readonly mostKw: readonly number[];
    readonly weight: number;
  },
): readonly TierChoice[] =>
  monthsOf(days).map((month) => {
    const count = Math.min(tariff.largestDailyPeaks, month.length);
    const threshold = count === month.length ? null : model.column({});
    const excesses = month.map((day): Term => {
      const excess = model.column({});
      for (let step = day.from; step < day.to; step += 1)
        model.row(Number.NEGATIVE_INFINITY, 0, [
          ...(imports.terms[step] ?? []),
          [excess, -1],
          ...(threshold === null ? [] : [[threshold, -1] as const]),
        ]);
      return [excess, 1];
    });
    const highest = month.reduce((most, { from, to }) => Math.max(most, ...imports.mostKw.slice(from, to)), 0);
    const below = tariff.tiers.findIndex(({ upToKw }) => upToKw >= highest);
    const reachable = tariff.tiers.slice(0, below < 0 ? tariff.tiers.length : below + 1);
    const choices = reachable.map(({ upToKw, cost }, place) => ({
      column: model.column({ cost: imports.weight * cost, upper: 1, integer: reachable.length > 1 }),
      upToKw: place === reachable.length - 1 ? highest : upToKw,
    }));
    model.row(
      1,
      1,
      choices.map(({ column }) => [column, 1]),
    );
    const row = model.row(Number.NEGATIVE_INFINITY, 0, [
      ...excesses,
      ...(threshold === null ? [] : [[threshold, count] as const]),
      ...choices.map(({ column, upToKw }): Term => [column, -count * upToKw]),
    ]);
    return { row };
  });
