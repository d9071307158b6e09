/**
 * A problem as the optimiser sees it, and the plan that comes out. Power is in kW and means the mean over a step, energy in
 * kWh, prices in the site's currency per kWh, carbon in g CO2 per kWh; import, export, charge and discharge are never negative.
 */
export interface Problem {
  /** Start of the first step, UTC epoch ms. */
  readonly startAt: number;
  /** IANA name: peaks are counted by local days and months. */
  readonly zone: string;
  readonly stepMs: number;
  readonly loadKw: readonly number[];
  readonly pvKw: readonly number[];
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[];
  /** g CO2 per imported kWh; null where it is not known. */
  readonly carbonG: readonly number[] | null;
  /** They share the grid and the loads, and are told apart by their ids. */
  readonly batteries: readonly Battery[];
  readonly grid: GridLimits;
  readonly peakTariff: PeakTariff | null;
  readonly demandCharges: readonly DemandCharge[];
  readonly flexibleLoads: readonly FlexibleLoad[];
  readonly modulatingLoads: readonly ModulatingLoad[];
  readonly heatStores: readonly HeatStore[];
  /** The objective is cost × money + carbon × kg of CO2 + imported × kWh bought. */
  readonly weights: { readonly cost: number; readonly carbon: number; readonly imported: number };
  /** Null: every limit is hard. Else a plan always exists and says which limit it bent. */
  readonly soft: SoftLimits | null;
  readonly solver: { readonly gap: number; readonly timeLimitSeconds: number };
}

/**
 * What bending a limit costs, in the objective, per kWh (power and stored energy), per K·h (temperature), and per hour of run
 * time that is missing. Above everything that could be earned by it, so that a limit is bent only where it has to be.
 */
export interface SoftLimits {
  readonly perKwh: number;
  readonly perKelvinHour: number;
  readonly perRunHour: number;
}

export interface Battery {
  readonly id: string;
  readonly capacityKwh: number;
  readonly minSocPct: number;
  readonly maxSocPct: number;
  readonly initialSocPct: number;
  /** At least so much is left at the end; null where it does not matter. */
  readonly finalSocPct: number | null;
  /** What a kWh that is left at the end is worth. */
  readonly finalValuePerKwh: number;
  /** At the terminals. */
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** Stored per charged kWh, and delivered per kWh taken from the store: 0 to 1. */
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  /** Share of the stored energy that is lost in an hour. */
  readonly standingLossPerHour: number;
  /** For each kWh that goes in and each that comes out, at the terminals. */
  readonly wearCostPerKwh: number;
  /**
   * Charge to keep at the end of each step beyond `minSocPct`, % (against the poor case, before a storm); null where there is
   * none. Only with soft limits: it is bent at `reservePricePerKwh` for each kWh and hour that is missing.
   */
  readonly reserveSocPct: readonly number[] | null;
  readonly reservePricePerKwh: number;
  /** False: it is charged from surplus only, and discharges into the house only. */
  readonly fromGrid: boolean;
  readonly toGrid: boolean;
}

export interface GridLimits {
  /** Infinity where there is none. */
  readonly maxImportKw: number;
  readonly maxExportKw: number;
}

/**
 * A charge for each calendar month by the mean of its largest daily peaks: the first tier that reaches up to that mean says
 * what the month costs. A part of a month costs as much as a whole one. Above the last tier its cost stays.
 */
export interface PeakTariff {
  readonly largestDailyPeaks: number;
  readonly tiers: readonly { readonly upToKw: number; readonly cost: number }[];
}

/**
 * A charge for power by the mean of the highest intervals of each calendar month, within windows. It stands for what a tariff
 * of the product may ask; the floor and what was measured already this month are part of it.
 */
export interface DemandCharge {
  readonly id: string;
  /** How much a step's import counts, 0 to 1: 0 outside the windows. */
  readonly weight: readonly number[];
  /** The mean of so many highest steps, at most one of a local day where `apart` says so. */
  readonly peaks: number;
  readonly apart: 'none' | 'day';
  /** Money for each kW of that mean between bounds, ascending from 0, for a whole month; or amounts by step. */
  readonly price:
    | { readonly kind: 'per-kw'; readonly tiers: readonly { readonly fromKw: number; readonly perKw: number }[] }
    | { readonly kind: 'steps'; readonly steps: readonly { readonly fromKw: number; readonly amount: number }[] };
  readonly floorKw: number;
  /** Peaks that the month of the first step has already, kW, highest first. */
  readonly measuredKw: readonly number[];
}

