import { keptShare } from './battery-rows.ts';
import { importWorth } from './formulation.ts';
import { type BatteryPower, type Decisions, drawnKw, warmedC } from './schedule.ts';
import type { Battery, FlexibleLoad, HeatStore, ModulatingLoad, Plan, PlanStep, Problem } from './types.ts';

const HOUR_MS = 3_600_000;

/** The step of a plan that covers each step of a problem; undefined where the plan says nothing. */
const stepsFor = (problem: Problem, plan: Plan | null): readonly (PlanStep | undefined)[] => {
  const [first, second] = plan?.steps ?? [];
  if (plan === null || first === undefined) return problem.loadKw.map(() => undefined);
  const from = Date.parse(first.start);
  const lengthMs = second === undefined ? problem.stepMs : Date.parse(second.start) - from;
  return problem.loadKw.map((_, step) => {
    const place = Math.floor((problem.startAt + step * problem.stepMs - from) / lengthMs);
    return place < 0 ? undefined : plan.steps[place];
  });
};

type Steps = readonly (PlanStep | undefined)[];
const powerIn = (step: PlanStep | undefined, id: string): number | null =>
  step !== undefined && Object.hasOwn(step.loads, id) ? (step.loads[id] ?? 0) : null;

const onOf = (load: FlexibleLoad, steps: Steps): readonly boolean[] => {
  const carried = load.before.on ? load.minRunSteps - load.before.steps : 0;
  const runs = new Set(load.mustRun);
  return steps.map((each, step) => {
    const allowed = runs.has(step) || step < carried || (step >= load.firstStep && step < load.endStep);
    return allowed && (powerIn(each, load.id) ?? 0) > load.powerKw / 2;
  });
};

const modulatedOf = (load: ModulatingLoad, steps: Steps): readonly number[] =>
  steps.map((each, step) => {
    const kw = step >= load.firstStep && step < load.endStep ? (powerIn(each, load.id) ?? 0) : 0;
    return kw <= 0 || load.maxKw < load.minKw || kw < load.minKw / 2
      ? 0
      : Math.min(load.maxKw, Math.max(load.minKw, kw));
  });

/** Where the plan says nothing it is kept from falling out of its band. */
const heatOf = (store: HeatStore, steps: Steps, hours: number): readonly number[] => {
  let temperature = store.initialC;
  return steps.map((each, step) => {
    const planned = powerIn(each, store.id);
    const left = warmedC(store, temperature, 0, step, hours);
    const full = warmedC(store, temperature, store.powerKw, step, hours);
    const edge = full > left ? (store.minC[step] ?? left) : (store.maxC[step] ?? left);
    const needed = (full > left ? left < edge : left > edge) && full !== left ? (edge - left) / (full - left) : 0;
    const wanted = planned ?? Math.min(1, needed) * store.powerKw;
    const kw = store.modulates
      ? Math.min(store.powerKw, Math.max(0, wanted))
      : wanted > (planned === null ? 0 : store.powerKw / 2)
        ? store.powerKw
        : 0;
    temperature = warmedC(store, temperature, kw, step, hours);
    return kw;
  });
};

/** One battery in one step: as planned, or with the surplus and the need of the house; clipped to what it holds and can. */
const clippedKw = (
  battery: Battery,
  storedKwh: number,
  wantedKw: number,
  hours: number,
): { readonly kw: number; readonly afterKwh: number } => {
  const rest = keptShare(battery, hours) * storedKwh;
  const room = Math.max(0, (battery.maxSocPct / 100) * battery.capacityKwh - rest);
  const held = Math.max(0, rest - (battery.minSocPct / 100) * battery.capacityKwh);
  if (wantedKw >= 0) {
    const kw = Math.min(wantedKw, battery.maxChargeKw, room / (hours * battery.chargeEfficiency));
    return { kw, afterKwh: rest + kw * hours * battery.chargeEfficiency };
  }
  const kw = Math.min(-wantedKw, battery.maxDischargeKw, (held * battery.dischargeEfficiency) / hours);
  return { kw: -kw, afterKwh: rest - (kw * hours) / battery.dischargeEfficiency };
};

