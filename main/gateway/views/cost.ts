import type { PriceLookup } from '../../store/price-lookup.ts';
import type { EnergyInterval } from './energy.ts';

/** An interval whose energy is below this cannot change a sum that people read, kWh. */
const NEGLIGIBLE_KWH = 1e-6;

const costOf = (
  intervals: readonly EnergyInterval[],
  gridKwhOf: (interval: EnergyInterval) => number | undefined,
  lookup: PriceLookup,
): number | null => {
  let cost: number | null = null;
  for (const interval of intervals) {
    const gridKwh = gridKwhOf(interval);
    if (gridKwh === undefined) continue;
    const price = lookup(interval.at, interval.stepMs);
    if (!price && Math.abs(gridKwh) < NEGLIGIBLE_KWH) continue;
    if (!price) return null;
    cost = (cost ?? 0) + gridKwh * (gridKwh > 0 ? price.importPerKwh : price.exportPerKwh);
  }
  return cost;
};

/** What the grid's energy cost less what it paid, in the site's currency. Null where a needed price is not known. */
export const gridCost = (intervals: readonly EnergyInterval[], lookup: PriceLookup): number | null =>
  costOf(intervals, ({ energyKwh }) => energyKwh.grid, lookup);

/**
 * The same had there been no battery: use less sun would have come from the grid. Null unless sun and use are measured
 * wherever the grid is, because only then may the two be compared.
 */
export const costWithoutBattery = (intervals: readonly EnergyInterval[], lookup: PriceLookup): number | null => {
  const comparable = intervals.filter(({ energyKwh }) => energyKwh.grid !== undefined);
  const complete = comparable.every(({ energyKwh }) => energyKwh.pv !== undefined && energyKwh.load !== undefined);
  if (!complete) return null;
  return costOf(comparable, ({ energyKwh }) => (energyKwh.load ?? 0) - (energyKwh.pv ?? 0), lookup);
};
