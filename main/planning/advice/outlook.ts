import type { PowerBand, SiteProblem } from '../site/types.ts';
import type { Battery, DemandCharge } from '../types.ts';
import { restingMove } from './self-consumption.ts';

/** The next hours of a home, as far as advice looks at them; one value a step. Money per kWh, carbon in g per kWh. */
export interface Outlook {
  readonly startAt: number;
  readonly stepMs: number;
  readonly currency: string;
  readonly zone: string;
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[];
  /** Null where nothing is known. */
  readonly carbonG: readonly number[] | null;
  readonly pvKw: readonly PowerBand[];
  /** Without what advice is about. */
  readonly loadKw: readonly PowerBand[];
  /** Null where there is none. */
  readonly battery: Battery | null;
  readonly maxExportKw: number;
  readonly demandCharges: readonly DemandCharge[];
  /** Money that a kg of CO2 is worth to the person. */
  readonly perKgCo2: number;
}

export const outlookOf = ({ problem, currency, pvKw, loadKw }: SiteProblem, perKgCo2: number): Outlook => ({
  ...{ currency, pvKw, loadKw, perKgCo2 },
  startAt: problem.startAt,
  stepMs: problem.stepMs,
  zone: problem.zone,
  importPrice: problem.importPrice,
  exportPrice: problem.exportPrice,
  carbonG: problem.carbonG,
  battery: problem.batteries[0] ?? null,
  maxExportKw: problem.grid.maxExportKw,
  demandCharges: problem.demandCharges,
});

/** How the sun and the use may come, kW a step. */
export interface Scenario {
  readonly pvKw: readonly number[];
  readonly loadKw: readonly number[];
}

/** Where in its band a course lies: −1 is p10, 0 the middle, 1 is p90. */
const LEVELS = [-1, -0.5, 0, 0.5, 1] as const;

const courseIn = (bands: readonly PowerBand[], level: number): readonly number[] =>
  bands.map(({ p10, p50, p90 }) => Math.max(0, p50 + level * (level < 0 ? p50 - p10 : p90 - p50)));

export const middleOf = ({ pvKw, loadKw }: Outlook): Scenario => ({
  pvKw: courseIn(pvKw, 0),
  loadKw: courseIn(loadKw, 0),
});

/** Twenty-five ways between p10 and p90: each of five for the sun with each of five for the use. */
export const scenariosOf = ({ pvKw, loadKw }: Outlook): readonly Scenario[] => {
  const loads = LEVELS.map((level) => courseIn(loadKw, level));
  return LEVELS.flatMap((level) => {
    const sun = courseIn(pvKw, level);
    return loads.map((load) => ({ pvKw: sun, loadKw: load }));
  });
};

/** What is done beside what the home does by itself. */
export interface Change {
  /** kW more load in a step. */
  readonly extraKw?: (step: number) => number;
  /** Charging from the grid, kW, in a step. */
  readonly gridChargeKw?: (step: number) => number;
  /** The least charge to keep in a step, %. */
  readonly keepPct?: (step: number) => number;
}

/** How the hours go when the battery is left to itself. */
export interface Course {
  /** Import less export, wear, and less what the charge at the end is worth. */
  readonly cost: number;
  /** CO2 of the import, less that of what the charge at the end replaces; null where carbon is not known. */
  readonly carbonG: number | null;
  /** kWh a step. */
  readonly importKwh: readonly number[];
  readonly exportKwh: readonly number[];
  /** Sun that may not be fed in and that nobody takes. */
  readonly lostKwh: readonly number[];
  /** At the end of a step, %; empty without a battery. */
  readonly socPct: readonly number[];
  readonly chargedKwh: number;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const ofBattery = (
  battery: Battery,
  keepPct: number,
  chargeKw: number,
  storedKwh: number,
  surplusKwh: number,
  hours: number,
) => {
  const kept = { ...battery, minSocPct: Math.max(battery.minSocPct, keepPct) };
  // Charging on purpose is a surplus of its own; the house is then fed by the grid.
  return restingMove(kept, storedKwh, chargeKw > 0 ? Math.max(surplusKwh, chargeKw * hours) : surplusKwh, hours);
};

/** Goes through the steps of a scenario with a change. Pure, and quick: advice asks for it hundreds of times. */
export const courseOf = (outlook: Outlook, { pvKw, loadKw }: Scenario, change: Change = {}): Course => {
  const { battery, importPrice, exportPrice, carbonG } = outlook;
  const hours = outlook.stepMs / 3_600_000;
  const course = {
    importKwh: [] as number[],
    exportKwh: [] as number[],
    lostKwh: [] as number[],
    socPct: [] as number[],
  };
  let [cost, grams, chargedKwh] = [0, 0, 0];
  let storedKwh = battery === null ? 0 : (battery.capacityKwh * battery.initialSocPct) / 100;
  for (let step = 0; step < importPrice.length; step += 1) {
    const lackKwh = ((loadKw[step] ?? 0) + (change.extraKw?.(step) ?? 0) - (pvKw[step] ?? 0)) * hours;
    let movedKwh = 0;
    if (battery !== null) {
      const [keepPct, chargeKw] = [change.keepPct?.(step) ?? 0, change.gridChargeKw?.(step) ?? 0];
      const move = ofBattery(battery, keepPct, chargeKw, storedKwh, -lackKwh, hours);
      storedKwh = move.storedKwh;
      movedKwh = move.batteryKwh;
      chargedKwh += Math.max(0, movedKwh);
      course.socPct.push((100 * storedKwh) / battery.capacityKwh);
    }
    const gridKwh = lackKwh + movedKwh;
    const soldKwh = Math.min(Math.max(0, -gridKwh), outlook.maxExportKw * hours);
    const boughtKwh = Math.max(0, gridKwh);
    course.importKwh.push(boughtKwh);
    course.exportKwh.push(soldKwh);
    course.lostKwh.push(Math.max(0, -gridKwh) - soldKwh);
    cost += boughtKwh * (importPrice[step] ?? 0) - soldKwh * (exportPrice[step] ?? 0);
    cost += Math.abs(movedKwh) * (battery?.wearCostPerKwh ?? 0);
    grams += boughtKwh * (carbonG?.[step] ?? 0);
  }
  const leftKwh = storedKwh * (battery?.dischargeEfficiency ?? 0);
  return {
    ...{ ...course, chargedKwh },
    cost: cost - leftKwh * (battery?.finalValuePerKwh ?? 0),
    carbonG: carbonG === null ? null : grams - leftKwh * mean(carbonG),
  };
};

/** Time of a step's start. */
export const atOf = ({ startAt, stepMs }: Pick<Outlook, 'startAt' | 'stepMs'>, step: number): number =>
  startAt + step * stepMs;

/** Share of the scenarios in which something brings more than nothing, %. */
export const confidencePct = (scenarios: readonly Scenario[], savingIn: (scenario: Scenario) => number): number =>
  Math.round((100 * scenarios.filter((scenario) => savingIn(scenario) > 1e-9).length) / Math.max(1, scenarios.length));
