import { type HealthAdvice, healthAdvice } from './advice.ts';
import { type AgeingCurve, ageingCurve, type CurvePrior, type MeasuredLoss } from './ageing-curve.ts';
import { type CapacityEstimate, capacityEstimates } from './capacity-estimates.ts';
import { type BatteryLife, type BatterySample, batteryLife, type DepthBin } from './life.ts';
import { ageingRates, type Chemistry, literatureLossPct } from './stress.ts';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365.25;
/** A battery has served its time at this share of its first capacity. */
const END_OF_LIFE_LOSS_PCT = 20;
const LONGEST_YEARS = 40;
/** Measured capacities are taken together by so many days: neighbours share the drift of one calibration. */
const GROUP_DAYS = 30;
/** What the battery manager's own counting is wrong by for good, as a share of the capacity: groups do not average it out. */
const BIAS_SHARE = 0.015;

export interface HealthBand {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** What is known of a battery's age. Dates are UTC ms; null beyond 40 years. */
export interface BatteryHealth {
  readonly capacityKwh: HealthBand;
  readonly sohPct: HealthBand;
  readonly lossPct: HealthBand;
  /** Since installation where that is known, at the pace of the history; else of the history alone. */
  readonly equivalentCycles: number;
  readonly depthHistogram: readonly DepthBin[];
  /** When 80 % of the first capacity is left: p10 is the early date. */
  readonly endOfLifeAt: { readonly p10: number | null; readonly p50: number | null; readonly p90: number | null };
  /** 100 is as new, 0 has reached its end; half the mark for what is left, half for the pace against ten years. */
  readonly score: number;
  readonly advice: readonly HealthAdvice[];
  /** What it was learnt from: the literature alone, or measured capacities too. */
  readonly learntFrom: { readonly source: 'literature' | 'measured'; readonly capacities: number };
  /** Share of the hours between the first and the last sample that are known. */
  readonly coverage: number;
  readonly life: BatteryLife;
}

/** How wrong the literature may be about one product: a factor of 1.6 to either side, one in three times. */
const LEVEL_SPREAD = 0.47;
const EXPONENT_SPREAD = 0.12;
/** Batteries are sold with a little more or less than it says on them, points. */
const OFFSET_SPREAD_PCT = 2;
const WANDER = 0.15;

/**
 * The loss over days as one curve: level at ten years, and the exponent that the literature has at half of them. Days stand
 * for use too, at the pace of full cycles that the home shows.
 */
const priorOf = (chemistry: Chemistry, life: BatteryLife, cyclesPerDay: number): CurvePrior => {
  const rates = ageingRates(chemistry, life.use);
  const lossAt = (days: number): number => Math.max(0.05, literatureLossPct(rates, days, days * cyclesPerDay));
  const reference = 10 * YEAR_DAYS;
  return {
    logLevel: Math.log(lossAt(reference)),
    exponent: Math.log(lossAt(reference) / lossAt(reference / 2)) / Math.LN2,
    logLevelSpread: LEVEL_SPREAD,
    exponentSpread: EXPONENT_SPREAD,
    wander: WANDER,
    offsetSpread: OFFSET_SPREAD_PCT,
    reference,
  };
};

/** Measured capacities as losses of the nominal capacity, taken together month by month. */
const measuredLosses = (
  estimates: readonly CapacityEstimate[],
  nominalKwh: number,
  installedAt: number,
): readonly MeasuredLoss[] => {
  const groups = Map.groupBy(
    // A run that says twice the capacity, or half, met a reset counter.
    estimates.filter((each) => each.capacityKwh > 0.4 * nominalKwh && each.capacityKwh < 1.4 * nominalKwh),
    (each) => Math.floor((each.at - installedAt) / (GROUP_DAYS * DAY_MS)),
  );
  return [...groups.values()]
    .map((group) => {
      const weights = group.map((each) => 1 / each.spreadKwh ** 2);
      const total = weights.reduce((sum, each) => sum + each, 0);
      const mean = (value: (each: CapacityEstimate) => number): number =>
        group.reduce((sum, each, index) => sum + value(each) * (weights[index] ?? 0), 0) / total;
      return {
        x: Math.max(1, (mean((each) => each.at) - installedAt) / DAY_MS),
        lossPct: 100 * (1 - mean((each) => each.capacityKwh) / nominalKwh),
        spreadPct: (100 * Math.hypot(Math.sqrt(1 / total), BIAS_SHARE * nominalKwh)) / nominalKwh,
      };
    })
    .toSorted((one, other) => one.x - other.x);
};

/** Loss is never below zero for whoever reads it, and never above everything. */
const held = (lossPct: number): number => Math.min(100, Math.max(0, lossPct));

const scoreOf = (lossPct: number, lifeDays: number): number => {
  const left = 1 - Math.min(1, lossPct / END_OF_LIFE_LOSS_PCT);
  const pace = Math.min(1, lifeDays / (10 * YEAR_DAYS));
  return Math.round(100 * (lossPct >= END_OF_LIFE_LOSS_PCT ? 0 : 0.5 * left + 0.5 * pace));
};

const endOf = (curve: AgeingCurve, installedAt: number): BatteryHealth['endOfLifeAt'] => {
  const days = curve.reaches(END_OF_LIFE_LOSS_PCT, LONGEST_YEARS * YEAR_DAYS);
  const at = (day: number): number | null => (Number.isFinite(day) ? Math.round(installedAt + day * DAY_MS) : null);
  return { p10: at(days.p10), p50: at(days.p50), p90: at(days.p90) };
};

/**
 * The health of a battery from its own history (hourly or quarter-hourly, ascending) and the literature, adapted to the
 * capacities that the home itself measured. Null where less than a day is known. Ageing by time alone could not be learnt
 * from data at hand, and comes from the papers in stress.ts. Without `installedAt` the first sample counts as new.
 */
export const batteryHealth = (
  history: readonly BatterySample[],
  nominalKwh: number,
  chemistry: Chemistry,
  installedAt: number | null,
  now: number,
): BatteryHealth | null => {
  const past = history.filter((each) => each.at <= now);
  const life = batteryLife(past, nominalKwh);
  const first = past[0];
  if (life === null || first === undefined || !(nominalKwh > 0)) return null;
  const bornAt = Math.min(installedAt ?? first.at, first.at);
  const ageDays = Math.max(1, (now - bornAt) / DAY_MS);
  const cyclesPerDay = life.fullCycles / (life.knownHours / 24);
  const measured = measuredLosses(capacityEstimates(past), nominalKwh, bornAt);
  const curve = ageingCurve(priorOf(chemistry, life, cyclesPerDay), measured);
  const loss = curve.at(ageDays);
  const lossPct = { p10: held(loss.p10), p50: held(loss.p50), p90: held(loss.p90) };
  const sohPct = { p10: 100 - lossPct.p90, p50: 100 - lossPct.p50, p90: 100 - lossPct.p10 };
  const kwhOf = (pct: number): number => (pct / 100) * nominalKwh;
  const endOfLifeAt = endOf(curve, bornAt);
  const lifeDays = endOfLifeAt.p50 === null ? LONGEST_YEARS * YEAR_DAYS : (endOfLifeAt.p50 - bornAt) / DAY_MS;
  return {
    capacityKwh: { p10: kwhOf(sohPct.p10), p50: kwhOf(sohPct.p50), p90: kwhOf(sohPct.p90) },
    sohPct,
    lossPct,
    equivalentCycles: installedAt === null ? life.fullCycles : cyclesPerDay * ageDays,
    depthHistogram: life.depthHistogram,
    endOfLifeAt,
    score: scoreOf(lossPct.p50, lifeDays),
    advice: healthAdvice(chemistry, life, cyclesPerDay),
    learntFrom: { source: measured.length > 0 ? 'measured' : 'literature', capacities: measured.length },
    coverage: life.coverage,
    life,
  };
};
