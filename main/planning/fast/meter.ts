import type { Meter } from './step-cost.ts';

const withPieces = (
  limits: Pick<Meter, 'leastKw' | 'mostKw'>,
  bendsKw: readonly number[],
  slopes: readonly number[],
): Meter => {
  const falls = slopes.some((slope, piece) => slope < (slopes[piece - 1] ?? Number.NEGATIVE_INFINITY));
  const rising = slopes.findIndex((slope) => slope >= 0);
  const cheapest = rising < 0 ? Number.POSITIVE_INFINITY : (bendsKw[rising - 1] ?? Number.NEGATIVE_INFINITY);
  return { ...limits, bendsKw, slopes, cheapestKw: falls ? null : cheapest };
};

/** Prices of the meter in one step: what a kWh bought counts and what one sold brings. */
export const meterOf = (prices: {
  readonly bought: number;
  readonly sold: number;
  readonly maxImportKw: number;
  readonly maxExportKw: number;
  /** Null: the limits are hard. Else what each kWh beyond them costs. */
  readonly soft: number | null;
}): Meter => {
  const { bought, sold, maxImportKw, maxExportKw, soft } = prices;
  if (soft === null) return withPieces({ leastKw: -maxExportKw, mostKw: maxImportKw }, [0], [sold, bought]);
  const out = Number.isFinite(maxExportKw);
  const free = { leastKw: Number.NEGATIVE_INFINITY, mostKw: Number.POSITIVE_INFINITY };
  const meter = withPieces(free, [...(out ? [-maxExportKw] : []), 0], [...(out ? [sold - soft] : []), sold, bought]);
  return Number.isFinite(maxImportKw) ? cappedMeter(meter, maxImportKw, soft) : meter;
};

/** The meter where each kWh above `capKw` of import costs `price` more. */
export const cappedMeter = (meter: Meter, capKw: number, price: number): Meter => {
  if (!Number.isFinite(capKw)) return meter;
  const cap = Math.max(0, capKw);
  const below = meter.bendsKw.filter((kw) => kw < cap);
  const above = meter.bendsKw.filter((kw) => kw > cap);
  const own = meter.slopes.slice(0, below.length + 1);
  const more = meter.slopes.slice(meter.slopes.length - above.length - 1).map((slope) => slope + price);
  return withPieces(meter, [...below, cap, ...above], [...own, ...more]);
};
