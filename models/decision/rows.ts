import type { Band } from '../battery/band.ts';
import { type BatteryLimits, simulateBattery } from '../battery/simulation.ts';
import type { HourFrame } from '../features/frame.ts';
import { lagDays } from '../features/lags.ts';
import { seededRandom } from '../network/random.ts';
import { decisionFeatures, GOOD_SOC_PCT, LONGEST_WAIT_HOURS, lowestSoc, type Situation } from './situation.ts';

/** One decision of the past and how it ended. */
export interface DecisionRow {
  /** When it was taken, UTC ms. */
  readonly at: number;
  /** One number a `DECISION_FEATURES`. */
  readonly features: readonly number[];
  readonly good: boolean;
  /** Rows count by this: what really happened may count more than what was replayed. */
  readonly weight: number;
}

/** How much a decision that was really taken counts beside one that was replayed. */
const REAL_WEIGHT = 4;

/** A run of the action log with the lowest charge that followed it until the next charging. */
export const loggedRow = (at: number, situation: Situation, lowestSocPct: number): DecisionRow => ({
  at,
  features: decisionFeatures(situation),
  good: lowestSocPct >= GOOD_SOC_PCT,
  weight: REAL_WEIGHT,
});

/** What was forecast at an hour: bands from that hour on, in W. */
export type PastForecasts = (origin: number) => { readonly pv: readonly Band[]; readonly load: readonly Band[] };

const quantile = (sorted: readonly number[], share: number): number => {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  return low + ((sorted[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
};

/** Bands where no forecasts were kept: quantiles of the same local hour over the days before the origin. */
export const profileForecasts = (load: HourFrame, pv: HourFrame, days = 14): PastForecasts => {
  const bandOf = (frame: HourFrame, origin: number, target: number): Band => {
    const first = (frame.day[target] ?? 0) - (frame.day[origin] ?? 0);
    const values = Array.from({ length: days }, (_, back) => lagDays(frame, origin, target, first + back + 1))
      .filter(Number.isFinite)
      .toSorted((one, other) => one - other);
    return { p10: quantile(values, 0.1), p50: quantile(values, 0.5), p90: quantile(values, 0.9) };
  };
  return (origin) => {
    const targets = Array.from(
      { length: Math.min(LONGEST_WAIT_HOURS, load.hours - origin) },
      (_, lead) => origin + lead,
    );
    return {
      pv: targets.map((target) => bandOf(pv, origin, target)),
      load: targets.map((target) => bandOf(load, origin, target)),
    };
  };
};

/** A load that might have run. */
export interface PossibleRun {
  readonly powerW: number;
  readonly hours: number;
}

export interface ReplayInput {
  /** Home without flexible loads, W, and its sun, W, hour by hour: the same hours in both. */
  readonly load: HourFrame;
  readonly pv: HourFrame;
  readonly limits: BatteryLimits;
  /** Hours of the frame between which decisions are replayed; the forecasts need two weeks before. */
  readonly from: number;
  readonly to: number;
  readonly runs: readonly PossibleRun[];
  /** Runs tried at each hour, drawn from `runs`. */
  readonly triesPerHour: number;
  /** Charge at the start of each hour where it was measured, per cent; else the battery is simulated. */
  readonly socPct?: ArrayLike<number>;
  /** Currency per kWh, hour by hour; known for the local day of the decision. */
  readonly price?: ArrayLike<number>;
  readonly tempC?: ArrayLike<number>;
  readonly forecasts?: PastForecasts;
  readonly seed: number;
}

/** The share of the hours of the same local day that are cheaper than this one. */
const priceRankOf = (frame: HourFrame, price: ArrayLike<number> | undefined, index: number): number | null => {
  const now = price?.[index];
  if (price === undefined || now === undefined || !Number.isFinite(now)) return null;
  let cheaper = 0;
  let others = 0;
  for (let hour = Math.max(0, index - 24); hour < Math.min(frame.hours, index + 25); hour += 1) {
    const other = price[hour];
    if (frame.day[hour] !== frame.day[index] || hour === index || other === undefined || !Number.isFinite(other))
      continue;
    others += 1;
    if (other < now) cheaper += 1;
  }
  return others === 0 ? null : cheaper / others;
};

/**
 * What would have happened had a load run at each hour of the past: the battery is simulated on what was measured, while
 * features see only what was known at the hour. Hours with holes in what follows are left out.
 */
export const replayRows = (input: ReplayInput): readonly DecisionRow[] => {
  const { load, pv, limits } = input;
  const random = seededRandom(input.seed);
  const zeroed = (values: Float64Array): number[] => Array.from(values, (each) => (Number.isFinite(each) ? each : 0));
  const socs = input.socPct ?? [
    50,
    ...simulateBattery(limits, 50, zeroed(pv.values), zeroed(load.values), 1).map((each) => each.socPct),
  ];
  const forecasts = input.forecasts ?? profileForecasts(load, pv);
  const rows: DecisionRow[] = [];
  for (let index = input.from; index < input.to; index += 1) {
    const socPct = socs[index] ?? Number.NaN;
    const until = Math.min(load.hours, index + LONGEST_WAIT_HOURS);
    const pvW = Array.from(pv.values.subarray(index, until));
    const loadW = Array.from(load.values.subarray(index, until));
    const tries = Array.from(
      { length: input.triesPerHour },
      () => input.runs[Math.floor(random() * input.runs.length)],
    );
    if (!Number.isFinite(socPct) || pvW.length < LONGEST_WAIT_HOURS || ![...pvW, ...loadW].every(Number.isFinite))
      continue;
    const known = forecasts(index);
    for (const run of tries) {
      if (run === undefined) continue;
      // The temperature of the hour before is what a thermometer says at the hour.
      const tempC = input.tempC?.[index - 1] ?? Number.NaN;
      const features = decisionFeatures({
        socPct,
        limits,
        hour: load.hour[index] ?? 0,
        yearShare: load.yearShare[index] ?? 0,
        pv: known.pv,
        load: known.load,
        priceRank: priceRankOf(load, input.price, index),
        tempC: Number.isFinite(tempC) ? tempC : null,
        ...run,
      });
      const lowest = lowestSoc(limits, socPct, pvW, loadW, run);
      rows.push({ at: load.atOf(index), features, good: lowest >= GOOD_SOC_PCT, weight: 1 });
    }
  }
  return rows;
};
