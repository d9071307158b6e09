import type { SiteSettings } from '../../preload/contract/house.ts';
import type { PriceRow } from './types.ts';

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
