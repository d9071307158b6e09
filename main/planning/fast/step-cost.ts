import type { Battery } from '../types.ts';
import { type Curve, curveOf } from './curve.ts';

/** What power over the meter costs in a step, per kW and hour: straight pieces, 0 at 0 kW. Import is positive. */
export interface Meter {
  /** Ascending; one of them is 0. */
  readonly bendsKw: readonly number[];
  /** One more than bends: below the first, between, above the last. */
  readonly slopes: readonly number[];
  readonly leastKw: number;
  readonly mostKw: number;
  /** Where the meter costs least, if its prices never fall with the power; infinite where that is as far as it goes. */
  readonly cheapestKw: number | null;
}

/** A stored energy that is wanted at the end of a step, and what each kWh below it (above it) costs. */
export interface Wish {
  readonly side: 'below' | 'above';
  readonly kwh: number;
  readonly price: number;
}

/** One step as one battery meets it. */
export interface Stage {
  /** Load without PV, kW; negative: surplus. */
  readonly netKw: number;
  /** So much of it may be held back. */
  readonly pvKw: number;
  readonly meter: Meter;
  /** What the battery may take and give in this step, as far as its origin or its use allows, kW. */
  readonly mostChargeKw: number;
  readonly mostDischargeKw: number;
  /** PV that charges the battery cannot be held back: where it is charged from nothing else. */
  readonly sunOnly: boolean;
  readonly wishes: readonly Wish[];
}

const moneyAt = ({ bendsKw, slopes }: Meter, kw: number): number => {
  let money = 0;
  for (let piece = 0; piece < slopes.length; piece += 1) {
    const low = piece === 0 ? Number.NEGATIVE_INFINITY : (bendsKw[piece - 1] ?? 0);
    const high = bendsKw[piece] ?? Number.POSITIVE_INFINITY;
    const slope = slopes[piece] ?? 0;
    if (kw > 0) money += slope * Math.max(0, Math.min(kw, high) - Math.max(0, low));
    else money -= slope * Math.max(0, Math.min(0, high) - Math.max(kw, low));
  }
  return money;
};

const heldMost = ({ pvKw, sunOnly }: Stage, kw: number): number => (sunOnly && kw > 0 ? Math.max(0, pvKw - kw) : pvKw);

/**
 * The cheapest power over the meter with the battery at `kw` (+ charging), by holding PV back or not; null: no such power is
 * within the limits. Nothing is held back without a gain.
 */
export const flowAt = (stage: Stage, kw: number): { readonly gridKw: number; readonly money: number } | null => {
  const { meter } = stage;
  const low = Math.max(stage.netKw + kw, meter.leastKw);
  const high = Math.min(stage.netKw + kw + heldMost(stage, kw), meter.mostKw);
  if (low > high + 1e-9) return null;
  if (meter.cheapestKw !== null) {
    const flow = Math.min(high, Math.max(low, meter.cheapestKw));
    return { gridKw: flow, money: moneyAt(meter, flow) };
  }
  let gridKw = Math.min(low, high);
  let money = moneyAt(meter, gridKw);
  const consider = (flow: number): void => {
    if (flow <= low || flow > high) return;
    const its = moneyAt(meter, flow);
    if (its < money - 1e-12) {
      money = its;
      gridKw = flow;
    }
  };
  for (const bend of meter.bendsKw) consider(bend);
  consider(high);
  return { gridKw, money };
};

/** What the battery's power may be in a step, kW, + charging; null: the grid cannot carry the step. */
const reachOf = (stage: Stage): { readonly lowKw: number; readonly highKw: number } | null => {
  const { netKw, pvKw, meter } = stage;
  const lowKw = Math.max(-stage.mostDischargeKw, meter.leastKw - pvKw - netKw);
  const highKw = Math.min(stage.mostChargeKw, meter.mostKw - netKw);
  if (lowKw > highKw + 1e-9) return null;
  return { lowKw: Math.min(lowKw, highKw), highKw };
};

/** Where the cheapest way to hold PV back changes between two powers: only where the meter's prices fall with the power. */
const changesBetween = (stage: Stage, from: number, to: number): readonly number[] => {
  const { meter, netKw } = stage;
  const ways = [
    (kw: number): number => Math.max(netKw + kw, meter.leastKw),
    (kw: number): number => Math.min(netKw + kw + heldMost(stage, kw), meter.mostKw),
    ...meter.bendsKw.map((bend) => (): number => bend),
  ];
  const lines = ways.map((way) => ({ first: moneyAt(meter, way(from)), last: moneyAt(meter, way(to)) }));
  const changes: number[] = [];
  for (const [place, one] of lines.entries())
    for (const other of lines.slice(place + 1)) {
      const apart = one.first - other.first;
      const apartLast = one.last - other.last;
      if (apart * apartLast < 0) changes.push(from + ((to - from) * apart) / (apart - apartLast));
    }
  return changes.sort((a, b) => a - b);
};

/**
 * What a step costs by the change of the stored energy, kWh beyond what standing losses alone leave; null: the grid cannot
 * carry the step. `wear` is for each kWh in and each out.
 */
export const costOf = (stage: Stage, battery: Battery, hours: number, wear: number): Curve | null => {
  const reach = reachOf(stage);
  if (reach === null) return null;
  const { lowKw, highKw } = reach;
  const { netKw, pvKw, meter } = stage;
  const candidates = [lowKw, highKw];
  const add = (kw: number): void => {
    if (kw > lowKw && kw < highKw) candidates.push(kw);
  };
  add(0);
  for (const bend of [...meter.bendsKw, meter.leastKw, meter.mostKw]) {
    add(bend - netKw);
    if (pvKw > 0) add(bend - pvKw - netKw);
  }
  candidates.sort((a, b) => a - b);
  const powers =
    meter.cheapestKw === null
      ? candidates.flatMap((kw, place) => [
          ...(place > 0 ? changesBetween(stage, candidates[place - 1] ?? kw, kw) : []),
          kw,
        ])
      : candidates;
  const xs = powers.map((kw) => changeOf(battery, kw, hours));
  const ys = powers.map((kw) => hours * ((flowAt(stage, kw)?.money ?? 0) + wear * Math.abs(kw)));
  return curveOf(xs, ys);
};

/** What a power changes of the stored energy, kWh. */
export const changeOf = (battery: Battery, kw: number, hours: number): number =>
  kw > 0 ? kw * battery.chargeEfficiency * hours : (kw * hours) / battery.dischargeEfficiency;

/** The power that changes the stored energy by so much, kW. */
export const powerOf = (battery: Battery, kwh: number, hours: number): number =>
  kwh > 0 ? kwh / (battery.chargeEfficiency * hours) : (kwh * battery.dischargeEfficiency) / hours;
