/** A market or supplier price as the reading side of the feeds gives it. */
export interface TariffPrice {
  readonly at: number;
  readonly stepMs: number;
  readonly perKwh: number;
  readonly currency: string;
  readonly kind: 'spot' | 'import' | 'export';
  readonly provider?: string;
  /** A guess from another day. */
  readonly assumed?: boolean;
}

export interface MarketMean {
  readonly perKwh: number;
  readonly assumed: boolean;
  readonly provider: string | null;
}

/** The mean over [from, to) by time; null unless all of it is known. */
export type Market = (from: number, to: number) => MarketMean | null;

/** Reads one kind of price. Of rows that overlap the earlier one counts; another currency is unknown, never converted. */
export const createMarket = (
  prices: readonly TariffPrice[],
  kind: TariffPrice['kind'],
  currency: string,
): { readonly mean: Market; readonly rows: readonly TariffPrice[] } => {
  const rows: TariffPrice[] = [];
  const sorted = prices
    .filter((row) => row.kind === kind && row.currency === currency && row.stepMs > 0 && Number.isFinite(row.perKwh))
    .toSorted((a, b) => a.at - b.at);
  for (const row of sorted) {
    const before = rows.at(-1);
    if (before === undefined || row.at >= before.at + before.stepMs) rows.push(row);
  }
  /** Index of the last row that begins at or before `at`, or 0. */
  const indexAt = (at: number): number => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };
  const mean: Market = (from, to) => {
    let [sum, coveredMs, assumed] = [0, 0, false];
    let provider: string | null = null;
    for (let index = indexAt(from); index < rows.length; index += 1) {
      const row = rows[index];
      if (row === undefined || row.at >= to) break;
      const shareMs = Math.min(to, row.at + row.stepMs) - Math.max(from, row.at);
      if (shareMs <= 0) continue;
      sum += row.perKwh * shareMs;
      coveredMs += shareMs;
      assumed ||= row.assumed ?? false;
      provider ??= row.provider ?? null;
      // One row over all of it: its own price, without the rounding of a division.
      if (shareMs === to - from) return { perKwh: row.perKwh, assumed, provider };
    }
    return coveredMs === to - from ? { perKwh: sum / coveredMs, assumed, provider } : null;
  };
  return { mean, rows };
};
