import { channelId, deviceId } from '../../../main/ids.ts';
import type { PlannedPart, SiteProblem } from '../../../main/planning/site/types.ts';
import type { Battery, FlexibleLoad, Plan, PlanStep, Problem } from '../../../main/planning/types.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import type { PlanLane } from '../../../preload/contract/plan.ts';
import { HOME } from '../control/snapshots.ts';

export const QUARTER = 15 * 60_000;
export const PLAN_AT = Date.UTC(2026, 5, 10, 11, 0, 0);

export const batteryOf = (more: Partial<Battery> = {}): Battery => ({
  id: 'battery',
  capacityKwh: 10,
  minSocPct: 10,
  maxSocPct: 100,
  initialSocPct: 50,
  finalSocPct: null,
  finalValuePerKwh: 0.1,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 1,
  dischargeEfficiency: 1,
  standingLossPerHour: 0,
  wearCostPerKwh: 0,
  reserveSocPct: null,
  reservePricePerKwh: 0,
  fromGrid: true,
  toGrid: true,
  ...more,
});

export const flexibleOf = (id: string, more: Partial<FlexibleLoad> = {}): FlexibleLoad => ({
  id,
  powerKw: 1,
  valuePerKwh: 0.2,
  firstStep: 0,
  endStep: 1_000,
  runSteps: null,
  minRunSteps: 1,
  minPauseSteps: 1,
  maxStarts: null,
  startCost: 0,
  before: { on: false, steps: 100 },
  mustRun: [],
  mustRest: [],
  ...more,
});

const filled = (steps: number, value: number | ((step: number) => number)): readonly number[] =>
  Array.from({ length: steps }, (_, step) => (typeof value === 'number' ? value : value(step)));

type Line = number | ((step: number) => number);

/** A home with a battery, as many quarters as are said, and everything else plain. */
export const liveProblem = (
  steps: number,
  lines: {
    readonly loadKw?: Line;
    readonly pvKw?: Line;
    readonly importPrice?: Line;
    readonly exportPrice?: Line;
  } = {},
  more: Partial<Problem> = {},
): Problem => ({
  startAt: PLAN_AT,
  zone: 'Europe/Berlin',
  stepMs: QUARTER,
  loadKw: filled(steps, lines.loadKw ?? 1),
  pvKw: filled(steps, lines.pvKw ?? 0),
  importPrice: filled(steps, lines.importPrice ?? 0.3),
  exportPrice: filled(steps, lines.exportPrice ?? 0.05),
  carbonG: null,
  batteries: [batteryOf()],
  grid: { maxImportKw: 20, maxExportKw: 20 },
  peakTariff: null,
  demandCharges: [],
  flexibleLoads: [],
  modulatingLoads: [],
  heatStores: [],
  weights: { cost: 1, carbon: 0, imported: 0 },
  soft: { perKwh: 10, perKelvinHour: 10, perRunHour: 10 },
  solver: { gap: 0.001, timeLimitSeconds: 10 },
  ...more,
});

/** A plan that does with battery (+ charging) and loads what is said; everything else follows from the balance. */
export const planDoing = (
  problem: Problem,
  does: { readonly batteryKw?: (step: number) => number; readonly on?: (id: string, step: number) => boolean } = {},
): Plan => {
  const [battery] = problem.batteries;
  const hours = problem.stepMs / 3_600_000;
  let storedKwh = battery ? (battery.initialSocPct / 100) * battery.capacityKwh : 0;
  const steps = problem.loadKw.map((loadKw, step): PlanStep => {
    const loads = Object.fromEntries(
      problem.flexibleLoads.map(({ id, powerKw }) => [id, does.on?.(id, step) ? powerKw : 0]),
    );
    const kw = does.batteryKw?.(step) ?? 0;
    const gridKw = loadKw + Object.values(loads).reduce((sum, each) => sum + each, 0) - (problem.pvKw[step] ?? 0) + kw;
    storedKwh += kw * hours;
    return {
      start: new Date(problem.startAt + step * problem.stepMs).toISOString(),
      importKw: Math.max(0, gridKw),
      exportKw: Math.max(0, -gridKw),
      chargeKw: Math.max(0, kw),
      dischargeKw: Math.max(0, -kw),
      curtailKw: 0,
      socPct: battery ? (storedKwh / battery.capacityKwh) * 100 : null,
      loads,
    };
  });
  const energy = steps.reduce(
    (sum, { importKw, exportKw }, step) =>
      sum + hours * (importKw * (problem.importPrice[step] ?? 0) - exportKw * (problem.exportPrice[step] ?? 0)),
    0,
  );
  const earned = steps.reduce(
    (sum, { loads }) =>
      sum + problem.flexibleLoads.reduce((all, { id, valuePerKwh }) => all + (loads[id] ?? 0) * hours * valuePerKwh, 0),
    0,
  );
  const stored = storedKwh * (battery?.finalValuePerKwh ?? 0);
  return {
    status: 'optimal',
    objective: energy - earned - stored,
    bound: energy - earned - stored,
    gap: 0,
    seconds: 0.1,
    costs: { energy, peak: 0, wear: 0, total: energy, earned, stored, carbonKg: null },
    steps,
    bent: [],
  };
};

const channelParts = (id: string): readonly [string, string] => {
  const [device = '', channel = ''] = (id.split('#')[0] ?? '').split('/');
  return [device, channel];
};

/** Lanes and parts of the problem's own loads, named `device/channel#n`. */
export const siteOf = (
  problem: Problem,
  controls: Readonly<Record<string, ControlKind>> = {},
  madeAt = problem.startAt,
): SiteProblem => {
  const loads = [...problem.flexibleLoads, ...problem.modulatingLoads];
  const parts = loads.map(({ id }): PlannedPart => {
    const [device, channel] = channelParts(id);
    const flexible = problem.flexibleLoads.find((load) => load.id === id);
    return {
      ...{ id, kind: flexible ? 'on-off' : 'modulating', laneId: `${device}/${channel}`, name: device },
      ...{ deviceId: deviceId(device), channelId: channelId(channel) },
      wish: { kind: 'value', valuePerKwh: 0.2 },
      control: controls[`${device}/${channel}`] ?? { kind: 'switch' },
      powerKw: flexible?.powerKw ?? 1,
      deadlineAt: null,
      windowAt: null,
    };
  });
  const lanes = new Map(
    parts.map((part): [string, PlanLane] => [
      part.laneId,
      {
        ...{ id: part.laneId, name: part.name, role: 'other-load', note: '', controllable: true },
        ...{ deviceId: part.deviceId, channelId: part.channelId },
      },
    ]),
  );
  const batteryLane: PlanLane = {
    ...{ id: 'battery', name: 'Battery', role: 'battery', note: '', controllable: true },
    ...{ deviceId: null, channelId: null },
  };
  const band = (kw: number) => ({ p10: kw, p50: kw, p90: kw });
  return {
    siteId: HOME,
    currency: 'EUR',
    madeAt,
    problem,
    lanes: [...(problem.batteries.length > 0 ? [batteryLane] : []), ...lanes.values()],
    parts,
    pvKw: problem.pvKw.map(band),
    loadKw: problem.loadKw.map(band),
    priceKnown: problem.loadKw.map(() => true),
    leansOn: { prices: null, sun: null, load: 'load forecast' },
    unmet: [],
    notes: [],
  };
};
