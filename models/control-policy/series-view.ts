import { POLICY_FEATURES, type PolicyScale, type PolicyView, readFeatures } from './features.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

/** Load less sun of a step, kW; NaN where one of them is a gap. */
export const netKwAt = (series: PolicySeries, step: number): number =>
  (series.loadKw[step] ?? Number.NaN) - (series.pvKw[step] ?? Number.NaN);

/** Whether a step can be played: use, sun and both prices are known. */
export const isWhole = (series: PolicySeries, step: number): boolean =>
  Number.isFinite(netKwAt(series, step)) &&
  Number.isFinite(series.importPrice[step]) &&
  Number.isFinite(series.exportPrice[step]);

/** What was known when a step of the past began. */
export const viewAt = (series: PolicySeries, step: number): PolicyView => {
  const knownSteps = series.knownSteps[step] ?? 1;
  const known = (prices: Float64Array, ahead: number): number =>
    ahead < knownSteps ? (prices[step + ahead] ?? Number.NaN) : Number.NaN;
  return {
    stepHours: series.stepHours,
    localHour: series.localHour[step] ?? 0,
    weekday: series.weekday[step] ?? 1,
    knownSteps,
    net: (back) => (back >= 1 ? netKwAt(series, step - back) : Number.NaN),
    importPrice: (ahead) => known(series.importPrice, ahead),
    exportPrice: (ahead) => known(series.exportPrice, ahead),
  };
};

/** The scale of a home on the steps that are trained on. */
export const scaleOf = (series: PolicySeries, home: PolicyHome, span: Span): PolicyScale => {
  let count = 0;
  let net = 0;
  let price = 0;
  let squares = 0;
  for (let step = span.from; step < span.to; step += 1) {
    if (!isWhole(series, step)) continue;
    const value = series.importPrice[step] ?? 0;
    count += 1;
    net += Math.abs(netKwAt(series, step));
    price += value;
    squares += value * value;
  }
  const mean = count === 0 ? 0 : price / count;
  const variance = count === 0 ? 0 : squares / count - mean * mean;
  const { capacityKwh, maxSocPct, minSocPct } = home.battery;
  return {
    netKw: Math.max(0.05, count === 0 ? 1 : net / count),
    price: mean,
    // A fixed price has no spread: a tenth of it then stands for one.
    priceSpread: Math.max(Math.sqrt(Math.max(0, variance)), 0.1 * Math.abs(mean), 1e-3),
    usableKwh: Math.max(1e-6, (capacityKwh * (maxSocPct - minSocPct)) / 100),
  };
};

/** The inputs of all steps of a span but the state of charge, row by row; the last column of each row is free for it. */
export const featureRows = (series: PolicySeries, scale: PolicyScale, span: Span): Float32Array => {
  const width = POLICY_FEATURES.length;
  const rows = new Float32Array((span.to - span.from) * width);
  for (let step = span.from; step < span.to; step += 1)
    readFeatures(viewAt(series, step), scale, rows, (step - span.from) * width);
  return rows;
};
