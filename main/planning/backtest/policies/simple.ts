import type { Past, SimPolicy, SimSite } from '../types.ts';

/** No battery: what the home would have paid without one. */
export const nonePolicy = (): SimPolicy => ({ name: 'none', holdsBack: false, decide: () => ({ kind: 'rest' }) });

/** Surplus in, deficit out: what inverters do by themselves. */
export const selfPolicy = (): SimPolicy => ({
  name: 'self',
  holdsBack: false,
  decide: () => ({ kind: 'follow', charge: true, discharge: true }),
});

/** Prices of the local day of a step, in rising order, as many as there are hours in it. */
const pricesOfDay = (past: Past, step: number): readonly number[] => {
  const { from, to } = past.days[past.day[step] ?? 0] ?? { from: step, to: step };
  return [...past.importPrice.slice(from, to)].sort((one, other) => one - other);
};
const levelOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** The cheapest and dearest share of a day's prices that a fixed rule goes by. */
const CHEAP = 0.2;
const DEAR = 0.7;
/** The power of a fixed rule: what fills the battery over the cheap hours of a day, and no more than makes no new peak. */
const CHEAP_HOURS = 5;

/** What charging now at a low price has to bring at least, per kWh that comes out. */
const breakEven = (site: SimSite, low: number): number => {
  const { battery } = site;
  if (battery === null) return Number.POSITIVE_INFINITY;
  const { chargeEfficiency, dischargeEfficiency, wearCostPerKwh } = battery;
  return (low + wearCostPerKwh) / (chargeEfficiency * dischargeEfficiency) + wearCostPerKwh;
};

/**
 * A fixed rule as a careful person would write it: where the day's spread pays for losses and wear, charge from the grid in its
 * cheapest hours and give back in its dear ones; on other days surplus in and deficit out.
 */
export const rulesPolicy = (past: Past, site: SimSite): SimPolicy => ({
  name: 'rules',
  holdsBack: false,
  decide: ({ step }) => {
    const prices = pricesOfDay(past, step);
    const low = levelOf(prices, CHEAP);
    const high = levelOf(prices, DEAR);
    const price = past.importPrice[step] ?? 0;
    if (breakEven(site, low) >= high) return { kind: 'follow', charge: true, discharge: true };
    if (price > low) return { kind: 'follow', charge: true, discharge: price >= Math.max(high, breakEven(site, low)) };
    const kw = (site.battery?.capacityKwh ?? 0) / CHEAP_HOURS;
    const most = site.battery?.maxChargeKw ?? 0;
    return {
      kind: 'value',
      dispatch: (_, { loadKw, pvKw }) => Math.min(most, Math.max(kw, pvKw - loadKw)),
    };
  },
});
