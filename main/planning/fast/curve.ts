/**
 * A function of one number made of straight pieces, on an interval: what a stored energy is worth, what a change of it costs.
 * It begins at `from` with the value `at`; each piece has a width and a slope. A curve without pieces is one point.
 */
export interface Curve {
  readonly from: number;
  readonly at: number;
  readonly widths: Float64Array;
  readonly slopes: Float64Array;
  /** Slopes never fall. */
  readonly convex: boolean;
}

/** Slopes that differ by less are one, and pieces that are narrower are none: the rounding of what went before. */
export const SLOPE_EPSILON = 1e-9;
export const WIDTH_EPSILON = 1e-10;

export const lengthOf = ({ widths }: Curve): number => {
  let length = 0;
  for (let piece = 0; piece < widths.length; piece += 1) length += widths[piece] ?? 0;
  return length;
};

/** The value at `x`, which is moved into the interval. */
export const valueAt = ({ from, at, widths, slopes }: Curve, x: number): number => {
  let left = x - from;
  let value = at;
  for (let piece = 0; piece < widths.length && left > 0; piece += 1) {
    const width = widths[piece] ?? 0;
    value += (slopes[piece] ?? 0) * Math.min(left, width);
    left -= width;
  }
  return value;
};

/** Whether x lies in the interval, but for a trifle. */
export const reaches = (curve: Curve, x: number): boolean =>
  x > curve.from - 1e-8 && x < curve.from + lengthOf(curve) + 1e-8;

/** The curve through points with ascending x; points that nearly coincide are one. */
export const curveOf = (xs: readonly number[], ys: readonly number[]): Curve => {
  const widths: number[] = [];
  const slopes: number[] = [];
  let convex = true;
  let x = xs[0] ?? 0;
  let y = ys[0] ?? 0;
  for (let point = 1; point < xs.length; point += 1) {
    const width = (xs[point] ?? 0) - x;
    if (width < WIDTH_EPSILON) continue;
    const slope = ((ys[point] ?? 0) - y) / width;
    const before = slopes.at(-1);
    if (before !== undefined && slope < before - SLOPE_EPSILON) convex = false;
    widths.push(width);
    slopes.push(slope);
    x = xs[point] ?? 0;
    y = ys[point] ?? 0;
  }
  return {
    from: xs[0] ?? 0,
    at: ys[0] ?? 0,
    widths: new Float64Array(widths),
    slopes: new Float64Array(slopes),
    convex,
  };
};

/** The curve with the sign of x turned round. */
export const mirrored = (curve: Curve): Curve => {
  const { from, widths, slopes, convex } = curve;
  const end = from + lengthOf(curve);
  return {
    from: -end,
    at: valueAt(curve, end),
    widths: widths.toReversed(),
    slopes: slopes.toReversed().map((slope) => -slope),
    convex,
  };
};

/** f(k·x) as a curve of x, for k > 0. */
export const stretched = (curve: Curve, k: number): Curve =>
  k === 1
    ? curve
    : {
        ...curve,
        from: curve.from / k,
        widths: curve.widths.map((width) => width / k),
        slopes: curve.slopes.map((slope) => slope * k),
      };

/** The part between two bounds; null where nothing of it lies there. A trifle outside counts as inside. */
export const clipped = (curve: Curve, low: number, high: number): Curve | null => {
  const { from, widths, slopes, convex } = curve;
  const end = from + lengthOf(curve);
  if (from >= low && end <= high) return curve;
  const first = Math.max(from, low);
  const last = Math.min(end, high);
  if (last < first - 1e-8) return null;
  let at = curve.at;
  let x = from;
  let kept = 0;
  const newWidths = new Float64Array(widths.length);
  const newSlopes = new Float64Array(widths.length);
  for (let piece = 0; piece < widths.length; piece += 1) {
    const width = widths[piece] ?? 0;
    const slope = slopes[piece] ?? 0;
    const before = Math.min(width, Math.max(0, first - x));
    at += slope * before;
    const inside = Math.min(x + width, last) - Math.max(x, first);
    if (inside > WIDTH_EPSILON) {
      newWidths[kept] = inside;
      newSlopes[kept] = slope;
      kept += 1;
    }
    x += width;
    if (x >= last) break;
  }
  return {
    from: Math.min(first, last),
    at,
    widths: newWidths.slice(0, kept),
    slopes: newSlopes.slice(0, kept),
    convex,
  };
};

/** The curve plus `slope` for each unit that x lies below `bend`, or above it. */
export const plusBeyond = (curve: Curve, bend: number, side: 'below' | 'above', slope: number): Curve => {
  const end = curve.from + lengthOf(curve);
  if (slope === 0 || (side === 'below' ? bend <= curve.from : bend >= end)) return curve;
  const widths: number[] = [];
  const slopes: number[] = [];
  const push = (width: number, its: number): void => {
    if (width <= WIDTH_EPSILON) return;
    widths.push(width);
    slopes.push(its);
  };
  let x = curve.from;
  for (let piece = 0; piece < curve.widths.length; piece += 1) {
    const width = curve.widths[piece] ?? 0;
    const own = curve.slopes[piece] ?? 0;
    const below = Math.min(width, Math.max(0, bend - x));
    push(below, side === 'below' ? own - slope : own);
    push(width - below, side === 'below' ? own : own + slope);
    x += width;
  }
  return {
    from: curve.from,
    at: curve.at + slope * Math.max(0, side === 'below' ? bend - curve.from : curve.from - bend),
    widths: new Float64Array(widths),
    slopes: new Float64Array(slopes),
    convex: curve.convex && slope >= 0,
  };
};
