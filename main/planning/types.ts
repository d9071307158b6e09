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
  readonly battery: Battery | null;
  readonly grid: GridLimits;
  readonly peakTariff: PeakTariff | null;
  readonly flexibleLoads: readonly FlexibleLoad[];
  /** The objective is cost × money + carbon × kg of CO2. */
  readonly weights: { readonly cost: number; readonly carbon: number };
  readonly solver: { readonly gap: number; readonly timeLimitSeconds: number };
}

export interface Battery {
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

/** A load that is on or off. It is off before the first step, and has been for long enough. */
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
}

export interface PlanStep {
  /** ISO 8601, UTC. */
  readonly start: string;
  readonly importKw: number;
  readonly exportKw: number;
  readonly chargeKw: number;
  readonly dischargeKw: number;
  readonly curtailKw: number;
  /** At the end of the step; null without a battery. */
  readonly socPct: number | null;
  /** kW of each flexible load by its id. */
  readonly loads: Readonly<Record<string, number>>;
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
}
