import type { ForecastTarget } from '../../../models/forecast/types.ts';

/** What one in a file is in the unit that models use (W, or currency per kWh), and in the unit that is shown. */
export interface UnitScale {
  readonly toModel: number;
  /** From the model's unit to the shown one: kW, or the price's own unit. */
  readonly toShown: number;
  readonly shown: string;
}

const HOUR_MS = 3_600_000;
export const POWER_UNITS = ['kW', 'kWh', 'W'] as const;
type PowerUnit = (typeof POWER_UNITS)[number];

const WATTS: Readonly<Record<PowerUnit, (stepMs: number) => number>> = {
  W: () => 1,
  kW: () => 1000,
  kWh: (stepMs) => (1000 * HOUR_MS) / stepMs,
};

/** A unit of power or energy in any case (`kwh`), or null. */
export const powerUnitOf = (text: string): PowerUnit | null =>
  POWER_UNITS.find((unit) => unit.toLowerCase() === text.toLowerCase()) ?? null;

/** Energy in an interval is its mean power. A price keeps its unit; one per MWh is told by its unit or its column. */
export const unitScale = (
  target: ForecastTarget,
  unit: string | undefined,
  column: string,
  stepMs: number,
): UnitScale | null => {
  if (target === 'price') {
    const perMwh = /mwh/i.test(unit ?? column);
    return { toModel: perMwh ? 0.001 : 1, toShown: perMwh ? 1000 : 1, shown: unit ?? column };
  }
  const power = powerUnitOf(unit ?? '');
  return power === null ? null : { toModel: WATTS[power](stepMs), toShown: 0.001, shown: 'kW' };
};
