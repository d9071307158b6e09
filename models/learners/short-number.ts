/** Decimals as short as they can be: what is saved as JSON stays small, and reads back as the very same float32. */

/** The float32 with the fewest decimal digits from `low` to below `high`; `low` itself where none is shorter. */
export const shortBetween = (low: number, high: number): number => {
  const middle = low + (high - low) / 2;
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Math.fround(Number(middle.toPrecision(digits)));
    if (candidate >= low && candidate < high) return candidate;
  }
  return low;
};

/** The float32 next to `value` rounded to `digits` significant digits. */
export const shortNear = (value: number, digits: number): number => Math.fround(Number(value.toPrecision(digits)));

/** The shortest decimal that reads back as the float32 `value`. */
export const decimalOf = (value: number): number => {
  for (let digits = 4; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
};
