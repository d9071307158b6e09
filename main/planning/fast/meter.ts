import type { Meter } from './step-cost.ts';

/** Prices of the meter in one step: what a kWh bought counts and what one sold brings; beyond a limit each costs more. */
export const meterOf = (prices: {
  readonly bought: number;
  readonly sold: number;
  readonly maxImportKw: number;
  readonly maxExportKw: number;
  /** Null: the limits are hard. Else what each kWh beyond them costs. */
  readonly soft: number | null;
  /** An import that is better kept, and what each kWh above it costs. */
  readonly cap: { readonly kw: number; readonly price: number } | null;
}): Meter => {
  const { bought, sold, maxImportKw, maxExportKw, soft, cap } = prices;
  const softImport = soft !== null && Number.isFinite(maxImportKw);
  const softExport = soft !== null && Number.isFinite(maxExportKw);
  const above: { kw: number; more: number }[] = [];
  if (cap !== null && Number.isFinite(cap.kw)) above.push({ kw: Math.max(0, cap.kw), more: cap.price });
  if (softImport) above.push({ kw: maxImportKw, more: soft });
  above.sort((one, other) => one.kw - other.kw);
  const bendsKw = [...(softExport ? [-maxExportKw] : []), 0];
  const slopes = [...(softExport ? [sold - soft] : []), sold, bought];
  for (const { kw, more } of above) {
    bendsKw.push(kw);
    slopes.push((slopes.at(-1) ?? 0) + more);
  }
  const falls = slopes.some((slope, piece) => slope < (slopes[piece - 1] ?? Number.NEGATIVE_INFINITY));
  const rising = slopes.findIndex((slope) => slope >= 0);
  const cheapest = rising < 0 ? Number.POSITIVE_INFINITY : (bendsKw[rising - 1] ?? Number.NEGATIVE_INFINITY);
  return {
    bendsKw,
    cheapestKw: falls ? null : cheapest,
    slopes,
    leastKw: soft === null ? -maxExportKw : Number.NEGATIVE_INFINITY,
    mostKw: soft === null ? maxImportKw : Number.POSITIVE_INFINITY,
  };
};
