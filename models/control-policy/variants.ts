import type { PolicySeries, Span } from './types.ts';

/** How a home's past is changed, so that one year of one home teaches more than its own days. */
export interface Variant {
  readonly load: number;
  readonly pv: number;
  /** How much further prices lie from their mean. */
  readonly spread: number;
  /** Prices of so many days before: the same days under another market. */
  readonly daysBack: number;
}

/** Dark weeks, sunny ones, no sun at all, dearer evenings. Whole weeks back, so that a Sunday keeps its prices. */
export const VARIANTS: readonly Variant[] = [
  { load: 1.1, pv: 0.6, spread: 1.2, daysBack: 21 },
  { load: 0.9, pv: 0.3, spread: 1, daysBack: 42 },
  { load: 1, pv: 0, spread: 1.4, daysBack: 0 },
  { load: 1, pv: 1.3, spread: 1.1, daysBack: 63 },
];

/** The changed past. Prices come from earlier steps only, and where there are none the first steps keep their own. */
export const variantOf = (series: PolicySeries, span: Span, { load, pv, spread, daysBack }: Variant): PolicySeries => {
  const back = Math.round((daysBack * 24) / series.stepHours);
  const known = series.importPrice.slice(span.from, span.to).filter((price) => Number.isFinite(price));
  const mean = known.reduce((sum, price) => sum + price, 0) / Math.max(1, known.length);
  const moved = (prices: Float64Array): Float64Array =>
    prices.map((price, step) => (step - back >= span.from ? (prices[step - back] ?? price) : price));
  return {
    ...series,
    loadKw: series.loadKw.map((kw) => kw * load),
    pvKw: series.pvKw.map((kw) => kw * pv),
    importPrice: moved(series.importPrice).map((price) => mean + spread * (price - mean)),
    exportPrice: moved(series.exportPrice),
  };
};
