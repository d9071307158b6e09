import { type HeatLoad, heatBounds, warmed } from '../loads.ts';

const LEVELS = 24;

/** What a step's first and second half of the power cost, money per kWh. */
export interface HeatPrice {
  readonly firstHalf: number;
  readonly secondHalf: number;
}

/**
 * The cheapest power by step that keeps the band, from a temperature on: dynamic programming over temperatures. What is left at
 * the end is worth `endPerK` a degree on the side that it works towards.
 */
export const cheapestHeat = (
  load: HeatLoad,
  hours: number,
  span: { readonly from: number; readonly to: number; readonly startC: number },
  priceOf: (step: number) => HeatPrice,
  endPerK: number,
): readonly number[] => {
  const { from, to, startC } = span;
  const gap = (load.maxC - load.minC) / LEVELS;
  const perKw = Math.abs((hours * load.heatPerKwh) / load.capacityKwhPerK);
  const levelC = (level: number): number => load.minC + level * gap;
  const at = (values: Float64Array, temperatureC: number): number => {
    const place = Math.min(LEVELS, Math.max(0, (temperatureC - load.minC) / gap));
    const low = Math.min(LEVELS - 1, Math.floor(place));
    return (values[low] ?? 0) * (low + 1 - place) + (values[low + 1] ?? 0) * (place - low);
  };
  const sign = load.heatPerKwh > 0 ? 1 : -1;
  const costOf = (kw: number, { firstHalf, secondHalf }: HeatPrice): number => {
    const half = load.powerKw / 2;
    return hours * (Math.min(kw, half) * firstHalf + Math.max(0, kw - half) * secondHalf);
  };
  const best = (
    step: number,
    temperatureC: number,
    price: HeatPrice,
    after: Float64Array,
  ): { readonly kw: number; readonly cost: number } => {
    const { leastKw, mostKw } = heatBounds(load, hours, step, temperatureC);
    const coastC = warmed(load, hours, step, temperatureC, 0);
    let found = { kw: leastKw, cost: Number.POSITIVE_INFINITY };
    const tried = (kw: number): void => {
      const cost = costOf(kw, price) + at(after, coastC + sign * perKw * kw);
      if (cost < found.cost - 1e-12) found = { kw, cost };
    };
    tried(leastKw);
    tried(mostKw);
    const half = load.powerKw / 2;
    if (half > leastKw && half < mostKw) tried(half);
    for (let level = 0; level <= LEVELS; level += 1) {
      const kw = (sign * (levelC(level) - coastC)) / perKw;
      if (kw > leastKw && kw < mostKw) tried(kw);
    }
    return found;
  };
  const curves: Float64Array[] = [];
  let after = Float64Array.from({ length: LEVELS + 1 }, (_, level) => -sign * endPerK * level * gap);
  for (let step = to - 1; step >= from; step -= 1) {
    curves[step - from] = after;
    const price = priceOf(step);
    const later = after;
    after = Float64Array.from({ length: LEVELS + 1 }, (_, level) => best(step, levelC(level), price, later).cost);
  }
  let temperatureC = startC;
  return curves.map((curve, place) => {
    const { kw } = best(from + place, temperatureC, priceOf(from + place), curve);
    temperatureC = warmed(load, hours, from + place, temperatureC, kw);
    return kw;
  });
};
