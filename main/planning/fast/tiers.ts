import { followed } from '../follow.ts';
import { importWorth } from '../formulation.ts';
import { type Decisions, scheduleOf } from '../schedule.ts';
import { planOf } from '../solve.ts';
import type { FlexibleLoad, ModulatingLoad, Plan, Problem } from '../types.ts';
import { validatePlan } from '../validate.ts';

/** From this lowest charge of the batteries on, this share of the loads that run for their value may run, the best first. */
const TIERS = [
  { fromPct: 75, share: 1 },
  { fromPct: 50, share: 0.5 },
  { fromPct: 25, share: 0.25 },
] as const;
/** A step that a person asked for counts more than any price. */
const ASKED = 1e6;

const UNPROVEN = { bound: Number.NEGATIVE_INFINITY, seconds: 0, timedOut: true } as const;

/** What a load of so many kW costs in each step on top of the house: its surplus first. */
const priceOf = (problem: Problem, kw: number): readonly number[] => {
  const worth = importWorth(problem);
  return problem.loadKw.map((load, step) => {
    const net = load - (problem.pvKw[step] ?? 0);
    const bought = Math.max(0, net + kw) - Math.max(0, net);
    return bought * (worth[step] ?? 0) + (kw - bought) * problem.weights.cost * (problem.exportPrice[step] ?? 0);
  });
};

/** How long a run that is under way has to go on, and where the next one may begin. */
const carriedOf = ({ before, minRunSteps, minPauseSteps }: FlexibleLoad): { until: number; next: number } => {
  const until = before.on ? Math.max(0, minRunSteps - before.steps) : 0;
  return { until, next: before.on ? until + minPauseSteps : Math.max(0, minPauseSteps - before.steps) };
};

/** The cheapest place for a run in one piece; it may go on from the run that is under way. Null: there is none. */
const placeOf = (load: FlexibleLoad, length: number, price: readonly number[]): number | null => {
  const { until, next } = carriedOf(load);
  const end = Math.min(load.endStep, price.length);
  const rest = new Set(load.mustRest);
  let best: { at: number; cost: number } | null = null;
  for (let at = Math.max(0, load.firstStep); at + length <= end; at += 1) {
    const goesOn = load.before.on && at === until;
    if (!goesOn && (at < next || length < load.minRunSteps || load.maxStarts === 0)) continue;
    let cost = 0;
    for (let step = at; step < at + length; step += 1)
      cost += (price[step] ?? 0) + (rest.has(step) ? ASKED : 0) - (load.mustRun.includes(step) ? ASKED : 0);
    if (best === null || cost < best.cost) best = { at, cost };
  }
  return best?.at ?? null;
};

/** On where a run under way must go on; and in one piece for the time it needs, or for as long as it may where it earns. */
const onOf = (problem: Problem, load: FlexibleLoad, earns: boolean): readonly boolean[] => {
  const { until } = carriedOf(load);
  const steps = problem.loadKw.length;
  const asked = load.mustRun.length > 0 ? Math.max(...load.mustRun) - Math.min(...load.mustRun) + 1 : 0;
  const free = earns ? Math.min(load.endStep, steps) - Math.max(load.firstStep, carriedOf(load).next) : 0;
  const wanted =
    load.runSteps === null ? Math.max(free, asked && Math.max(asked, load.minRunSteps)) : load.runSteps - until;
  const at = wanted > 0 ? placeOf(load, wanted, priceOf(problem, load.powerKw)) : null;
  return problem.loadKw.map((_, step) => step < until || (at !== null && step >= at && step < at + wanted));
};

/** At full power in its cheapest steps until it has what it needs. */
const modulatedOf = (problem: Problem, load: ModulatingLoad): readonly number[] => {
  const hours = problem.stepMs / 3_600_000;
  const price = priceOf(problem, load.maxKw);
  const kw = problem.loadKw.map(() => 0);
  const within = [...kw.keys()].filter((step) => step >= load.firstStep && step < load.endStep);
  let left = (load.energyKwh ?? 0) / hours;
  for (const step of within.sort((one, other) => (price[one] ?? 0) - (price[other] ?? 0))) {
    if (left <= 1e-9) break;
    kw[step] = Math.min(load.maxKw, Math.max(load.minKw, left));
    left -= kw[step] ?? 0;
  }
  return kw;
};

type Loads = Pick<Decisions, 'on' | 'modulatingKw'>;

/** Loads as given; batteries serve the house with them, heat stores stay in their band. */
const withLoads = (problem: Problem, { on, modulatingKw }: Loads): Decisions => {
  const drawn = problem.loadKw.map(
    (load, step) =>
      load +
      problem.flexibleLoads.reduce((sum, { powerKw }, place) => sum + (on[place]?.[step] ? powerKw : 0), 0) +
      modulatingKw.reduce((sum, powers) => sum + (powers[step] ?? 0), 0),
  );
  const house = followed({ ...problem, loadKw: drawn, flexibleLoads: [], modulatingLoads: [] }, null);
  return { ...house, on, modulatingKw };
};

const lowestPct = (problem: Problem, decisions: Decisions): number => {
  const { energyKwh } = scheduleOf(problem, decisions);
  const capacity = problem.batteries.reduce((sum, { capacityKwh }) => sum + capacityKwh, 0);
  if (capacity === 0) return 0;
  return problem.loadKw.reduce((lowest, _, step) => {
    const stored = energyKwh.reduce((sum, energy) => sum + (energy[step] ?? 0), 0);
    return Math.min(lowest, (100 * stored) / capacity);
  }, 100);
};

/**
 * The plan when all else fails; there is always one. Batteries serve the house. Loads that have to run do so in one piece where it
 * costs least; of those that run for their value so many as the lowest charge ahead allows. Where the rules of loads get in each
 * other's way, all rest that may.
 */
export const tiersPlan = (problem: Problem): Plan => {
  const needed: Loads = {
    on: problem.flexibleLoads.map((load) => onOf(problem, load, false)),
    modulatingKw: problem.modulatingLoads.map((load) => modulatedOf(problem, load)),
  };
  const lowest = lowestPct(problem, withLoads(problem, needed));
  const share = TIERS.find(({ fromPct }) => lowest >= fromPct)?.share ?? 0;
  const byValue = problem.flexibleLoads
    .filter(({ runSteps, valuePerKwh }) => runSteps === null && valuePerKwh > 0)
    .sort((one, other) => other.valuePerKwh - one.valuePerKwh);
  const earning = new Set(byValue.slice(0, Math.ceil(share * byValue.length)).map(({ id }) => id));
  const resting: Loads = {
    on: problem.flexibleLoads.map((load) => problem.loadKw.map((_, step) => step < carriedOf(load).until)),
    modulatingKw: problem.modulatingLoads.map(() => problem.loadKw.map(() => 0)),
  };
  const all: Loads = {
    ...needed,
    on: problem.flexibleLoads.map((load) => onOf(problem, load, earning.has(load.id))),
  };
  const plans = [all, needed, resting].map((loads) => planOf(problem, withLoads(problem, loads), UNPROVEN));
  const [last] = plans.slice(-1);
  const valid = plans.find((plan) => validatePlan(problem, plan).length === 0) ?? last;
  return valid ?? planOf(problem, followed(problem, null), UNPROVEN);
};
