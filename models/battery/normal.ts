/** The standard normal distribution: what turns shares into scores and back. */

/** Standard normal distribution function (Zelen and Severo 1964, Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export const normalShare = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? 1 - tail : tail;
};

/** The score below which 90 % lie. */
export const NINETY = 1.2815515655446004;

/** Fills `out` with independent standard normal numbers (Box and Muller 1958, both of each pair). */
export const fillNormal = (out: Float64Array, random: () => number): void => {
  for (let index = 0; index < out.length; index += 2) {
    const size = Math.sqrt(-2 * Math.log(Math.max(1e-300, random())));
    const angle = 2 * Math.PI * random();
    out[index] = size * Math.cos(angle);
    if (index + 1 < out.length) out[index + 1] = size * Math.sin(angle);
  }
};
