import { demandAmount, demandMonthsOf } from '../demand-money.ts';
import { localDaysOf, monthsOf } from '../local-days.ts';
import type { PeakTariff, Problem } from '../types.ts';

/** A mean peak is kept so far below the begin of the next step, kW: rounding never lifts it there. */
const MARGIN_KW = 2e-6;

/** A charge of one month by the mean of its highest peaks, whatever tariff it comes from. */
export interface PeakRule {
  /** Steps of which only the highest import counts: those of a day, or each alone. */
  readonly groups: readonly (readonly number[])[];
  /** How much a step's import counts. */
  readonly weightOf: (step: number) => number;
  readonly measuredKw: readonly number[];
  /** The mean is of so many. */
  readonly count: number;
  readonly amount: (meanKw: number) => number;
  /** Means at which the amount jumps: to stay just below is what pays. Empty: it rises steadily. */
  readonly edgesKw: readonly number[];
}

const tierAmount = ({ tiers }: PeakTariff, meanKw: number): number =>
  (tiers.find(({ upToKw }) => meanKw <= upToKw + 1e-6) ?? tiers.at(-1))?.cost ?? 0;

/** Every month of every charge of a problem. */
export const peakRulesOf = (problem: Problem): readonly PeakRule[] => {
  const { peakTariff, demandCharges } = problem;
  if (peakTariff === null && demandCharges.length === 0) return [];
  const days = localDaysOf({ ...problem, steps: problem.loadKw.length });
  const tariff = (peakTariff === null ? [] : monthsOf(days)).flatMap((month): PeakRule[] =>
    peakTariff === null
      ? []
      : [
          {
            groups: month.map(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)),
            weightOf: () => 1,
            measuredKw: [],
            count: Math.min(peakTariff.largestDailyPeaks, month.length),
            amount: (meanKw) => tierAmount(peakTariff, meanKw),
            edgesKw: peakTariff.tiers.map(({ upToKw }) => upToKw).filter(Number.isFinite),
          },
        ],
  );
  const demand = demandCharges.flatMap((charge) =>
    demandMonthsOf(charge, days).map(
      ({ groups, measuredKw, count }): PeakRule => ({
        groups,
        weightOf: (step) => charge.weight[step] ?? 0,
        measuredKw,
        count,
        amount: (meanKw) => demandAmount(charge, meanKw),
        edgesKw:
          charge.price.kind === 'steps'
            ? charge.price.steps.map(({ fromKw }) => fromKw - MARGIN_KW).filter((kw) => kw > 0)
            : [],
      }),
    ),
  );
  return [...tariff, ...demand];
};

/** The mean of the highest peaks of a rule when each of its groups reaches so much, kW. */
export const meanPeak = ({ count, measuredKw }: PeakRule, reachedKw: readonly number[]): number => {
  const highest = [...reachedKw, ...measuredKw].sort((one, other) => other - one);
  let sum = 0;
  for (let place = 0; place < count; place += 1) sum += highest[place] ?? 0;
  return sum / count;
};

/** The peak of each group for an import by step, kW. */
export const reachedBy = (rule: PeakRule, importKw: readonly number[]): readonly number[] =>
  rule.groups.map((steps) =>
    steps.reduce((most, step) => Math.max(most, rule.weightOf(step) * Math.max(0, importKw[step] ?? 0)), 0),
  );

/**
 * What each group may reach so that the mean stays at `levelKw`: the same for all plus what each has `extra`, kW; null where what
 * is measured already, or the extras alone, lie above.
 */
export const capsFor = (rule: PeakRule, levelKw: number, extraKw: readonly number[]): readonly number[] | null => {
  const at = (base: number): readonly number[] => extraKw.map((extra) => base + extra);
  if (meanPeak(rule, at(0)) > levelKw + 1e-9) return null;
  let low = 0;
  let high = rule.count * levelKw + 1;
  if (meanPeak(rule, at(high)) <= levelKw) return at(high);
  for (let round = 0; round < 45; round += 1) {
    const middle = (low + high) / 2;
    if (meanPeak(rule, at(middle)) <= levelKw) low = middle;
    else high = middle;
  }
  return at(low);
};
