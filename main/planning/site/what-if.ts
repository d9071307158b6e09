import type { PlanTotals, WhatIf, WhatIfChanges } from '../../../preload/contract/plan.ts';
import type { LoadWish } from '../../../preload/contract/plan-settings.ts';
import type { Battery, Problem } from '../types.ts';
import { STEP_HOURS, STEP_MS } from './grid-of-steps.ts';
import { pictureOf } from './plan-view.ts';
import { BATTERY_ID } from './site-battery.ts';
import { siteWords } from './site-words.ts';
import { socBands, totalsOf } from './totals.ts';
import type { AnsweredProblem, PowerBand, SiteProblem } from './types.ts';
import { nextClock } from './windows.ts';

/** A battery where there is none: half full, as big as asked, with the losses of common ones. */
const newBattery = (capacityKwh: number, powerKw: number): Battery => ({
  ...{ id: BATTERY_ID, capacityKwh, minSocPct: 10, maxSocPct: 100, initialSocPct: 50, finalSocPct: null },
  ...{ finalValuePerKwh: 0, maxChargeKw: powerKw, maxDischargeKw: powerKw },
  ...{ chargeEfficiency: 0.95, dischargeEfficiency: 0.95, standingLossPerHour: 0.0002, wearCostPerKwh: 0.02 },
  ...{ reserveSocPct: null, reservePricePerKwh: 0, fromGrid: true, toGrid: false },
});
const KW_PER_KWH = 0.5;

/** Another size keeps the charge in per cent, and power in proportion unless it is asked for too. */
const batteriesOf = ({ batteries, importPrice }: Problem, changes: WhatIfChanges): readonly Battery[] => {
  const own = batteries[0];
  const { batteryKwh, batteryKw, reservePct } = changes;
  if (batteryKwh === 0) return [];
  if (own === undefined && batteryKwh === undefined) return [];
  const capacityKwh = batteryKwh ?? own?.capacityKwh ?? 0;
  const cheap = Math.max(0, Math.min(...importPrice));
  const base = own ?? { ...newBattery(capacityKwh, capacityKwh * KW_PER_KWH), finalValuePerKwh: cheap };
  const scale = capacityKwh / base.capacityKwh;
  const minSocPct = reservePct === undefined ? base.minSocPct : Math.min(reservePct, base.maxSocPct);
  return [
    {
      ...base,
      capacityKwh,
      minSocPct,
      maxChargeKw: batteryKw ?? base.maxChargeKw * scale,
      maxDischargeKw: batteryKw ?? base.maxDischargeKw * scale,
      reserveSocPct:
        base.reserveSocPct
          ?.map((pct) => Math.max(minSocPct, pct - base.minSocPct + minSocPct, 0))
          .map((pct) => Math.min(base.maxSocPct, pct)) ?? null,
    },
  ];
};

const wishBy = (wish: LoadWish, to: string): LoadWish =>
  wish.kind === 'run' || wish.kind === 'energy' ? { ...wish, to } : wish;

