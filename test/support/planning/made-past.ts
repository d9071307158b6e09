import { pastOf } from '../../../main/planning/backtest/past.ts';
import type { RunOptions } from '../../../main/planning/backtest/run.ts';
import type { Past, RawSeries, SimBattery, SimSite } from '../../../main/planning/backtest/types.ts';
import { loadSolver } from '../../../main/planning/highs.ts';

const HOUR_MS = 3_600_000;
export const PAST_START = Date.parse('2026-03-20T00:00:00Z');

export const SIM_BATTERY: SimBattery = {
  ...{ capacityKwh: 8, minSocPct: 10, maxSocPct: 100, initialSocPct: 50, finalSocPct: null, finalValuePerKwh: 0 },
  ...{ maxChargeKw: 4, maxDischargeKw: 4, chargeEfficiency: 0.95, dischargeEfficiency: 0.95 },
  ...{ standingLossPerHour: 0.0002, wearCostPerKwh: 0.01, fromGrid: true, toGrid: true },
};

export const SIM_SITE: SimSite = {
  zone: 'Europe/Berlin',
  battery: SIM_BATTERY,
  grid: { maxImportKw: 12, maxExportKw: 8 },
  peakTariff: null,
  loads: [],
};

/** Numbers between 0 and 1 that are always the same for a seed (mulberry32). */
const numbersOf = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Days of a house that never was: evenings and mornings, sun with clouds, prices that go with both. */
export const madeSeries = (seed: number, days: number, stepMinutes = 60): RawSeries => {
  const next = numbersOf(seed);
  const per = 60 / stepMinutes;
  const steps = days * 24 * per;
  const skies = Array.from({ length: days + 1 }, () => 0.2 + 0.8 * next());
  const column = (of: (hour: number, day: number) => number): Float64Array =>
    Float64Array.from({ length: steps }, (_, step) => of((step / per) % 24, Math.floor(step / per / 24)));
  return {
    startAt: PAST_START,
    stepMs: stepMinutes * 60_000,
    loadKw: column((hour) => 0.3 + (hour > 16 && hour < 22 ? 1.5 : 0) + (next() < 0.1 ? 3 * next() : 0.2 * next())),
    pvKw: column(
      (hour, day) =>
        5 * (skies[day] ?? 0.5) * Math.max(0, Math.sin((Math.PI * (hour - 5)) / 14)) * (0.7 + 0.3 * next()),
    ),
    importPrice: column(
      (hour) => 0.2 + 0.1 * Math.sin((Math.PI * (hour - 14)) / 6) + 0.04 * next() - (next() < 0.02 ? 0.4 : 0),
    ),
    exportPrice: column(() => 0.06 + 0.04 * next() - (next() < 0.05 ? 0.15 : 0)),
    carbonG: null,
  };
};

/** The last `played` days are played, those before are history. */
export const madePast = (raw: RawSeries, played: number, zone = SIM_SITE.zone): Past => {
  const to = raw.startAt + raw.loadKw.length * raw.stepMs;
  return pastOf(raw, zone, { from: to - played * 24 * HOUR_MS, to });
};

let solver: ReturnType<typeof loadSolver> | undefined;

/** As the product plays it, with one solver for all tests of a file. */
export const RUN: RunOptions = {
  ...{ horizonHours: 36, controlMinutes: 15, nowMs: () => 0, learnt: null },
  loadSolver: () => {
    solver ??= loadSolver();
    return solver;
  },
};
