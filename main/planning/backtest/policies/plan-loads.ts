import { type HeatLoad, powerTo, type StepLoad, type SwitchedLoad, stepLoads } from '../loads.ts';
import { createPeakTarget } from '../peak-target.ts';
import type { Published } from '../published.ts';
import type { LoadStanding, Past, PolicyState, SimPolicy, SimSite } from '../types.ts';
import type { Usual } from '../usual.ts';
import { cheapestHeat } from './heat-plan.ts';
import { createOutlooks, type Outlook, outlookFrame } from './load-outlook.ts';
import { type PlanOptions, planPolicy } from './plan.ts';
import { cheapestRun } from './run-plan.ts';
import { earningLoads } from './value-plan.ts';

const HOUR_MS = 3_600_000;
/** Beyond the horizon so much more is looked at for what is stored at its end. */
const BEYOND_HOURS = 24;
/** Heat that is left at the end of the horizon is worth this share of what it costs on the whole. */
const LEFT_SHARE = 0.8;

/** A heat load with what is around it as it was at the same time of the newest day that is known. */
const createSeen = (past: Past, load: HeatLoad) => {
  const ambientC = Float64Array.from(load.ambientC);
  const seen: HeatLoad = { ...load, ambientC };
  return (step: number, to: number): HeatLoad => {
    for (let ahead = step; ahead < to; ahead += 1) {
      const days = Math.floor((ahead - step) / past.slotsPerDay) + 1;
      ambientC[ahead] = load.ambientC[Math.max(0, ahead - days * past.slotsPerDay)] ?? 0;
    }
    // What it is just now can be felt.
    ambientC[step] = load.ambientC[Math.max(0, step - 1)] ?? 0;
    return seen;
  };
};

/** What a load that cannot be left out draws about in each step before the span, kW: its run times and its heat evenly. */
const usedBefore = (past: Past, load: StepLoad): ((step: number) => number) => {
  if (load.kind === 'value') return () => 0;
  if (load.kind === 'heat') {
    const middleC = (load.minC + load.maxC) / 2;
    return (step) => powerTo(load, past.hours, step, middleC, middleC);
  }
  const bySlot = new Float64Array(past.slotsPerDay);
  const days = Math.max(1, (past.end - past.first) / past.slotsPerDay);
  for (const { from, to, runSteps } of load.windows)
    for (let step = from; step < to; step += 1) {
      const slot = past.slot[step] ?? 0;
      bySlot[slot] = (bySlot[slot] ?? 0) + (load.powerKw * runSteps) / (to - from) / days;
    }
  return (step) => bySlot[past.slot[step] ?? 0] ?? 0;
};

/**
 * The planner of the battery with loads beside it. Before each of its decisions loads are planned one after the other by what
 * their power costs in each step, from the sun that would be sold, the worth of what is stored, or the grid: run times first, then
 * heat, then what earns. The battery's plan then expects what they are to draw.
 */
