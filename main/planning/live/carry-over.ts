import { keptShare } from '../battery-rows.ts';
import type { Battery, PlanStep, Problem } from '../types.ts';
import { batteryKwFor, type Intent } from './intent.ts';

const HOUR_MS = 3_600_000;

/** The decisions of a plan, without what the house was thought to do meanwhile. */
export interface Decided {
  readonly startAt: number;
  readonly stepMs: number;
  /** kW of each load by its id, one a step. */
  readonly loads: readonly Readonly<Record<string, number>>[];
  readonly intents: readonly Intent[];
}

interface Charge {
  readonly battery: Battery;
  socPct: number;
}

/** Each battery takes its share of what all do together, by what it can do. */
const shareOut = (charges: readonly Charge[], wantedKw: number, hours: number) => {
  let left = wantedKw;
  const done: Record<string, { chargeKw: number; dischargeKw: number; socPct: number }> = {};
  for (const charge of charges) {
    const { battery } = charge;
    const storedKwh = (charge.socPct / 100) * battery.capacityKwh * keptShare(battery, hours);
    const roomKwh = Math.max(0, (battery.maxSocPct / 100) * battery.capacityKwh - storedKwh);
    const stockKwh = Math.max(0, storedKwh - (battery.minSocPct / 100) * battery.capacityKwh);
    const chargeKw = Math.max(0, Math.min(left, battery.maxChargeKw, roomKwh / battery.chargeEfficiency / hours));
    const dischargeKw = Math.max(
      0,
      Math.min(-left, battery.maxDischargeKw, (stockKwh * battery.dischargeEfficiency) / hours),
    );
    left -= chargeKw - dischargeKw;
    const endKwh =
      storedKwh + (chargeKw * battery.chargeEfficiency - dischargeKw / battery.dischargeEfficiency) * hours;
    charge.socPct = (endKwh / battery.capacityKwh) * 100;
    done[battery.id] = { chargeKw, dischargeKw, socPct: charge.socPct };
  }
  return { done, doneKw: wantedKw - left };
};

/**
 * What becomes of a plan on newer data: its loads run as it said, its battery follows its intents, and what is newer than its
 * end is taken from `then`. Null where the two plan different loads: settings were changed, so they cannot be compared.
 */
export const carriedOver = (before: Decided, problem: Problem, then: Decided): readonly PlanStep[] | null => {
  const { startAt, stepMs, batteries, grid } = problem;
  const shift = (startAt - before.startAt) / before.stepMs;
  if (before.stepMs !== stepMs || !Number.isInteger(shift) || shift < 0) return null;
  const hours = stepMs / HOUR_MS;
  const charges = batteries.map((battery): Charge => ({ battery, socPct: battery.initialSocPct }));
  const capacityKwh = batteries.reduce((sum, each) => sum + each.capacityKwh, 0);
  const maxChargeKw = batteries.reduce((sum, each) => sum + each.maxChargeKw, 0);
  const maxDischargeKw = batteries.reduce((sum, each) => sum + each.maxDischargeKw, 0);
  const steps: PlanStep[] = [];
  for (const place of problem.loadKw.keys()) {
    const newer = then.loads[place];
    const loads = before.loads[place + shift] ?? newer;
    const intent = before.intents[place + shift] ?? then.intents[place];
    if (!intent || !loads || !newer || !sameNames(loads, newer)) return null;
    const loadKw = (problem.loadKw[place] ?? 0) + Object.values(loads).reduce((sum, kw) => sum + kw, 0);
    const pvKw = problem.pvKw[place] ?? 0;
    const wantedKw = batteryKwFor(intent, {
      netKw: loadKw - pvKw,
      // Each battery keeps its own limits below.
      ...{ socPct: 100, floorPct: 0 },
      ...{ maxChargeKw, maxDischargeKw, maxExportKw: grid.maxExportKw },
    });
    const { done, doneKw } = shareOut(charges, wantedKw, hours);
    const gridKw = loadKw - pvKw + doneKw;
    const refused = (problem.exportPrice[place] ?? 0) < 0 ? 0 : grid.maxExportKw;
    const curtailKw = Math.min(pvKw, Math.max(0, -gridKw - refused));
    const storedKwh = charges.reduce((sum, { battery, socPct }) => sum + (socPct / 100) * battery.capacityKwh, 0);
    steps.push({
      start: new Date(startAt + place * stepMs).toISOString(),
      importKw: Math.max(0, gridKw + curtailKw),
      exportKw: Math.max(0, -(gridKw + curtailKw)),
      chargeKw: Math.max(0, doneKw),
      dischargeKw: Math.max(0, -doneKw),
      curtailKw,
      socPct: capacityKwh === 0 ? null : (storedKwh / capacityKwh) * 100,
      loads,
      ...(batteries.length > 1 ? { batteries: done } : {}),
    });
  }
  return steps;
};

const sameNames = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name));
};
