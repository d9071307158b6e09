import type { DemandCharge, Problem, SoftLimits } from '../types.ts';
import { HOUR_MS, STEP_MS } from './grid-of-steps.ts';
import type { LoadParts } from './load-parts.ts';
import type { StepPrices } from './prices.ts';

/** A limit is bent only where it has to be: what bending costs is so many times what a kWh or a peak could bring. */
const BEND_TIMES = 30;
const STEPS_AN_HOUR = HOUR_MS / STEP_MS;

/** Above everything that bending could bring: the dearest kWh many times over, and what the highest peak costs. */
export const softLimitsOf = (
  prices: StepPrices,
  charges: readonly DemandCharge[],
  weights: Problem['weights'],
  parts: LoadParts,
): SoftLimits => {
  const dearest = Math.max(0.05, ...[...prices.importPrice, ...prices.exportPrice].map(Math.abs));
  const earned = Math.max(0, ...parts.flexible.map(({ valuePerKwh }) => valuePerKwh));
  const peakPerKw = charges.reduce((all, { price, peaks }) => {
    const most =
      price.kind === 'per-kw'
        ? Math.max(0, ...price.tiers.map(({ perKw }) => perKw))
        : Math.max(0, ...price.steps.map(({ amount }) => amount));
    return all + most / peaks;
  }, 0);
  const ofMoney =
    Math.max(weights.cost, 0.01) * (BEND_TIMES * Math.max(dearest, earned) + 2 * STEPS_AN_HOUR * peakPerKw);
  const perKwh = ofMoney + BEND_TIMES * (weights.carbon + weights.imported);
  const strongest = Math.max(1, ...parts.flexible.map(({ powerKw }) => powerKw));
  return { perKwh, perKelvinHour: perKwh, perRunHour: perKwh * strongest };
};
