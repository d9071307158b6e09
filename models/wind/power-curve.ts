/** What power a wind makes here, learnt from forecast winds and measured power: any turbine, hill and forecast bias. */

export interface PowerCurve {
  /** Ascending, m/s; empty where nothing was learnt. */
  readonly speeds: readonly number[];
  /** Share of capacity at each of them, never falling. */
  readonly shares: readonly number[];
}

/** How power differs from the curve by where the wind blows, on a square grid of east and north wind. */
export interface WindRose {
  /** East and north reach from −reach to reach, m/s. */
  readonly reach: number;
  /** Share of capacity at each node, rows of north, columns of east. */
  readonly shares: readonly number[];
}

/** One hour to learn from: wind and power as a share of capacity. */
export interface CurvePoint {
  readonly speed: number;
  readonly east: number;
  readonly north: number;
  readonly share: number;
}

const BINS = 40;
const LEAST_IN_BIN = 12;

/** Pools neighbours until none falls (pool adjacent violators; Barlow et al. 1972). */
const neverFalling = (values: readonly number[], weights: readonly number[]): number[] => {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const [index, value] of values.entries()) {
    const weight = weights[index] ?? 0;
    let pool = { sum: value * weight, weight, count: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.weight < pool.sum / pool.weight) break;
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
};

/** Means of bins with equally many hours each, made never to fall. */
export const fitPowerCurve = (points: readonly CurvePoint[]): PowerCurve => {
  const sorted = points.toSorted((one, other) => one.speed - other.speed);
  const bins = Math.min(BINS, Math.floor(sorted.length / LEAST_IN_BIN));
  const speeds: number[] = [];
  const means: number[] = [];
  const counts: number[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const from = Math.floor((bin * sorted.length) / bins);
    const to = Math.floor(((bin + 1) * sorted.length) / bins);
    let speed = 0;
    let share = 0;
    for (const point of sorted.slice(from, to)) {
      speed += point.speed;
      share += point.share;
    }
    // Many hours of the same wind are one knot.
    if (speed / (to - from) <= (speeds.at(-1) ?? -1) + 1e-6) continue;
    speeds.push(speed / (to - from));
    means.push(share / (to - from));
    counts.push(to - from);
  }
  return { speeds, shares: neverFalling(means, counts) };
};

/** Share of capacity at a wind speed, m/s; NaN where nothing was learnt or the wind is not known. */
export const curveShare = ({ speeds, shares }: PowerCurve, speed: number): number => {
  if (speeds.length === 0 || Number.isNaN(speed)) return Number.NaN;
  let high = 0;
  while (high < speeds.length && (speeds[high] ?? 0) < speed) high += 1;
  const above = shares[Math.min(high, shares.length - 1)] ?? 0;
  if (high === 0 || high === speeds.length) return above;
  const from = speeds[high - 1] ?? 0;
  const below = shares[high - 1] ?? 0;
  return below + ((above - below) * (speed - from)) / ((speeds[high] ?? 0) - from);
};

const NODES = 17;
/** A node with this many hours is half believed. */
const HALF_BELIEVED = 20;
const KERNEL = [0.25, 0.5, 0.25] as const;

/** The four nodes around a wind with their weights; [] where no direction is known. */
const nodesAround = (
  reach: number,
  east: number,
  north: number,
): readonly (readonly [node: number, weight: number])[] => {
  if (Number.isNaN(east + north) || !(reach > 0)) return [];
  const place = (value: number): number =>
    Math.min(NODES - 1 - 1e-9, Math.max(0, ((value / reach + 1) / 2) * (NODES - 1)));
  const [x, y] = [place(east), place(north)];
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return [
    [row * NODES + column, (1 - x + column) * (1 - y + row)],
    [row * NODES + column + 1, (x - column) * (1 - y + row)],
    [(row + 1) * NODES + column, (1 - x + column) * (y - row)],
    [(row + 1) * NODES + column + 1, (x - column) * (y - row)],
  ];
};

const smoothed = (grid: Float64Array): Float64Array => {
  const along = (source: Float64Array, step: number, place: (node: number) => number): Float64Array =>
    source.map((_, node) => {
      let sum = 0;
      for (const [index, weight] of KERNEL.entries()) {
        const at = place(node) + index - 1;
        if (at >= 0 && at < NODES) sum += weight * (source[node + (index - 1) * step] ?? 0);
      }
      return sum;
    });
  return along(
    along(grid, 1, (node) => node % NODES),
    NODES,
    (node) => Math.floor(node / NODES),
  );
};

/** Means of what the curve misses around each node, drawn to 0 where few hours were seen. */
export const fitWindRose = (points: readonly CurvePoint[], curve: PowerCurve): WindRose => {
  const known = points.filter(({ east, north }) => !Number.isNaN(east + north));
  const reach = known.reduce((most, { speed }) => Math.max(most, speed), 0) * 0.8;
  let sums = new Float64Array(NODES * NODES);
  let counts = new Float64Array(NODES * NODES);
  for (const point of known) {
    const missed = point.share - curveShare(curve, point.speed);
    if (Number.isNaN(missed)) continue;
    for (const [node, weight] of nodesAround(reach, point.east, point.north)) {
      sums[node] = (sums[node] ?? 0) + weight * missed;
      counts[node] = (counts[node] ?? 0) + weight;
    }
  }
  sums = Float64Array.from(smoothed(sums));
  counts = Float64Array.from(smoothed(counts));
  return { reach, shares: Array.from(sums, (sum, node) => sum / ((counts[node] ?? 0) + HALF_BELIEVED)) };
};

/** What the wind's direction adds to the curve, share of capacity; 0 where it is not known. */
export const roseShare = ({ reach, shares }: WindRose, east: number, north: number): number =>
  nodesAround(reach, east, north).reduce((sum, [node, weight]) => sum + weight * (shares[node] ?? 0), 0);