/** Loads that have something to do by a time have another one: the next such time after their window begins. */
const readyBy = (site: SiteProblem, time: string): SiteProblem => {
  const { problem } = site;
  const count = problem.loadKw.length;
  const deadlines = new Map(
    site.parts.flatMap(({ id, windowAt, deadlineAt }): readonly [string, number][] =>
      windowAt === null || deadlineAt === null
        ? []
        : [[id, nextClock(Math.max(windowAt, site.madeAt), time, problem.zone)]],
    ),
  );
  const endOf = (id: string, endStep: number, firstStep: number): number => {
    const at = deadlines.get(id);
    if (at === undefined) return endStep;
    return Math.max(firstStep + 1, Math.min(count, Math.floor((at - problem.startAt) / STEP_MS)));
  };
  return {
    ...site,
    parts: site.parts.map((part) => {
      const deadlineAt = deadlines.get(part.id);
      return deadlineAt === undefined ? part : { ...part, deadlineAt, wish: wishBy(part.wish, time) };
    }),
    problem: {
      ...problem,
      flexibleLoads: problem.flexibleLoads.map((load) => {
        const endStep = endOf(load.id, load.endStep, load.firstStep);
        const runSteps = load.runSteps === null ? null : Math.min(load.runSteps, endStep - load.firstStep);
        const inside = (steps: readonly number[]): readonly number[] => steps.filter((step) => step < endStep);
        const minRunSteps =
          runSteps === null || load.before.on ? load.minRunSteps : Math.min(load.minRunSteps, runSteps);
        return {
          ...load,
          endStep,
          runSteps,
          minRunSteps,
          mustRun: inside(load.mustRun),
          mustRest: inside(load.mustRest),
        };
      }),
      modulatingLoads: problem.modulatingLoads.map((load) => {
        const endStep = endOf(load.id, load.endStep, load.firstStep);
        const mostKwh = (endStep - load.firstStep) * STEP_HOURS * load.maxKw;
        return { ...load, endStep, energyKwh: load.energyKwh === null ? null : Math.min(load.energyKwh, mostKwh) };
      }),
    },
  };
};

const scaled = (bands: readonly PowerBand[], factor: number): readonly PowerBand[] =>
  bands.map(({ p10, p50, p90 }) => ({ p10: p10 * factor, p50: p50 * factor, p90: p90 * factor }));

/** The same home with other assumptions: a problem of its own, for the optimiser. */
export const whatIf = (site: SiteProblem, changes: WhatIfChanges): SiteProblem => {
  const { problem } = site;
  const { importPriceFactor = 1, exportPriceFactor = 1, pvFactor = 1, loadFactor = 1 } = changes;
  const [pvKw, loadKw] = [scaled(site.pvKw, pvFactor), scaled(site.loadKw, loadFactor)];
  const batteries = batteriesOf(problem, changes);
  const lane = {
    id: BATTERY_ID,
    name: 'Battery',
    role: 'battery' as const,
    deviceId: null,
    channelId: null,
    controllable: false,
  };
  const others = site.lanes.filter(({ id }) => id !== BATTERY_ID);
  const own = site.lanes.find(({ id }) => id === BATTERY_ID) ?? { ...lane, note: '' };
  const size = batteries[0]?.capacityKwh;
  const changed: SiteProblem = {
    ...site,
    pvKw,
    loadKw,
    lanes: size === undefined ? others : [{ ...own, note: `${Number(size.toFixed(1))} kWh` }, ...others],
    problem: {
      ...problem,
      batteries,
      pvKw: pvKw.map(({ p50 }) => p50),
      loadKw: loadKw.map(({ p50 }) => p50),
      importPrice: problem.importPrice.map((price) => price * importPriceFactor),
      exportPrice: problem.exportPrice.map((price) => price * exportPriceFactor),
    },
  };
  return changes.readyBy === undefined ? changed : readyBy(changed, changes.readyBy);
};

const differs = (site: SiteProblem, asPlanned: PlanTotals, changed: PlanTotals): string => {
  const { price } = siteWords(site);
  const difference = changed.cost - asPlanned.cost;
  const hours = `the next ${Math.round(changed.hours)} h`;
  if (Math.abs(difference) < 0.005) return `It would make no difference in ${hours}.`;
  return `It would ${difference < 0 ? 'save' : 'cost'} ${price(Math.abs(difference))} ${difference < 0 ? '' : 'more '}in ${hours}.`;
};

/** The answer to a what-if: the plan in force beside the plan for the changed home. */
export const whatIfView = (asPlanned: AnsweredProblem, changed: AnsweredProblem): WhatIf => {
  const before = totalsOf(asPlanned, socBands(asPlanned));
  const { totals, ...picture } = pictureOf(changed, []);
  return { asPlanned: before, changed: totals, ...picture, sentence: differs(changed.site, before, totals) };
};
