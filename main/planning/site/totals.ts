import type { BandPoint } from '../../../preload/contract/insight.ts';
import type { PlanTotals } from '../../../preload/contract/plan.ts';
import { intentsOf } from '../live/intent.ts';
import { follow } from './follow.ts';
import { atOf, HOUR_MS } from './grid-of-steps.ts';
import { idleSteps } from './idle.ts';
import { moneyOf } from './money.ts';
import type { AnsweredProblem } from './types.ts';

/**
 * The charge at the start of each step: as planned, and when the house holds the plan's intents while sun and load come out
 * poor or good all the way through, which is wider than any one day is likely to be.
 */
export const socBands = ({ site, plan }: AnsweredProblem): readonly BandPoint[] => {
  const { problem } = site;
  const battery = problem.batteries[0];
  if (battery === undefined) return [];
  const intents = intentsOf(problem, plan);
  const loads = plan.steps.map((step) => step.loads);
  const run = (sun: 'p10' | 'p90', load: 'p10' | 'p90') =>
    follow(problem, {
      ...{ intents, loads },
      loadKw: site.loadKw.map((band) => band[load]),
      pvKw: site.pvKw.map((band) => band[sun]),
    });
  const [poor, good] = [run('p10', 'p90'), run('p90', 'p10')];
  const before = (steps: readonly { readonly socPct: number | null }[], step: number): number =>
    step === 0 ? battery.initialSocPct : (steps[step - 1]?.socPct ?? battery.initialSocPct);
  return plan.steps.map((_, step) => {
    const ends = [before(poor, step), before(good, step), before(plan.steps, step)];
    return {
      at: atOf(problem, step),
      p10: Math.min(...ends),
      p50: before(plan.steps, step),
      p90: Math.max(...ends),
    };
  });
};

const lowestOf = (soc: readonly BandPoint[]): PlanTotals['lowestSoc'] => {
  const lowest = soc.reduce<BandPoint | null>(
    (least, each) => (least === null || each.p10 < least.p10 ? each : least),
    null,
  );
  return lowest === null ? null : { at: lowest.at, p10Pct: lowest.p10 };
};

/**
 * What the plan's hours cost, and what they would cost without it. A battery at rest ends the hours with more or less in it
 * than the plan's does: that difference is put into the idle cost at its value, so that the two can be compared.
 */
export const totalsOf = (answered: AnsweredProblem, soc: readonly BandPoint[]): PlanTotals => {
  const { site, plan } = answered;
  const { problem } = site;
  const planned = moneyOf(problem, plan.steps);
  const idle = moneyOf(problem, idleSteps(problem));
  const highest = plan.steps.reduce<number | null>(
    (most, { importKw }, step) => (most === null || importKw > (plan.steps[most]?.importKw ?? 0) ? step : most),
    null,
  );
  const { maxImportKw } = problem.grid;
  return {
    hours: (plan.steps.length * problem.stepMs) / HOUR_MS,
    cost: planned.cost,
    costIdle: idle.cost - (idle.stored - planned.stored),
    carbonKg: planned.carbonKg,
    carbonIdleKg: idle.carbonKg,
    lowestSoc: lowestOf(soc),
    highestImport: highest === null ? null : { at: atOf(problem, highest), kw: plan.steps[highest]?.importKw ?? 0 },
    importLimitKw: Number.isFinite(maxImportKw) ? maxImportKw : null,
  };
};
