/** Points of the map in px. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A ribbon's middle line: from one edge to another, leaving and arriving straight along the direction of the flow. */
export interface Curve {
  readonly from: Spot;
  readonly to: Spot;
  readonly turned: boolean;
}

interface Sample extends Spot {
  /** Unit direction. */
  readonly dx: number;
  readonly dy: number;
}

const SAMPLES = 24;
const round = (value: number): number => Math.round(value * 10) / 10;

const controls = ({ from, to, turned }: Curve): readonly [Spot, Spot] => {
  const midX = (from.x + to.x) / 2;
  const midY = (from.y + to.y) / 2;
  return turned
    ? [
        { x: from.x, y: midY },
        { x: to.x, y: midY },
      ]
    : [
        { x: midX, y: from.y },
        { x: midX, y: to.y },
      ];
};

/** The middle line as path data: one cubic. */
export const curvePath = (curve: Curve): string => {
  const [first, second] = controls(curve);
  const { from, to } = curve;
  return `M${round(from.x)} ${round(from.y)}C${round(first.x)} ${round(first.y)} ${round(second.x)} ${round(second.y)} ${round(to.x)} ${round(to.y)}`;
};

const sampleAt = (curve: Curve, t: number): Sample => {
  const [a, b] = controls(curve);
  const { from, to } = curve;
  const u = 1 - t;
  const mix = (p0: number, p1: number, p2: number, p3: number): number =>
    u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
  const slope = (p0: number, p1: number, p2: number, p3: number): number =>
    3 * u * u * (p1 - p0) + 6 * u * t * (p2 - p1) + 3 * t * t * (p3 - p2);
  const dx = slope(from.x, a.x, b.x, to.x);
  const dy = slope(from.y, a.y, b.y, to.y);
  const size = Math.hypot(dx, dy) || 1;
  return { x: mix(from.x, a.x, b.x, to.x), y: mix(from.y, a.y, b.y, to.y), dx: dx / size, dy: dy / size };
};

/** A line that keeps its distance (px, to the right of the direction) from the middle: the edges of stripes never overlap. */
export const parallelPath = (curve: Curve, offset: number): string => {
  if (offset === 0) return curvePath(curve);
  let path = '';
  for (let i = 0; i <= SAMPLES; i += 1) {
    const { x, y, dx, dy } = sampleAt(curve, i / SAMPLES);
    path += `${i === 0 ? 'M' : 'L'}${round(x - dy * offset)} ${round(y + dx * offset)}`;
  }
  return path;
};

export interface Placed extends Spot {
  readonly angleDeg: number;
}

/** A ruler along the curve: its length and the place at a distance from its start, px. */
export const rulerOf = (curve: Curve): { readonly length: number; at(distance: number): Placed } => {
  const steps = SAMPLES * 2;
  const points: (Sample & { readonly s: number })[] = [];
  let length = 0;
  for (let i = 0; i <= steps; i += 1) {
    const sample = sampleAt(curve, i / steps);
    const before = points.at(-1);
    if (before) length += Math.hypot(sample.x - before.x, sample.y - before.y);
    points.push({ ...sample, s: length });
  }
  return {
    length,
    at: (distance) => {
      const index = points.findIndex((point) => point.s >= distance);
      const after = points[index < 0 ? points.length - 1 : index];
      const before = points[Math.max(0, (index < 0 ? points.length - 1 : index) - 1)];
      if (!after || !before) return { ...curve.from, angleDeg: 0 };
      const gap = after.s - before.s;
      const t = gap === 0 ? 0 : Math.min(1, Math.max(0, (distance - before.s) / gap));
      return {
        x: round(before.x + (after.x - before.x) * t),
        y: round(before.y + (after.y - before.y) * t),
        angleDeg: round(
          (Math.atan2(before.dy + (after.dy - before.dy) * t, before.dx + (after.dx - before.dx) * t) * 180) / Math.PI,
        ),
      };
    },
  };
};
