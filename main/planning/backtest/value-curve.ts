import type { SimBattery } from './types.ts';

/**
 * What stored energy is worth: the slopes of the cost that is still to come, piece by piece from the least stored energy to the
 * most. That cost is convex, so the slopes rise, and one step back is a merge of them with the slopes of the step's own cost,
 * which bends in a few places only. Nothing is searched and nothing is rounded to a grid.
 */
export interface Curve {
  count: number;
  /** kWh, together from the least to the most. */
  readonly width: Float64Array;
  /** Money per kWh, rising; below 0, since stored energy lowers what is to come. */
  readonly slope: Float64Array;
}

const MOST_SLOPES = 600;
export const createCurve = (): Curve => ({
  count: 0,
  width: new Float64Array(MOST_SLOPES),
  slope: new Float64Array(MOST_SLOPES),
});

/** A curve of its own that takes no more room than it needs. */
export const copyOf = ({ count, width, slope }: Curve): Curve => ({
  count,
  width: width.slice(0, count),
  slope: slope.slice(0, count),
});

/** Adds a piece at the upper end of a curve, with the last one where their slopes are nearly the same. */
export const append = (curve: Curve, width: number, slope: number, alike: number): void => {
  if (width <= 1e-12) return;
  const last = curve.count - 1;
  if (last >= 0) {
    const lastWidth = curve.width[last] ?? 0;
    const lastSlope = curve.slope[last] ?? 0;
    if (slope - lastSlope < alike || curve.count === MOST_SLOPES) {
      const both = lastWidth + width;
      curve.slope[last] = (lastSlope * lastWidth + slope * width) / both;
      curve.width[last] = both;
      return;
    }
  }
  curve.width[curve.count] = width;
  curve.slope[curve.count] = slope;
  curve.count += 1;
};

export interface CurveFrame {
  readonly battery: SimBattery;
  readonly hours: number;
  readonly kept: number;
  readonly leastKwh: number;
  readonly mostKwh: number;
  /** Slopes nearer to each other than this become one, money per kWh. */
  readonly alike: number;
}

/** Import that is dear beside its price: what is above `capKw` costs `overPrice` a kWh more, above `nearKw` some already. */
export interface ImportCap {
  readonly capKw: number;
  readonly overPrice: number;
  readonly nearKw: number;
  readonly nearPrice: number;
}

/** A step as a curve sees it: kW, money per kWh. */
export interface StepCost {
  readonly loadKw: number;
  readonly pvKw: number;
  readonly importPrice: number;
  readonly exportPrice: number;
  readonly maxExportKw: number;
  readonly cap: ImportCap;
  readonly holdsBack: boolean;
}

/** The cost of a step by the change of stored energy, piece by piece from the largest discharge to the largest charge. */
export interface Pieces {
  count: number;
  /** kWh of the first piece's beginning: the largest discharge, negative. */
  lowest: number;
  readonly width: Float64Array;
  readonly slope: Float64Array;
}

const MOST_PIECES = 10;
export const createPieces = (): Pieces => ({
  count: 0,
  lowest: 0,
  width: new Float64Array(MOST_PIECES),
  slope: new Float64Array(MOST_PIECES),
});

const bends = new Float64Array(8);

/** Writes the pieces of a step's cost; kinks of negative prices stay where they are. */
export const piecesOf = (frame: CurveFrame, step: StepCost, into: Pieces): void => {
  const { battery, hours } = frame;
  const { chargeEfficiency, dischargeEfficiency, wearCostPerKwh } = battery;
  const { cap } = step;
  const net = step.loadKw - step.pvKw;
  const most = battery.fromGrid ? battery.maxChargeKw : Math.min(battery.maxChargeKw, Math.max(0, -net));
  const least = battery.toGrid ? -battery.maxDischargeKw : -Math.min(battery.maxDischargeKw, Math.max(0, net));
  const buy = step.importPrice;
  // Selling for more than buying is not convex; nobody is planned to live on it.
  const sell = Math.min(step.holdsBack ? Math.max(0, step.exportPrice) : step.exportPrice, buy);
  const unsold = Math.min(0, sell);
  bends[0] = least;
  let count = 1;
  const bend = (kw: number): void => {
    if (kw > (bends[count - 1] ?? 0) + 1e-12 && kw < most) {
      bends[count] = kw;
      count += 1;
    }
  };
  const full = -step.maxExportKw - net;
  const still = -net;
  const capped = cap.capKw - net;
  const near = Math.min(cap.nearKw, cap.capKw) - net;
  // The four come in this order; 0 may stand between any of them.
  if (full > 0) bend(0);
  bend(full);
  if (full <= 0 && still > 0) bend(0);
  bend(still);
  if (still <= 0 && near > 0) bend(0);
  bend(near);
  if (near <= 0 && capped > 0) bend(0);
  bend(capped);
  if (capped <= 0) bend(0);
  into.count = 0;
  into.lowest = (least * hours) / dischargeEfficiency;
  for (let place = 0; place < count; place += 1) {
    const from = bends[place] ?? 0;
    const to = place + 1 < count ? (bends[place + 1] ?? most) : most;
    if (to - from < 1e-12) continue;
    const middle = (from + to) / 2;
    const grid = net + middle;
    const over = grid > cap.capKw ? cap.overPrice : grid > cap.nearKw ? cap.nearPrice : 0;
    const price = grid > 0 ? buy + over : grid > -step.maxExportKw ? sell : unsold;
    const charging = middle > 0;
    into.width[into.count] = (to - from) * hours * (charging ? chargeEfficiency : 1 / dischargeEfficiency);
    into.slope[into.count] = charging
      ? (price + wearCostPerKwh) / chargeEfficiency
      : (price - wearCostPerKwh) * dischargeEfficiency;
    into.count += 1;
  }
};