const batteriesOf = (
  problem: Problem,
  steps: Steps,
  draws: Omit<Decisions, 'curtailKw' | 'batteries'>,
): BatteryPower[] => {
  const hours = problem.stepMs / HOUR_MS;
  const { batteries } = problem;
  const chargeKw = batteries.map((): number[] => []);
  const dischargeKw = batteries.map((): number[] => []);
  const stored = batteries.map(({ initialSocPct, capacityKwh }) => (initialSocPct / 100) * capacityKwh);
  for (const [step, each] of steps.entries()) {
    const used = (problem.loadKw[step] ?? 0) + drawnKw(problem, { ...draws, batteries: [] }, step);
    let [sun, house] = [problem.pvKw[step] ?? 0, used];
    let surplus = sun - used;
    for (const [place, battery] of batteries.entries()) {
      const own = each?.batteries?.[battery.id] ?? (batteries.length === 1 ? each : undefined);
      const planned = own === undefined ? surplus : own.chargeKw - own.dischargeKw;
      const allowed = Math.max(battery.toGrid ? planned : -house, Math.min(battery.fromGrid ? planned : sun, planned));
      const { kw, afterKwh } = clippedKw(battery, stored[place] ?? 0, allowed, hours);
      stored[place] = afterKwh;
      chargeKw[place]?.push(Math.max(0, kw));
      dischargeKw[place]?.push(Math.max(0, -kw));
      if (!battery.fromGrid) sun -= Math.max(0, kw);
      if (!battery.toGrid) house -= Math.max(0, -kw);
      if (own === undefined) surplus -= kw;
    }
  }
  return batteries.map((_, place) => ({ chargeKw: chargeKw[place] ?? [], dischargeKw: dischargeKw[place] ?? [] }));
};

/** What is held back of the sun so that the meter costs least: nothing, the surplus, or all that may be. */
const curtailedOf = (problem: Problem, steps: Steps, decisions: Omit<Decisions, 'curtailKw'>): readonly number[] => {
  const { grid, weights } = problem;
  const worth = importWorth(problem);
  const hasPeaks = problem.peakTariff !== null || problem.demandCharges.length > 0;
  return problem.loadKw.map((load, step) => {
    const pv = problem.pvKw[step] ?? 0;
    let net = load + drawnKw(problem, decisions, step) - pv;
    let fromSun = 0;
    for (const [place, { chargeKw, dischargeKw }] of decisions.batteries.entries()) {
      net += (chargeKw[step] ?? 0) - (dischargeKw[step] ?? 0);
      if (problem.batteries[place]?.fromGrid === false) fromSun += chargeKw[step] ?? 0;
    }
    const most = Math.max(0, pv - fromSun);
    const least = Math.min(most, Math.max(0, -net - grid.maxExportKw));
    const inside = (kw: number): number => Math.min(most, Math.max(least, kw));
    const sold = weights.cost * (problem.exportPrice[step] ?? 0);
    const cost = (held: number): number => (net + held > 0 ? (worth[step] ?? 0) * (net + held) : sold * (net + held));
    const all = hasPeaks ? [] : [inside(grid.maxImportKw - net)];
    return [least, inside(-net), inside(steps[step]?.curtailKw ?? 0), ...all].reduce((best, held) =>
      cost(held) < cost(best) ? held : best,
    );
  });
};

/**
 * What is done on a problem's data where a plan is followed: its batteries and loads as it says, clipped where what is stored,
 * the ratings or the windows force it; the meter and what is held back follow. Where the plan says nothing, loads rest, heat
 * stores stay in their band and batteries serve the house.
 */
export const followed = (problem: Problem, plan: Plan | null): Decisions => {
  const steps = stepsFor(problem, plan);
  const hours = problem.stepMs / HOUR_MS;
  const draws = {
    on: problem.flexibleLoads.map((load) => onOf(load, steps)),
    modulatingKw: problem.modulatingLoads.map((load) => modulatedOf(load, steps)),
    heatKw: problem.heatStores.map((store) => heatOf(store, steps, hours)),
  };
  const decisions = { ...draws, batteries: batteriesOf(problem, steps, draws) };
  return { ...decisions, curtailKw: curtailedOf(problem, steps, decisions) };
};
