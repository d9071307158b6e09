import type { PlanBlock } from '../../../preload/contract/plan.ts';
import { type Intent, intentsOf } from '../live/intent.ts';
import type { Plan, PlanStep, Problem } from '../types.ts';
import { AT_REST, follow, type LoadsKw } from './follow.ts';
import { HOUR_MS, sum } from './grid-of-steps.ts';
import { thermostatKw } from './idle.ts';
import { moneyOf } from './money.ts';
import { spanText } from './site-words.ts';
import { type BatteryMode, NOTHING_KW, type Stretch } from './stretches.ts';
import type { PlannedPart } from './types.ts';
import { range } from './views-of-step.ts';

type Alternative = PlanBlock['alternatives'][number];
const MOST = 3;
/** What is this much better than the plan is no alternative but a fault of the comparison, in money. */
const ROUNDING = 0.005;
const OVER_KW = 0.1;

/** The battery covers the house and takes nothing. */
const covering = (problem: Problem): Intent => ({
  ...AT_REST,
  does: 'house',
  leastKw: -(problem.batteries[0]?.maxDischargeKw ?? 0),
});

/** What another course of the house would cost. */
interface Variant {
  readonly label: string;
  readonly intents?: readonly Intent[];
  readonly loads?: readonly LoadsKw[];
}

/** Scores changes of one plan, each as the house would go through with it. */
export interface Alternatives {
  ofLoad(stretch: Stretch<PlannedPart>, windowStep: number | null): readonly Alternative[];
  ofBattery(stretch: Stretch<BatteryMode>): readonly Alternative[];
}

const moved = (
  loads: readonly LoadsKw[],
  id: string,
  { from, to }: Stretch<unknown>,
  by: number,
): readonly LoadsKw[] => {
  const profile = range(from, to).map((step) => loads[step]?.[id] ?? 0);
  return loads.map((own, step) => {
    const taken = profile[step - from - by];
    if (taken !== undefined) return { ...own, [id]: taken };
    return step >= from && step < to ? { ...own, [id]: 0 } : own;
  });
};

/**
 * What else a block could be, each with its price. Every variant is gone through with the battery holding the plan's intents, and
 * compared with the plan gone through in the same way; one that breaks the import limit, or comes out better than a plan that
 * is proven best, is left out.
 */
export const alternativesOf = (problem: Problem, plan: Plan): Alternatives => {
  const intents = intentsOf(problem, plan);
  const loads = plan.steps.map((step) => step.loads);
  const through = (variant: Omit<Variant, 'label'>): readonly PlanStep[] =>
    follow(problem, { intents, loads, loadKw: problem.loadKw, pvKw: problem.pvKw, ...variant });
  const highest = (steps: readonly PlanStep[]): number => Math.max(0, ...steps.map(({ importKw }) => importKw));
  const base = through({});
  const baseMoney = moneyOf(problem, base);
  const limitKw = Math.max(problem.grid.maxImportKw, highest(base)) + OVER_KW;
  const othersCount = problem.weights.carbon > 0 || problem.weights.imported > 0;

  const scored = ({ label, ...variant }: Variant): readonly Alternative[] => {
    const steps = through(variant);
    if (highest(steps) > limitKw) return [];
    const { cost, stored, carbonKg } = moneyOf(problem, steps);
    const costMore = cost - stored - (baseMoney.cost - baseMoney.stored);
    if (costMore < -ROUNDING && !othersCount) return [];
    const carbonMoreKg = carbonKg === null || baseMoney.carbonKg === null ? null : carbonKg - baseMoney.carbonKg;
    return [{ label, costMore: Math.abs(costMore) < ROUNDING ? 0 : costMore, carbonMoreKg }];
  };
  const best = (variants: readonly Variant[]): readonly Alternative[] => variants.flatMap(scored).slice(0, MOST);
  const hourSteps = HOUR_MS / problem.stepMs;

  /** Moves that stay inside the window and off the load's other blocks. */
  const movesOf = (stretch: Stretch<PlannedPart>, label: string, by: number): readonly Variant[] => {
    const { from, to, mode } = stretch;
    const place = [...problem.flexibleLoads, ...problem.modulatingLoads].find(({ id }) => id === mode.id);
    if (place === undefined || by === 0 || from + by < place.firstStep || to + by > place.endStep) return [];
    const overlaps = range(from + by, to + by).some(
      (step) => (step < from || step >= to) && (loads[step]?.[mode.id] ?? 0) > NOTHING_KW,
    );
    return overlaps ? [] : [{ label, loads: moved(loads, mode.id, stretch, by) }];
  };

  const fromBattery = ({ from, to }: Stretch<PlannedPart>): readonly Variant[] => {
    const battery = problem.batteries[0];
    const given = sum(range(from, to).map((step) => plan.steps[step]?.dischargeKw ?? 0));
    const imported = sum(range(from, to).map((step) => plan.steps[step]?.importKw ?? 0));
    const socPct = from === 0 ? (battery?.initialSocPct ?? 0) : (plan.steps[from - 1]?.socPct ?? 0);
    if (battery === undefined || given > NOTHING_KW || imported <= NOTHING_KW || socPct < battery.minSocPct + 5)
      return [];
    const cover = covering(problem);
    return [
      { label: 'From the battery', intents: intents.map((own, step) => (step >= from && step < to ? cover : own)) },
    ];
  };

  return {
    ofLoad: (stretch, windowStep) => {
      const { from, to, mode } = stretch;
      const none = loads.map((own, step) => (step >= from && step < to ? { ...own, [mode.id]: 0 } : own));
      if (mode.kind === 'heat') {
        const store = problem.heatStores.find(({ id }) => id === mode.id);
        if (store === undefined) return [];
        const course = thermostatKw(store, problem.stepMs);
        return best([
          {
            label: 'The thermostat alone, all along',
            loads: loads.map((own, step) => ({ ...own, [mode.id]: course[step] ?? 0 })),
          },
        ]);
      }
      const later = movesOf(stretch, 'One hour later', hourSteps);
      if (mode.wish.kind === 'value') return best([...later, { label: 'Not at all', loads: none }]);
      const early =
        windowStep === null
          ? []
          : movesOf(stretch, windowStep === 0 ? 'At once' : 'As early as it may', windowStep - from);
      const late =
        windowStep === null ? [] : movesOf(stretch, `${spanText(problem.stepMs * hourSteps)} earlier`, -hourSteps);
      return best([...early, ...fromBattery(stretch), ...later, ...(early.length === 0 ? late : [])]);
    },
    ofBattery: ({ from, to, mode }) => {
      const held = intents.map((own, step) => (step >= from && step < to ? AT_REST : own));
      if (mode === 'hold-charge')
        return best([
          {
            label: 'Use the battery',
            intents: intents.map((own, step) => (step >= from && step < to ? covering(problem) : own)),
          },
        ]);
      if (mode === 'hold-room')
        return best([
          {
            label: 'Store it now',
            intents: intents.map((own, step) =>
              step >= from && step < to
                ? { ...AT_REST, does: 'surplus', mostKw: problem.batteries[0]?.maxChargeKw ?? 0 }
                : own,
            ),
          },
        ]);
      const shifted = intents.map((own, step) => {
        if (step >= from && step < from + hourSteps) return AT_REST;
        return step >= from + hourSteps && step < to + hourSteps ? (intents[step - hourSteps] ?? own) : own;
      });
      return best([
        { label: 'One hour later', intents: shifted },
        { label: 'Not at all', intents: held },
      ]);
    },
  };
};
