import type { BenchData } from './data.ts';

/** A problem as a file has it. */
export type RawProblem = Readonly<Record<string, unknown>>;

const BATTERY = {
  capacityKwh: 10,
  minSocPct: 10,
  maxSocPct: 100,
  initialSocPct: 50,
  finalSocPct: 50,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  standingLossPerHour: 0.0002,
  wearCostPerKwh: 0.01,
};
/** Monthly steps as Norwegian grids have them: the mean of the three highest days. */
const TIERS = [2, 5, 10, 15, 20, 25].map((upToKw, place) => ({ upToKw, cost: [12, 22, 37, 52, 66, 81][place] ?? 0 }));
/** Grid fee, tax and margin on top of the market, per kWh. */
const ON_TOP = 0.18;

/** The home in Eschborn with the market's prices of the same hours. */
export const homeProblem = (
  data: BenchData,
  options: {
    readonly start: string;
    readonly stepMinutes: number;
    readonly steps: number;
    /** The house's own load, times this: a larger house has larger peaks. */
    readonly scale?: number;
    readonly peaks?: boolean;
    readonly export?: 'market' | 'none' | 'fixed';
    readonly loads?: readonly RawProblem[];
    readonly gap?: number;
  },
): RawProblem => {
  const from = Date.parse(options.start);
  const stepMs = options.stepMinutes * 60_000;
  const spot = data.spot(from, stepMs, options.steps);
  const scale = options.scale ?? 1;
  return {
    start: options.start,
    zone: 'Europe/Berlin',
    stepMinutes: options.stepMinutes,
    loadKw: data.powerKw('load_total_kwh', from, stepMs, options.steps).map((kw) => kw * scale),
    pvKw: data.powerKw('pv_total_kwh', from, stepMs, options.steps),
    importPrice: spot.map((price) => price + ON_TOP),
    exportPrice: spot.map((price) => (options.export === 'fixed' ? 0.08 : price - 0.005)),
    battery: BATTERY,
    grid: { maxImportKw: 17, maxExportKw: options.export === 'none' ? 0 : 10 },
    ...(options.peaks === true ? { peakTariff: { largestDailyPeaks: 3, tiers: TIERS } } : {}),
    ...(options.loads === undefined ? {} : { flexibleLoads: options.loads }),
    solver: { gap: options.gap ?? 1e-3, timeLimitSeconds: 300 },
  };
};

/** Loads that are on or off; `start` is the first instant of the horizon. */
export const mixedLoads = (start: string, count: number): readonly RawProblem[] => {
  const at = (hours: number): string => new Date(Date.parse(start) + hours * 3_600_000).toISOString();
  return [
    { id: 'miner-1', powerKw: 1.2, valuePerKwh: 0.24, minRunMinutes: 60, minPauseMinutes: 30, maxStarts: 6 },
    { id: 'miner-2', powerKw: 1.8, valuePerKwh: 0.22, minRunMinutes: 60, minPauseMinutes: 60, maxStarts: 4 },
    { id: 'heater', powerKw: 2, runMinutes: 240, earliest: at(4), latest: at(40), minRunMinutes: 30, maxStarts: 4 },
    { id: 'dishwasher', powerKw: 1, runMinutes: 120, minRunMinutes: 120, latest: at(20) },
  ].slice(0, count);
};

export const equalMiners = (count: number): readonly RawProblem[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `miner-${place + 1}`,
    powerKw: 1.2,
    valuePerKwh: 0.24,
    minRunMinutes: 60,
    minPauseMinutes: 30,
    maxStarts: 4,
  }));

/** Unequal miners, all optional: the hardest four, since nothing says when they must run. */
export const unequalMiners = (count: number): readonly RawProblem[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `miner-${place + 1}`,
    powerKw: 0.9 + 0.35 * place,
    valuePerKwh: 0.25 - 0.012 * place,
    minRunMinutes: 60 + 15 * place,
    minPauseMinutes: 30 + 15 * place,
    maxStarts: 4,
  }));

/** Four tasks with equal power that must be done, planned apart. */
export const equalTasks = (count: number): readonly RawProblem[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `heater-${place + 1}`,
    powerKw: 2,
    runMinutes: 300,
    minRunMinutes: 45,
    minPauseMinutes: 30,
    maxStarts: 5,
  }));
