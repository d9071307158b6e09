import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import type { Battery } from '../types.ts';
import { HOUR_MS, STEP_HOURS, STEP_MS } from './grid-of-steps.ts';
import type { PowerBand } from './types.ts';

/** So far ahead the reserve looks: until a bad forecast is noticed and the plan made anew many times over. */
const AHEAD_STEPS = (6 * HOUR_MS) / STEP_MS;
/** Never more than this share of the usable charge, or the battery would be there for the reserve alone. */
const MOST_SHARE = 0.4;
/** Gale by the scale of Beaufort: the mean wind at 10 m of force 8 begins at 17.2 m/s. No feed brings warnings. */
export const STORM_MS = 17.2;
/** The charge for a storm is to be there so long before it. */
const STORM_LEAD_STEPS = (2 * HOUR_MS) / STEP_MS;

/** The most that the house would have taken from its battery at any time of the hours ahead, kWh. */
const worstNeedKwh = (needKw: readonly number[], from: number): number => {
  let [sum, worst] = [0, 0];
  for (let step = from; step < Math.min(needKw.length, from + AHEAD_STEPS); step += 1) {
    sum += (needKw[step] ?? 0) * STEP_HOURS;
    worst = Math.max(worst, sum);
  }
  return worst;
};

export interface Reserve {
  readonly socPct: readonly number[] | null;
  readonly pricePerKwh: number;
  /** Steps in which the reserve is there for a storm. */
  readonly stormSteps: ReadonlySet<number>;
}

const stormsOf = (windMs: readonly (number | null)[]): ReadonlySet<number> => {
  const steps = new Set<number>();
  for (const [step, wind] of windMs.entries())
    if (wind !== null && wind >= STORM_MS)
      for (let at = Math.max(0, step - STORM_LEAD_STEPS); at <= step; at += 1) steps.add(at);
  return steps;
};

/**
 * The charge to keep beyond the minimum at the end of each step: as much as the next six hours would take from the battery
 * more in the poor case (p10 of the sun, p90 of the load) than in the middle one, times how careful the person wants to be.
 * Before a storm it is the charge that the person chose. A missing kWh costs, over those six hours, what a kWh in the dear
 * hours costs more than on the mean, at least a tenth of the mean; before a storm the whole dearest price each hour.
 */
export const reserveOf = (input: {
  readonly battery: Pick<Battery, 'capacityKwh' | 'minSocPct' | 'maxSocPct' | 'dischargeEfficiency'>;
  readonly wishes: PlanSettings['reserve'];
  readonly pvKw: readonly PowerBand[];
  readonly loadKw: readonly PowerBand[];
  readonly importPrice: readonly number[];
  readonly windMs: readonly (number | null)[];
}): Reserve => {
  const { battery, wishes, pvKw, loadKw, importPrice } = input;
  const poor = loadKw.map((load, step) => load.p90 - (pvKw[step]?.p10 ?? 0));
  const middle = loadKw.map((load, step) => load.p50 - (pvKw[step]?.p50 ?? 0));
  const storms = wishes.beforeStormPct === null ? new Set<number>() : stormsOf(input.windMs);
  const mostPct = (battery.maxSocPct - battery.minSocPct) * MOST_SHARE;
  const socPct = loadKw.map((_, step) => {
    const extraKwh = Math.max(0, worstNeedKwh(poor, step + 1) - worstNeedKwh(middle, step + 1));
    const stored = (wishes.towardsPoorCase * extraKwh) / battery.dischargeEfficiency;
    const careful = battery.minSocPct + Math.min(mostPct, (100 * stored) / battery.capacityKwh);
    return storms.has(step) ? Math.min(battery.maxSocPct, Math.max(careful, wishes.beforeStormPct ?? 0)) : careful;
  });
  const prices = importPrice.map((price) => Math.max(0, price)).toSorted((one, other) => one - other);
  const meanPrice = prices.reduce((all, each) => all + each, 0) / Math.max(1, prices.length);
  const dear = prices.slice(Math.floor(prices.length * 0.9));
  const dearPrice = dear.reduce((all, each) => all + each, 0) / Math.max(1, dear.length);
  const spread = Math.max(dearPrice - meanPrice, meanPrice / 10);
  return {
    socPct: socPct.some((pct) => pct > battery.minSocPct + 0.05) ? socPct : null,
    pricePerKwh: storms.size > 0 ? dearPrice : spread / (AHEAD_STEPS * STEP_HOURS),
    stormSteps: storms,
  };
};
