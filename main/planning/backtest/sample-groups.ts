/** A value that was measured, and how much it counts. */
export type Sample = readonly [value: number, weight: number];

/**
 * The means of groups of samples in rising order; `cuts` are the bounds of the groups as shares of the whole weight, from 0 to 1.
 * A sample that lies on a cut counts in both groups with its parts. NaN where there are no samples.
 */
export const groupMeans = (samples: Sample[], cuts: readonly number[]): number[] => {
  samples.sort((one, other) => one[0] - other[0]);
  const total = samples.reduce((sum, [, weight]) => sum + weight, 0);
  const least = 1e-12 * total;
  let place = 0;
  let left = samples[0]?.[1] ?? 0;
  return cuts.slice(1).map((cut, group) => {
    let wanted = (cut - (cuts[group] ?? 0)) * total;
    let sum = 0;
    let taken = 0;
    while (place < samples.length && wanted > least) {
      const part = Math.min(left, wanted);
      sum += part * (samples[place]?.[0] ?? 0);
      taken += part;
      wanted -= part;
      left -= part;
      if (left > least) continue;
      place += 1;
      left = samples[place]?.[1] ?? 0;
    }
    return taken > 0 ? sum / taken : (samples.at(-1)?.[0] ?? Number.NaN);
  });
};

/** Shares that add up to 1; equal ones where nothing has a weight. */
export const sharesOf = (weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length));
};