/** Puts the pieces in rising order, so that they can be merged: the nearest convex cost where a price is negative. */
const sortPieces = (pieces: Pieces): void => {
  for (let place = 1; place < pieces.count; place += 1) {
    const slope = pieces.slope[place] ?? 0;
    const width = pieces.width[place] ?? 0;
    let before = place - 1;
    while (before >= 0 && (pieces.slope[before] ?? 0) > slope) {
      pieces.slope[before + 1] = pieces.slope[before] ?? 0;
      pieces.width[before + 1] = pieces.width[before] ?? 0;
      before -= 1;
    }
    pieces.slope[before + 1] = slope;
    pieces.width[before + 1] = width;
  }
};

/**
 * The curve before a step from the one after it: the least over the change of stored energy of the step's cost and what comes
 * after. Slopes of the two are taken in rising order; what lies between the least and the most is kept.
 */
export const stepBefore = (frame: CurveFrame, pieces: Pieces, after: Curve, into: Curve): void => {
  sortPieces(pieces);
  const { kept, leastKwh, mostKwh } = frame;
  let reach = pieces.lowest;
  for (let place = 0; place < pieces.count; place += 1) reach += pieces.width[place] ?? 0;
  // Where the merged slopes begin: from there the least can just be reached by charging as much as possible.
  let at = leastKwh - reach;
  const from = kept * leastKwh;
  const to = kept * mostKwh;
  let piece = pieces.count - 1;
  let next = 0;
  let slope = 0;
  into.count = 0;
  if (at > from) {
    slope = piece >= 0 ? Math.min(-(pieces.slope[piece] ?? 0), after.slope[0] ?? 0) : (after.slope[0] ?? 0);
    append(into, (at - from) / kept, kept * slope, 0);
  }
  while (at < to) {
    let width: number;
    if (piece >= 0 && (next >= after.count || -(pieces.slope[piece] ?? 0) <= (after.slope[next] ?? 0))) {
      slope = -(pieces.slope[piece] ?? 0);
      width = pieces.width[piece] ?? 0;
      piece -= 1;
    } else if (next < after.count) {
      slope = after.slope[next] ?? 0;
      width = after.width[next] ?? 0;
      next += 1;
    } else width = to - at;
    const begin = Math.max(at, from);
    at += width;
    const end = Math.min(at, to);
    if (end > begin) append(into, (end - begin) / kept, kept * slope, 0);
  }
};

const MOST_CURVES = 16;
const left = new Float64Array(MOST_CURVES);
const places = new Int32Array(MOST_CURVES);

/** The mean of curves over the same stored energy, each with its weight; weights add up to 1. */
export const meanCurve = (
  { alike }: CurveFrame,
  curves: readonly Curve[],
  weights: readonly number[],
  into: Curve,
): void => {
  const count = curves.length;
  into.count = 0;
  for (let each = 0; each < count; each += 1) {
    places[each] = 0;
    left[each] = curves[each]?.width[0] ?? 0;
  }
  for (;;) {
    let width = Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let each = 0; each < count; each += 1) {
      const curve = curves[each];
      const place = places[each] ?? 0;
      if (curve === undefined || place >= curve.count) return;
      const rest = left[each] ?? 0;
      if (rest < width) width = rest;
      sum += (weights[each] ?? 0) * (curve.slope[place] ?? 0);
    }
    append(into, width, sum, alike);
    for (let each = 0; each < count; each += 1) {
      const rest = (left[each] ?? 0) - width;
      if (rest > 1e-12) left[each] = rest;
      else {
        const place = (places[each] ?? 0) + 1;
        places[each] = place;
        left[each] = curves[each]?.width[place] ?? 0;
      }
    }
  }
};

/** The change of stored energy, kWh beside standing losses, that costs least together with what comes after. */
export const bestChange = (frame: CurveFrame, pieces: Pieces, after: Curve, energyKwh: number): number => {
  const stays = frame.kept * energyKwh;
  const lowest = frame.leastKwh - stays;
  let change = Math.max(pieces.lowest, lowest);
  let skip = change - pieces.lowest;
  let place = 0;
  let upTo = frame.leastKwh + (after.width[0] ?? 0);
  let total = 0;
  let bestTotal = 0;
  let best = change;
  for (let piece = 0; piece < pieces.count; piece += 1) {
    let width = pieces.width[piece] ?? 0;
    if (skip >= width) {
      skip -= width;
      continue;
    }
    width -= skip;
    skip = 0;
    const slope = pieces.slope[piece] ?? 0;
    while (width > 1e-12) {
      const stored = stays + change;
      while (place < after.count && upTo <= stored + 1e-12) {
        place += 1;
        upTo += after.width[place] ?? 0;
      }
      if (place >= after.count) return best;
      const taken = Math.min(width, upTo - stored);
      total += (slope + (after.slope[place] ?? 0)) * taken;
      change += taken;
      width -= taken;
      if (total < bestTotal - 1e-12) {
        bestTotal = total;
        best = change;
      }
    }
  }
  return best;
};
