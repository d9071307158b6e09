import type { Battery } from '../types.ts';
import { convexEnd, leastAhead } from './convex.ts';
import { type Curve, clipped, lengthOf, mirrored, plusBeyond, stretched, valueAt } from './curve.ts';
import { leastSum } from './envelope.ts';
import { changeOf, flowAt, powerOf, type Stage } from './step-cost.ts';

/** Ways that cost so little more are as good: the one that moves the battery less is taken. */
const EQUAL = 1e-9;

/** Between these the stored energy stays, kWh. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** What the steps ask of one battery: everything that the money depends on. */
export interface Task {
  readonly stages: readonly Stage[];
  /** What each step costs by what it changes of the stored energy; null: the grid cannot carry the step. */
  readonly costs: readonly (Curve | null)[];
  readonly battery: Battery;
  readonly hours: number;
  /** For each kWh in and each out. */
  readonly wear: number;
  /** Before the first step, and at the end of each. */
  readonly bounds: readonly Bounds[];
  /** What a stored energy at the end costs: negative where it is worth something. Its interval is what may be left. */
  readonly end: Curve;
  /** Worths of a kWh that differ by less are one. */
  readonly same: number;
}

/** What is ahead of a stored energy at the end of each step; `start` before the first. */
export interface Outlook {
  readonly start: Curve;
  readonly after: readonly Curve[];
}

export const storedBounds = (battery: Battery): Bounds => ({
  least: (battery.minSocPct / 100) * battery.capacityKwh,
  most: (battery.maxSocPct / 100) * battery.capacityKwh,
});

/** The share of the stored energy that a step leaves. */
export const keptIn = (battery: Battery, hours: number): number => (1 - battery.standingLossPerHour) ** hours;

/** What is left at the end is worth `valuePerKwh` each, and at least `leastKwh` must be left. */
export const endOf = ({ least, most }: Bounds, leastKwh: number, valuePerKwh: number): Curve => {
  const from = Math.min(most, Math.max(least, leastKwh));
  const wide = most > from;
  return {
    from,
    at: -valuePerKwh * from,
    widths: new Float64Array(wide ? [most - from] : []),
    slopes: new Float64Array(wide ? [-valuePerKwh] : []),
    convex: true,
  };
};

/**
 * The value of stored energy, from the last step back to the first: not on a ladder of levels but as the straight pieces that
 * it really has, so it is exact. Answers the step that no stored energy can pass, where there is one.
 */
export const outlookOf = ({
  stages,
  costs,
  battery,
  hours,
  bounds,
  end,
  same,
}: Task): Outlook | { readonly stuck: number } => {
  const kept = keptIn(battery, hours);
  const after: Curve[] = new Array(stages.length);
  let ahead = end;
  for (let step = stages.length - 1; step >= 0; step -= 1) {
    const cost = costs[step] ?? null;
    const bound = bounds[step];
    if (cost === null || bound === undefined) return { stuck: step };
    for (const { side, kwh, price } of stages[step]?.wishes ?? []) ahead = plusBeyond(ahead, kwh, side, price);
    after[step] = ahead;
    const left =
      ahead.convex && cost.convex
        ? leastAhead(ahead, cost, kept * bound.least, kept * bound.most, same)
        : clipped(leastSum(ahead, mirrored(cost)), kept * bound.least, kept * bound.most);
    if (left === null) return { stuck: step };
    ahead = stretched(left, kept);
  }
  return { start: ahead, after };
};

/** The stored energy to end a step with, from `left` after standing losses: the least of cost and what is ahead. */
const bestEnd = (cost: Curve, ahead: Curve, left: number): number => {
  const lowest = left + cost.from;
  const highest = lowest + lengthOf(cost);
  const end = ahead.from + lengthOf(ahead);
  const low = Math.min(highest, Math.max(lowest, ahead.from));
  const high = Math.max(lowest, Math.min(highest, end));
  if (low >= high) return low > end ? high : low;
  if (cost.convex && ahead.convex) return convexEnd(cost, ahead, left, low, high, EQUAL);
  let best = Math.min(high, Math.max(low, left));
  let total = valueAt(cost, best - left) + valueAt(ahead, best);
  const consider = (end: number): void => {
    if (end < low || end > high) return;
    const its = valueAt(cost, end - left) + valueAt(ahead, end);
    if (its < total - EQUAL || (its < total + EQUAL && Math.abs(end - left) < Math.abs(best - left) - EQUAL)) {
      total = Math.min(total, its);
      best = end;
    }
  };
  consider(low);
  consider(high);
  let x = left + cost.from;
  for (const width of cost.widths) {
    x += width;
    consider(x);
  }
  x = ahead.from;
  for (const width of ahead.widths) {
    if (x > high) break;
    consider(x);
    x += width;
  }
  return best;
};

/** What one battery does, and what follows: kW (+ charging, + import), kWh at the end of each step. */
export interface Course {
  readonly batteryKw: readonly number[];
  readonly gridKw: readonly number[];
  readonly curtailKw: readonly number[];
  readonly storedKwh: readonly number[];
}

/** The cheapest course from a stored energy on. */
export const courseOf = (task: Task, outlook: Outlook, startKwh: number): Course => {
  const { stages, costs, battery, hours } = task;
  const kept = keptIn(battery, hours);
  const batteryKw: number[] = [];
  const gridKw: number[] = [];
  const curtailKw: number[] = [];
  const storedKwh: number[] = [];
  let stored = startKwh;
  for (const [step, stage] of stages.entries()) {
    const left = kept * stored;
    const cost = costs[step] ?? null;
    const ahead = outlook.after[step];
    const aim = cost === null || ahead === undefined ? left : bestEnd(cost, ahead, left);
    const wanted = powerOf(battery, aim - left, hours);
    const kw = Math.abs(wanted) < 1e-9 ? 0 : Math.min(battery.maxChargeKw, Math.max(-battery.maxDischargeKw, wanted));
    const flow = flowAt(stage, kw)?.gridKw ?? stage.netKw + kw;
    stored = left + changeOf(battery, kw, hours);
    batteryKw.push(kw);
    gridKw.push(flow);
    curtailKw.push(Math.min(stage.pvKw, Math.max(0, flow - stage.netKw - kw)));
    storedKwh.push(stored);
  }
  return { batteryKw, gridKw, curtailKw, storedKwh };
};
