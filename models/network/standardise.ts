/** Mean and spread of each feature over the training rows; kept with the model so that serving sees what training saw. */
export interface Standardiser {
  readonly mean: readonly number[];
  readonly spread: readonly number[];
}

export const fitStandardiser = (rows: readonly (readonly number[])[], width: number): Standardiser => {
  const mean = Array.from({ length: width }, () => 0);
  const spread = Array.from({ length: width }, () => 0);
  for (const row of rows)
    row.forEach((value, index) => {
      mean[index] = (mean[index] ?? 0) + value / rows.length;
    });
  for (const row of rows)
    row.forEach((value, index) => {
      spread[index] = (spread[index] ?? 0) + (value - (mean[index] ?? 0)) ** 2 / rows.length;
    });
  // A feature that never changed carries nothing: dividing by 1 leaves it at 0.
  return { mean, spread: spread.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1)) };
};

/** Rows side by side as one array of [rows × width], standardised. */
export const standardise = (rows: readonly (readonly number[])[], by: Standardiser): Float32Array => {
  const width = by.mean.length;
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let f = 0; f < width; f += 1) out[r * width + f] = ((row[f] ?? 0) - (by.mean[f] ?? 0)) / (by.spread[f] ?? 1);
  });
  return out;
};
