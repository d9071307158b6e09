/** How a lifetime energy counter went from one value to the next. */
export interface CounterStep {
  /** Energy since the last value, kWh; never negative, never a guess. */
  readonly deltaKwh: number;
  readonly kind: 'first' | 'forward' | 'unchanged' | 'step-back' | 'rollover' | 'reset' | 'implausible';
}

/** Counters that round in the device may step back by this much; the energy is not counted twice when they return. */
const ROUNDING_KWH = 0.05;
/** Counts by more than the highest plausible power could have: a wrong reading or another meter. */
const PLAUSIBLE_POWER_W = 60_000;

/** Registers of 16 and 32 bits run over at these values, counted in 1, 0.1, 0.01 and 0.001 kWh. */
const MODULI_KWH = [2 ** 16, 2 ** 32].flatMap((size) => [size, size / 10, size / 100, size / 1000]);

/** Energy over the edge of a register that ran full; null where the fall is none. */
const overTheEdge = (beforeKwh: number, nowKwh: number, possibleKwh: number): number | null => {
  const found = MODULI_KWH.map((modulus) => modulus - beforeKwh + nowKwh).filter(
    (delta, index) => (MODULI_KWH[index] ?? 0) >= beforeKwh && delta >= 0 && delta <= possibleKwh,
  );
  return found.length === 1 ? (found[0] ?? null) : null;
};

/**
 * Follows one counter. A register that runs full goes on from 0 without losing energy. A step back by rounding waits until the old value is passed; a larger fall is a restart, after
 * which the new value counts from where it is (what ran between is unknown and left out); a leap is refused once and
 * taken as a new start when it stays. `at` in UTC ms.
 */
export const createCounter = (maximumPowerW: number = PLAUSIBLE_POWER_W) => {
  let last: { readonly valueKwh: number; readonly at: number } | null = null;
  let refused: number | null = null;
  return {
    next: (valueKwh: number, at: number): CounterStep => {
      if (!Number.isFinite(valueKwh) || valueKwh < 0) return { deltaKwh: 0, kind: 'implausible' };
      const before = last;
      if (!before) {
        last = { valueKwh, at };
        return { deltaKwh: 0, kind: 'first' };
      }
      const change = valueKwh - before.valueKwh;
      if (change === 0) {
        last = { valueKwh, at };
        return { deltaKwh: 0, kind: 'unchanged' };
      }
      if (change < 0 && change >= -ROUNDING_KWH) return { deltaKwh: 0, kind: 'step-back' };
      const possibleKwh = ROUNDING_KWH + (maximumPowerW * Math.max(0, at - before.at)) / 3.6e9;
      const over = change < 0 ? overTheEdge(before.valueKwh, valueKwh, possibleKwh) : null;
      if (over !== null) {
        refused = null;
        last = { valueKwh, at };
        return { deltaKwh: over, kind: 'rollover' };
      }
      const isLeap = change > possibleKwh;
      if (isLeap && (refused === null || Math.abs(valueKwh - refused) > possibleKwh)) {
        refused = valueKwh;
        return { deltaKwh: 0, kind: 'implausible' };
      }
      refused = null;
      last = { valueKwh, at };
      if (isLeap) return { deltaKwh: 0, kind: 'reset' };
      return change > 0 ? { deltaKwh: change, kind: 'forward' } : { deltaKwh: 0, kind: 'reset' };
    },
  };
};
