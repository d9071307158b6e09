interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** How much of one hour's error the next hour shares: clouds and habits last. */
const SHARED = 0.9;

/**
 * The mean of an hour by its quantiles: Swanson's rule, 0.3 · p10 + 0.4 · p50 + 0.3 · p90 (Hurst, Brown and Swanson, AAPG
 * Bulletin 84, 2000). Means add up, medians do not: ten hours that are mostly dark and sometimes bright give something.
 */
const meanOf = ({ p10, p50, p90 }: Band): number => 0.3 * p10 + 0.4 * p50 + 0.3 * p90;

/**
 * The energy of several hours as one band, kWh. Tenths do not add up: if all hours' p10 were summed, the day would have to be
 * unlucky in each of them. Distances from the middle are combined as correlated errors with a correlation of 0.9 to the
 * power of their distance in hours. Input in W, hourly.
 */
export const energyBandKwh = (hours: readonly Band[]): Band => {
  const [only] = hours;
  if (hours.length === 1 && only !== undefined)
    return { p10: only.p10 / 1000, p50: only.p50 / 1000, p90: only.p90 / 1000 };
  const middle = hours.reduce((sum, hour) => sum + meanOf(hour), 0);
  const combined = (distance: (hour: Band) => number): number => {
    let variance = 0;
    for (let one = 0; one < hours.length; one += 1)
      for (let other = 0; other < hours.length; other += 1) {
        const a = hours[one];
        const b = hours[other];
        if (a !== undefined && b !== undefined) variance += SHARED ** Math.abs(one - other) * distance(a) * distance(b);
      }
    return Math.sqrt(variance);
  };
  const low = combined((hour) => Math.max(0, meanOf(hour) - hour.p10));
  const high = combined((hour) => Math.max(0, hour.p90 - meanOf(hour)));
  return { p10: Math.max(0, middle - low) / 1000, p50: middle / 1000, p90: (middle + high) / 1000 };
};