export const planWithLoads = (
  past: Past,
  site: SimSite,
  known: { readonly usual: Usual; readonly prices: Published },
  options: PlanOptions,
): SimPolicy => {
  const { usual, prices } = known;
  const { hours, stepMs, slotsPerDay } = past;
  const loads = stepLoads(past, site.loads);
  const usualPrice = prices.usual(past.first);
  const frame = outlookFrame(past, site, usualPrice);
  const outlookAt = createOutlooks(past, site, frame, known);
  const stepsOf = (ms: number): number => Math.max(1, Math.round(ms / stepMs));
  const horizon = stepsOf(options.horizonHours * HOUR_MS);
  const beyond = stepsOf(BEYOND_HOURS * HOUR_MS);
  /** What loads are to draw together, kW by step, as it was planned last. */
  const plannedKw = new Float64Array(past.steps);
  /** What was used with the loads that cannot be left out: from it the tier of a peak charge is chosen. */
  const before = loads.map((load) => usedBefore(past, load));
  const used = {
    ...past,
    loadKw: past.loadKw.map((kw, step) =>
      step < past.first ? before.reduce((sum, each) => sum + each(step), kw) : kw,
    ),
  };
  const target = createPeakTarget(used, site, frame, usualPrice);
  const battery = planPolicy(
    used,
    site,
    {
      prices,
      usual: {
        ...usual,
        // The household's level is that of its load without them.
        levelOf: (step, loadKw) => usual.levelOf(step, loadKw - (plannedKw[step] ?? 0)),
        of: (step, ahead, sky, intoLoad, intoSun) => {
          usual.of(step, ahead, sky, intoLoad, intoSun);
          const more = plannedKw[ahead] ?? 0;
          for (let bin = 0; bin < intoLoad.length; bin += 1) intoLoad[bin] = (intoLoad[bin] ?? 0) + more;
        },
      },
    },
    options,
  );
  const seenOf = loads.map((load) => (load.kind === 'heat' ? createSeen(past, load) : null));
  const wished = loads.map(() => new Float64Array(past.steps));

  const planRuns = (outlook: Outlook, load: SwitchedLoad, standing: LoadStanding, into: Float64Array): void => {
    outlook.look();
    const costs = new Map<number, number>();
    const costOf = (step: number): number => {
      const cost = costs.get(step) ?? outlook.extraCost(step, outlook.energyAt(step), load.powerKw);
      costs.set(step, cost);
      return cost;
    };
    for (const window of load.windows) {
      if (window.to <= outlook.from || window.to > outlook.to) continue;
      const from = Math.max(outlook.from, window.from);
      const begun = window.from < outlook.from || standing.on;
      const found = cheapestRun(load, window, from, begun ? standing : null, costOf);
      for (const [place, on] of (found ?? []).entries()) into[from + place] = on ? load.powerKw : 0;
    }
  };
  const planHeat = (outlook: Outlook, load: HeatLoad, startC: number, end: number, into: Float64Array): void => {
    outlook.look();
    const half = load.powerKw / 2;
    const priceOf = Array.from({ length: end - outlook.from }, (_, place) => {
      const step = outlook.from + place;
      const [one, both] = [half, load.powerKw].map((kw) => outlook.extraCost(step, outlook.energyAt(step), kw));
      return { firstHalf: (one ?? 0) / (half * hours), secondHalf: ((both ?? 0) - (one ?? 0)) / (half * hours) };
    });
    const sorted = priceOf.map(({ firstHalf }) => firstHalf).toSorted((one, other) => one - other);
    const cheap = sorted.slice(0, Math.max(1, sorted.length >> 1));
    const usually = cheap.reduce((sum, price) => sum + price, 0) / Math.max(1, cheap.length);
    const left =
      end >= past.end ? 0 : (LEFT_SHARE * Math.max(0, usually) * load.capacityKwhPerK) / Math.abs(load.heatPerKwh);
    const none = { firstHalf: 0, secondHalf: 0 };
    const span = { from: outlook.from, to: end, startC };
    const kw = cheapestHeat(load, hours, span, (step) => priceOf[step - outlook.from] ?? none, left);
    for (const [place, each] of kw.entries()) into[outlook.from + place] = each;
  };

  const decide = (state: PolicyState) => {
    const { step } = state;
    usual.look(step);
    const end = Math.min(past.end, step + horizon);
    const to = Math.min(past.end, end + beyond);
    const outlook = outlookAt(
      { step, energyKwh: state.energyKwh, to, caps: target.at(step, state.dailyPeaksKw) },
      // What lies beyond the horizon is as it is planned a day earlier.
      (ahead) => (ahead < end ? 0 : (plannedKw[ahead - slotsPerDay] ?? 0)),
    );
    const add = (into: Float64Array, until: number): void => {
      for (let ahead = step; ahead < until; ahead += 1) outlook.add(ahead, into[ahead] ?? 0);
    };
    const each = (kind: StepLoad['kind'], plan: (load: StepLoad, place: number) => void): void => {
      for (const [place, load] of loads.entries()) if (load.kind === kind) plan(load, place);
    };
    each('run', (load, place) => {
      const [into, standing] = [wished[place], state.loads[place]];
      if (load.kind !== 'run' || into === undefined || standing === undefined) return;
      into.fill(0, step, to);
      planRuns(outlook, load, standing, into);
      add(into, end);
    });
    each('heat', (load, place) => {
      const [into, standing] = [wished[place], state.loads[place]];
      if (load.kind !== 'heat' || into === undefined) return;
      planHeat(outlook, seenOf[place]?.(step, end) ?? load, standing?.temperatureC ?? load.initialC, end, into);
      add(into, end);
    });
    const values = loads.flatMap((load, place) => {
      const [into, standing] = [wished[place], state.loads[place]];
      return load.kind === 'value' && into !== undefined && standing !== undefined ? [{ load, standing, into }] : [];
    });
    if (values.length > 0) {
      outlook.look();
      for (const [place, kw] of earningLoads(outlook, hours, values, end).entries()) {
        const into = values[place]?.into;
        into?.set(kw, step);
        if (into !== undefined) add(into, end);
      }
    }
    for (let ahead = step; ahead < to; ahead += 1) plannedKw[ahead] = outlook.plannedKw(ahead);
    return battery.decide(state);
  };
  return {
    name: 'plan',
    holdsBack: true,
    decide,
    wishes: (step) => {
      for (const [place, load] of loads.entries())
        if (load.kind !== 'value') used.loadKw[step] = (used.loadKw[step] ?? 0) + (wished[place]?.[step] ?? 0);
      return wished.map((kw) => kw[step] ?? 0);
    },
  };
};
