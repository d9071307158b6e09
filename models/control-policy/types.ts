/**
 * What a control policy is trained and played on: one battery home in steps of equal length. Power is in kW and means the
 * mean over a step, energy in kWh, prices in the home's currency per kWh. NaN is a gap, never 0.
 */
export interface PolicyBattery {
  readonly capacityKwh: number;
  readonly minSocPct: number;
  readonly maxSocPct: number;
  /** At the terminals. */
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** Stored per charged kWh, and delivered per kWh taken from the store: above 0, at most 1. */
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  /** Share of the stored energy that is lost in an hour. */
  readonly standingLossPerHour: number;
  /** Money for each kWh that goes in and each that comes out. */
  readonly wearCostPerKwh: number;
  /** False: it is charged from surplus only, and discharges into the house only. */
  readonly fromGrid: boolean;
  readonly toGrid: boolean;
}

export interface PolicyHome {
  readonly battery: PolicyBattery;
  /** Null where there is no limit. */
  readonly maxImportKw: number | null;
  readonly maxExportKw: number | null;
}

/** The past of a home, one value a step in every array. */
export interface PolicySeries {
  /** Start of the first step, UTC ms. */
  readonly startAt: number;
  readonly stepHours: number;
  readonly loadKw: Float64Array;
  readonly pvKw: Float64Array;
  readonly importPrice: Float64Array;
  readonly exportPrice: Float64Array;
  /** The site's own clock at the start of the step: 0 to below 25, and 1 (Monday) to 7. */
  readonly localHour: Float64Array;
  readonly weekday: Float64Array;
  /** For how many steps, the running one included, prices were known when the step began. */
  readonly knownSteps: Float64Array;
}

/** Steps `from` to before `to` of a series. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