/** A load that is on or off. */
export interface FlexibleLoad {
  readonly id: string;
  readonly powerKw: number;
  /** What a kWh that it uses earns. */
  readonly valuePerKwh: number;
  /** It may run in steps from `firstStep` to before `endStep`; a run ends before `endStep`. */
  readonly firstStep: number;
  readonly endStep: number;
  /** It runs exactly so many steps; null where its value decides. */
  readonly runSteps: number | null;
  readonly minRunSteps: number;
  readonly minPauseSteps: number;
  /** Over the whole horizon; null where any number will do. */
  readonly maxStarts: number | null;
  /** Money for each start. */
  readonly startCost: number;
  /** Before the first step: whether it runs, and for how many steps it has done so or paused. */
  readonly before: { readonly on: boolean; readonly steps: number };
  /** Steps in which it must run (a person keeps or moved it), and must not. */
  readonly mustRun: readonly number[];
  readonly mustRest: readonly number[];
}

/** A load with a power that can be chosen: 0, or between `minKw` and `maxKw`. */
export interface ModulatingLoad {
  readonly id: string;
  readonly minKw: number;
  readonly maxKw: number;
  readonly valuePerKwh: number;
  readonly firstStep: number;
  readonly endStep: number;
  /** At least so much by `endStep`; null where its value decides. */
  readonly energyKwh: number | null;
}

/**
 * Something that is kept between two temperatures: a tank, a zone. In a step of h hours it goes from T to
 * T + h × (heatPerKwh × power + gain − loss × (T − ambient)) / capacity; cooling has a negative heatPerKwh.
 */
export interface HeatStore {
  readonly id: string;
  /** Power that is drawn when on; `modulates`: anything from 0 to it. */
  readonly powerKw: number;
  readonly modulates: boolean;
  readonly heatPerKwh: readonly number[];
  readonly capacityKwhPerK: number;
  readonly lossKwPerK: number;
  readonly ambientC: readonly number[];
  /** What else warms it (sun, people), or what is drawn from it (negative), kW. */
  readonly gainKw: readonly number[];
  readonly initialC: number;
  readonly minC: readonly number[];
  readonly maxC: readonly number[];
  readonly minRunSteps: number;
  readonly minPauseSteps: number;
  readonly startCost: number;
  readonly before: { readonly on: boolean; readonly steps: number };
}

export interface PlanStep {
  /** ISO 8601, UTC. */
  readonly start: string;
  readonly importKw: number;
  readonly exportKw: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly curtailKw: number;
  /** At the end of the step, of all batteries together; null without one. */
  readonly socPct: number | null;
  /** kW of each load that is planned, by its id. */
  readonly loads: Readonly<Record<string, number>>;
  /** Each battery by its id; left out where there is at most one. */
  readonly batteries?: Readonly<
    Record<string, { readonly chargeKw: number; readonly dischargeKw: number; readonly socPct: number }>
  >;
  /** Of heat stores at the end of the step, °C; left out where there is none. */
  readonly temperatures?: Readonly<Record<string, number>>;
}

export interface PlanCosts {
  /** Import minus export. */
  readonly energy: number;
  readonly peak: number;
  readonly wear: number;
  /** energy + peak + wear. */
  readonly total: number;
  /** What flexible loads earned. */
  readonly earned: number;
  /** What is left in the battery at the end. */
  readonly stored: number;
  /** CO2 of the import; null where carbon is not known. */
  readonly carbonKg: number | null;
}

export interface Plan {
  /** optimal: within the asked gap of the bound. feasible: time ran out before that was proven. */
  readonly status: 'optimal' | 'feasible';
  readonly objective: number;
  /** No plan whatever can have a lower objective. */
  readonly bound: number;
  /** (objective − bound) / |objective|. */
  readonly gap: number;
  readonly seconds: number;
  readonly costs: PlanCosts;
  readonly steps: readonly PlanStep[];
  /** Limits that were bent, with soft limits only. */
  readonly bent: readonly Bent[];
}

/** A limit that a plan bent. */
export interface Bent {
  readonly limit: 'import' | 'export' | 'soc' | 'final-soc' | 'reserve' | 'run-time' | 'energy' | 'temperature';
  /** Of a battery, load or heat store; null for the grid. */
  readonly id: string | null;
  readonly from: number;
  readonly to: number;
  /** How far at its worst, in the unit of the limit: kW, %, h, kWh, K. */
  readonly by: number;
  /** One sentence for a person. */
  readonly sentence: string;
}
