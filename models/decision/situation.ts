import type { Band } from '../battery/band.ts';
import { type BatteryLimits, simulateBattery } from '../battery/simulation.ts';
import type { FeatureDoc } from '../learners/types.ts';

/** What is known when a flexible load asks whether it may run. Bands are hourly from now on, in W. */
export interface Situation {
  readonly socPct: number;
  readonly limits: BatteryLimits;
  /** Local hour, 0 to 23. */
  readonly hour: number;
  /** Place in the year, 0 to 1. */
  readonly yearShare: number;
  readonly pv: readonly Band[];
  readonly load: readonly Band[];
  /** The price of now among those of the day: 0 is the cheapest hour, 1 the dearest; null without prices. */
  readonly priceRank: number | null;
  /** Outdoor temperature; null where it is not known. */
  readonly tempC: number | null;
  /** What would run, and for how long. */
  readonly powerW: number;
  readonly hours: number;
}

/** A run ends well while the charge stays at or above this until the battery charges again. */
export const GOOD_SOC_PCT = 40;
/** Nobody waits longer than this for the next charging. */
export const LONGEST_WAIT_HOURS = 36;

export const DECISION_FEATURES: readonly FeatureDoc[] = [
  { name: 'socPct', unit: '%', doc: 'State of charge now' },
  { name: 'hourSin', unit: '1', doc: 'Sine of the local hour' },
  { name: 'hourCos', unit: '1', doc: 'Cosine of the local hour' },
  { name: 'seasonSin', unit: '1', doc: 'Sine of the place in the year' },
  { name: 'seasonCos', unit: '1', doc: 'Cosine of the place in the year' },
  { name: 'sunP50Share', unit: '1', doc: 'Solar energy until the sun is gone, middle forecast, over the battery' },
  { name: 'sunP10Share', unit: '1', doc: 'The same, low forecast' },
  {
    name: 'homeP50Share',
    unit: '1',
    doc: 'Energy that the home takes until the sun is back, middle forecast, over the battery',
  },
  { name: 'homeP90Share', unit: '1', doc: 'The same, high forecast' },
  { name: 'runShare', unit: '1', doc: 'Energy of the run over the battery' },
  { name: 'rateC', unit: '1/h', doc: 'Power of the run over the battery' },
  { name: 'runHours', unit: 'h', doc: 'Length of the run' },
  { name: 'batteryKwh', unit: 'kWh', doc: 'Size of the battery' },
  {
    name: 'lowestP50Pct',
    unit: '%',
    doc: 'Lowest charge until the next charging in a simulation of the middle forecasts',
  },
  { name: 'lowestWorsePct', unit: '%', doc: 'The same half way to little sun and much load' },
  { name: 'lowestWorstPct', unit: '%', doc: 'The same with little sun (p10) and much load (p90)' },
  { name: 'priceRank', unit: '1', doc: 'Price of now within the day, 0 cheapest; 0.5 without prices' },
  { name: 'tempC', unit: '°C', doc: 'Outdoor temperature; 12 where it is not known' },
];

/**
 * The lowest charge while a load runs and until the battery charges again after it, from powers in W hour by hour. NaN where
 * the powers end before the run does.
 */
export const lowestSoc = (
  limits: BatteryLimits,
  socPct: number,
  pvW: readonly number[],
  loadW: readonly number[],
  run: { readonly powerW: number; readonly hours: number },
): number => {
  if (pvW.length < run.hours) return Number.NaN;
  const withRun = loadW.map((load, hour) => load + run.powerW * Math.min(1, Math.max(0, run.hours - hour)));
  let lowest = socPct;
  for (const [hour, step] of simulateBattery(limits, socPct, pvW, withRun, 1).entries()) {
    if (hour >= run.hours && step.batteryW > 0) break;
    lowest = Math.min(lowest, step.socPct);
  }
  return lowest;
};

const DARK_W = 20;

/** One number a feature; never NaN. */
export const decisionFeatures = (situation: Situation): readonly number[] => {
  const { limits, socPct, hour, yearShare, powerW, hours } = situation;
  const pv = situation.pv.slice(0, LONGEST_WAIT_HOURS);
  const load = situation.load.slice(0, LONGEST_WAIT_HOURS);
  const lit = pv.findIndex((band) => band.p50 >= DARK_W);
  const dark = pv.findIndex((band, index) => index >= Math.max(0, lit) && band.p50 < DARK_W);
  // Only the sun of today counts: in the night there is none left.
  const sunUntil = lit === 0 ? (dark < 0 ? pv.length : dark) : 0;
  const back = pv.findIndex((band, index) => index >= sunUntil && band.p50 >= DARK_W);
  const homeUntil = back < 0 ? pv.length : back;
  const shareOf = (bands: readonly Band[], until: number, pick: (band: Band) => number): number =>
    bands.slice(0, until).reduce((sum, band) => sum + pick(band), 0) / 1000 / limits.capacityKwh;
  const lowest = (worse: number): number => {
    const found = lowestSoc(
      limits,
      socPct,
      pv.map((band) => band.p50 + worse * (band.p10 - band.p50)),
      load.map((band) => band.p50 + worse * (band.p90 - band.p50)),
      { powerW, hours },
    );
    return Number.isFinite(found) ? found : socPct;
  };
  return [
    socPct,
    Math.sin((hour / 24) * 2 * Math.PI),
    Math.cos((hour / 24) * 2 * Math.PI),
    Math.sin(yearShare * 2 * Math.PI),
    Math.cos(yearShare * 2 * Math.PI),
    shareOf(pv, sunUntil, (band) => band.p50),
    shareOf(pv, sunUntil, (band) => band.p10),
    shareOf(load, homeUntil, (band) => band.p50),
    shareOf(load, homeUntil, (band) => band.p90),
    (powerW * hours) / 1000 / limits.capacityKwh,
    powerW / 1000 / limits.capacityKwh,
    hours,
    limits.capacityKwh,
    lowest(0),
    lowest(0.5),
    lowest(1),
    situation.priceRank ?? 0.5,
    situation.tempC ?? 12,
  ];
};
