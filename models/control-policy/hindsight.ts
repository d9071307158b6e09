import { MODES, wantedKw } from './modes.ts';
import { createPhysics, type Physics } from './physics.ts';
import { isWhole, netKwAt } from './series-view.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

/** What stored energy would have been worth, had one known what came: the least cost to go, on a ladder of charge levels. */
export interface Hindsight {
  readonly physics: Physics;
  /** Least cost from a step on with so much stored, to the end of the span. */
  costToGo(step: number, storedKwh: number): number;
  /** Cost of one step with a battery power, and the least cost of what follows. */
  costOf(step: number, storedKwh: number, batteryKw: number): number;
}

export interface HindsightOptions {
  readonly levels: number;
  /** Powers between full discharge and full charge that are tried beside those of the modes. */
  readonly powers: number;
  /** What a kWh that is left at the end is worth. */
  readonly endValuePerKwh: number;
}

/** Battery powers that are worth trying in a step: what each mode asks for, and a ladder between the limits. */
export const powersToTry = (home: PolicyHome, netKw: number, powers: number): readonly number[] => {
  const { maxChargeKw, maxDischargeKw } = home.battery;
  const ladder = Array.from(
    { length: powers },
    (_, place) => -maxDischargeKw + ((maxDischargeKw + maxChargeKw) * place) / Math.max(1, powers - 1),
  );
  return [...MODES.map((mode) => wantedKw(mode, home.battery, netKw)), ...ladder];
};

/** Dynamic programming backwards over a span of a series. A step that is not whole costs nothing and leaves the battery alone. */
export const createHindsight = (
  series: PolicySeries,
  home: PolicyHome,
  { from, to }: Span,
  { levels, powers, endValuePerKwh }: HindsightOptions,
): Hindsight => {
  const physics = createPhysics(home, series.stepHours);
  const { leastKwh, mostKwh } = physics;
  const rung = (mostKwh - leastKwh) / (levels - 1);
  const table = new Float64Array((to - from + 1) * levels);
  const between = (step: number, storedKwh: number): number => {
    const place = rung === 0 ? 0 : Math.min(levels - 1, Math.max(0, (storedKwh - leastKwh) / rung));
    const below = Math.min(levels - 2, Math.floor(place));
    const at = (step - from) * levels + below;
    return (table[at] ?? 0) + (place - below) * ((table[at + 1] ?? 0) - (table[at] ?? 0));
  };
  const costOf = (step: number, storedKwh: number, batteryKw: number): number =>
    physics.cost(netKwAt(series, step), batteryKw, series.importPrice[step] ?? 0, series.exportPrice[step] ?? 0) +
    between(step + 1, physics.storedAfter(storedKwh, batteryKw));
  for (let level = 0; level < levels; level += 1)
    table[(to - from) * levels + level] = -endValuePerKwh * (leastKwh + level * rung);
  for (let step = to - 1; step >= from; step -= 1) {
    const whole = isWhole(series, step);
    const netKw = netKwAt(series, step);
    const wanted = whole ? powersToTry(home, netKw, powers) : [];
    for (let level = 0; level < levels; level += 1) {
      const storedKwh = leastKwh + level * rung;
      let least = whole
        ? Number.POSITIVE_INFINITY
        : between(step + 1, physics.storedAfter(storedKwh, physics.limit(storedKwh, 0, 0)));
      for (const each of wanted)
        least = Math.min(least, costOf(step, storedKwh, physics.limit(storedKwh, netKw, each)));
      table[(step - from) * levels + level] = least;
    }
  }
  return { physics, costToGo: between, costOf };
};
