import { type Curve, SLOPE_EPSILON, WIDTH_EPSILON } from './curve.ts';

/** Where pieces are put together before their number is known; used by one sum at a time and never kept. */
let widths = new Float64Array(512);
let slopes = new Float64Array(512);

const need = (pieces: number): void => {
  if (widths.length >= pieces) return;
  widths = new Float64Array(2 * pieces);
  slopes = new Float64Array(2 * pieces);
};

/**
 * The least ahead(y) + cost(y − x) over all y, as a curve of x, for two convex curves: their pieces one after the other by
 * slope, those of the cost turned round. Only what lies from `low` to `high`; null where nothing does. Pieces whose slopes
 * differ by less than `same` become one.
 */
export const leastAhead = (
  ahead: Curve,
  cost: Curve,
  low: number,
  high: number,
  same = SLOPE_EPSILON,
): Curve | null => {
  const aheadPieces = ahead.widths.length;
  const costPieces = cost.widths.length;
  need(aheadPieces + costPieces);
  let costEnd = cost.from;
  let costAt = cost.at;
  for (let piece = 0; piece < costPieces; piece += 1) {
    const width = cost.widths[piece] ?? 0;
    costEnd += width;
    costAt += width * (cost.slopes[piece] ?? 0);
  }
  let x = ahead.from - costEnd;
  let y = ahead.at + costAt;
  if (x > high + 1e-8) return null;
  let from = Math.min(Math.max(x, low), high);
  let at = y;
  let count = 0;
  let i = 0;
  let j = costPieces - 1;
  while ((i < aheadPieces || j >= 0) && x < high) {
    const slopeAhead = i < aheadPieces ? (ahead.slopes[i] ?? 0) : Number.POSITIVE_INFINITY;
    const slopeCost = j >= 0 ? -(cost.slopes[j] ?? 0) : Number.POSITIVE_INFINITY;
    let slope = slopeAhead;
    let width = 0;
    if (slopeAhead <= slopeCost) {
      width = ahead.widths[i] ?? 0;
      i += 1;
    } else {
      slope = slopeCost;
      width = cost.widths[j] ?? 0;
      j -= 1;
    }
    const end = x + width;
    if (x < low) {
      const before = Math.min(end, low) - x;
      at += before * slope;
    }
    const inside = Math.min(end, high) - Math.max(x, low);
    x = end;
    if (inside <= WIDTH_EPSILON) continue;
    const last = slopes[count - 1] ?? 0;
    if (count > 0 && slope - last < same) {
      // One piece with the slope between: the value at its end stays exact.
      const before = widths[count - 1] ?? 0;
      slopes[count - 1] = (before * last + inside * slope) / (before + inside);
      widths[count - 1] = before + inside;
    } else {
      widths[count] = inside;
      slopes[count] = slope;
      count += 1;
    }
  }
  if (x < low - 1e-8) return null;
  if (x < from) from = x;
  y = at;
  return { from, at: y, widths: widths.slice(0, count), slopes: slopes.slice(0, count), convex: true };
};

/** The least f(y) + g(x − y) over all y, for two convex curves: their pieces one after the other by slope. */
export const convexSum = (one: Curve, other: Curve): Curve => {
  const most = one.widths.length + other.widths.length;
  const sumWidths = new Float64Array(most);
  const sumSlopes = new Float64Array(most);
  let i = 0;
  let j = 0;
  for (let place = 0; place < most; place += 1) {
    const slopeOne = i < one.widths.length ? (one.slopes[i] ?? 0) : Number.POSITIVE_INFINITY;
    const slopeOther = j < other.widths.length ? (other.slopes[j] ?? 0) : Number.POSITIVE_INFINITY;
    const first = slopeOne <= slopeOther;
    sumSlopes[place] = first ? slopeOne : slopeOther;
    sumWidths[place] = first ? (one.widths[i] ?? 0) : (other.widths[j] ?? 0);
    if (first) i += 1;
    else j += 1;
  }
  return { from: one.from + other.from, at: one.at + other.at, widths: sumWidths, slopes: sumSlopes, convex: true };
};

/**
 * The y from `low` to `high` with the least cost(y − left) + ahead(y), both convex; of several that are as good, the one
 * nearest to `left`.
 */
export const convexEnd = (
  cost: Curve,
  ahead: Curve,
  left: number,
  low: number,
  high: number,
  equal: number,
): number => {
  let i = 0;
  let j = 0;
  let endCost = left + cost.from;
  let endAhead = ahead.from;
  let y = low;
  let flatFrom = Number.NaN;
  const skip = (): void => {
    while (i < cost.widths.length && endCost + (cost.widths[i] ?? 0) <= y + WIDTH_EPSILON) {
      endCost += cost.widths[i] ?? 0;
      i += 1;
    }
    while (j < ahead.widths.length && endAhead + (ahead.widths[j] ?? 0) <= y + WIDTH_EPSILON) {
      endAhead += ahead.widths[j] ?? 0;
      j += 1;
    }
  };
  skip();
  while (y < high && i < cost.widths.length && j < ahead.widths.length) {
    const slope = (cost.slopes[i] ?? 0) + (ahead.slopes[j] ?? 0);
    if (slope > equal) break;
    if (slope >= -equal && Number.isNaN(flatFrom)) flatFrom = y;
    y = Math.min(high, endCost + (cost.widths[i] ?? 0), endAhead + (ahead.widths[j] ?? 0));
    skip();
  }
  return Number.isNaN(flatFrom) ? y : Math.min(y, Math.max(flatFrom, left));
};
