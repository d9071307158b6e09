import { convexSum } from './convex.ts';
import { type Curve, curveOf } from './curve.ts';

/** Curves with more bends than this are made a little coarser. */
const MOST_BENDS = 600;

interface Points {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** The parts of a curve between which its slope falls. */
const convexParts = (curve: Curve): readonly Curve[] => {
  const { widths, slopes } = curve;
  const parts: Curve[] = [];
  let begin = 0;
  let from = curve.from;
  let at = curve.at;
  for (let piece = 0; piece < widths.length; piece += 1) {
    const next = slopes[piece + 1];
    if (next !== undefined && next >= (slopes[piece] ?? 0)) continue;
    const part = {
      from,
      at,
      widths: widths.slice(begin, piece + 1),
      slopes: slopes.slice(begin, piece + 1),
      convex: true,
    };
    parts.push(part);
    for (let own = 0; own < part.widths.length; own += 1) {
      from += part.widths[own] ?? 0;
      at += (part.widths[own] ?? 0) * (part.slopes[own] ?? 0);
    }
    begin = piece + 1;
  }
  return parts.length > 0 ? parts : [{ ...curve, convex: true }];
};

const pointsOf = ({ from, at, widths, slopes }: Curve): Points => {
  const xs = [from];
  const ys = [at];
  let x = from;
  let y = at;
  for (let piece = 0; piece < widths.length; piece += 1) {
    x += widths[piece] ?? 0;
    y += (widths[piece] ?? 0) * (slopes[piece] ?? 0);
    xs.push(x);
    ys.push(y);
  }
  return { xs, ys };
};

/** Reads points from left to right: the straight line over an interval that holds no bend, infinite outside. */
const createReader = ({ xs, ys }: Points) => {
  let piece = 0;
  return (from: number, to: number): { readonly first: number; readonly last: number } => {
    while (piece + 2 < xs.length && (xs[piece + 1] ?? 0) <= from) piece += 1;
    const x = xs[piece] ?? 0;
    const end = xs[piece + 1] ?? x;
    if (x > from || end < to) return { first: Number.POSITIVE_INFINITY, last: Number.POSITIVE_INFINITY };
    const y = ys[piece] ?? 0;
    const slope = ((ys[piece + 1] ?? y) - y) / (end - x);
    return { first: y + slope * (from - x), last: y + slope * (to - x) };
  };
};

const distinctUp = (one: readonly number[], other: readonly number[]): readonly number[] => {
  const all = [...one, ...other].sort((a, b) => a - b);
  return all.filter((x, place) => place === 0 || x > (all[place - 1] ?? 0));
};

/** The lower of two, where either is; where one ends above the other there is a step (two points with one x). */
const lower = (one: Points, other: Points): Points => {
  if (one.xs.length < 2) return other;
  if (other.xs.length < 2) return one;
  const xs: number[] = [];
  const ys: number[] = [];
  const push = (x: number, y: number): void => {
    if (x === xs.at(-1) && Math.abs(y - (ys.at(-1) ?? 0)) < 1e-12) return;
    const last = xs.length - 1;
    if (last > 0) {
      const x0 = xs[last - 1] ?? 0;
      const x1 = xs[last] ?? 0;
      const y0 = ys[last - 1] ?? 0;
      const straight = x0 < x1 && x1 < x && Math.abs(y0 + ((y - y0) * (x1 - x0)) / (x - x0) - (ys[last] ?? 0)) < 1e-13;
      if (straight) {
        xs.pop();
        ys.pop();
      }
    }
    xs.push(x);
    ys.push(y);
  };
  const bends = distinctUp(one.xs, other.xs);
  const readOne = createReader(one);
  const readOther = createReader(other);
  for (let place = 1; place < bends.length; place += 1) {
    const from = bends[place - 1] ?? 0;
    const to = bends[place] ?? 0;
    const a = readOne(from, to);
    const b = readOther(from, to);
    const first = Math.min(a.first, b.first);
    const last = Math.min(a.last, b.last);
    if (first === Number.POSITIVE_INFINITY) continue;
    push(from, first);
    const apart = a.first - b.first;
    const apartLast = a.last - b.last;
    if (apart * apartLast < 0 && Number.isFinite(apart) && Number.isFinite(apartLast)) {
      const share = apart / (apart - apartLast);
      push(from + share * (to - from), a.first + share * (a.last - a.first));
    }
    push(to, last);
  }
  return { xs, ys };
};

/** Without the points that lie on the line between their neighbours, more or less. */
const coarser = ({ xs, ys }: Points): Points => {
  let points: Points = { xs, ys };
  for (let within = 1e-9; points.xs.length > MOST_BENDS; within *= 4) {
    const keep = points.xs.map((x, place, all) => {
      if (place === 0 || place === all.length - 1 || place % 2 === 0) return true;
      const x0 = all[place - 1] ?? 0;
      const x1 = all[place + 1] ?? 0;
      const y0 = points.ys[place - 1] ?? 0;
      const y1 = points.ys[place + 1] ?? 0;
      return Math.abs(y0 + ((y1 - y0) * (x - x0)) / Math.max(x1 - x0, 1e-12) - (points.ys[place] ?? 0)) > within;
    });
    points = { xs: points.xs.filter((_, place) => keep[place]), ys: points.ys.filter((_, place) => keep[place]) };
  }
  return points;
};

/** The least f(y) + g(x − y) over all y, for any two curves: of each pair of convex parts, and the lowest of all. */
export const leastSum = (one: Curve, other: Curve): Curve => {
  let least: Points | null = null;
  const parts = convexParts(other);
  for (const part of convexParts(one))
    for (const next of parts) {
      const points = pointsOf(convexSum(part, next));
      least = least === null ? points : lower(least, points);
    }
  const { xs, ys } = coarser(least ?? { xs: [0], ys: [0] });
  // The whole is continuous: a step that is left is rounding, and its lower side counts.
  const flat = ys.map((y, place) => {
    const near = [place - 1, place + 1].filter((at) => Math.abs((xs[at] ?? Number.NaN) - (xs[place] ?? 0)) < 1e-10);
    return Math.min(y, ...near.map((at) => ys[at] ?? y));
  });
  return curveOf(xs, flat);
};
