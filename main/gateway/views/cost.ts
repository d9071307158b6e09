import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { PriceRow } from '../../store/types.ts';
import type { EnergyInterval } from './energy.ts';

/** Prices of one interval, in the site's currency per kWh; null where they are not known for all of it. */
export interface IntervalPrice {
  readonly importPerKwh: number;
  readonly exportPerKwh: number;
}
export type PriceLookup = (at: number, stepMs: number) => IntervalPrice | null;

type FixedPrices = Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;

/** The last row that begins at or before `at`; -1 where none does. `rows` are in order. */
const rowBefore = (rows: readonly PriceRow[], at: number): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/**
 * Stored prices first, averaged over the interval by time; the site's fixed prices where nothing is stored. A missing
 * fixed export price means that export is not paid.
 */
export const priceLookup = (rows: readonly PriceRow[], fixed: FixedPrices): PriceLookup => {
  const fallback: IntervalPrice | null =
    fixed.fixedImportPerKwh === null
      ? null
      : { importPerKwh: fixed.fixedImportPerKwh, exportPerKwh: fixed.fixedExportPerKwh ?? 0 };
  return (at, stepMs) => {
    const end = at + stepMs;
    let coveredMs = 0;
    let importSum = 0;
    let exportSum = 0;
    for (let index = Math.max(0, rowBefore(rows, at)); index < rows.length; index += 1) {
      const row = rows[index];
      if (!row || row.at >= end) break;
      const overlapMs = Math.min(end, row.at + row.stepMs) - Math.max(at, row.at);
      if (overlapMs <= 0) continue;
      coveredMs += overlapMs;
      importSum += row.importPerKwh * overlapMs;
      exportSum += row.exportPerKwh * overlapMs;
    }
    if (coveredMs < stepMs) return fallback;
    return { importPerKwh: importSum / coveredMs, exportPerKwh: exportSum / coveredMs };
  };
};

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
