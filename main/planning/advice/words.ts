/** Small pieces of the sentences about money and time. */

/** "€0.41": always positive, for "cheaper" and "dearer" to go with it. */
export const amount = (value: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(Math.abs(value));

/** "€3.21", or "−€0.30" where money came in. */
export const money = (value: number, currency: string): string => {
  // What rounds to nothing has no sign.
  const sign = value <= -0.005 ? '−' : '';
  return `${sign}${amount(value, currency)}`;
};

/** "190 g", "1.2 kg" of CO2. */
export const carbon = (grams: number): string => {
  const size = Math.abs(grams);
  return size < 1000 ? `${Math.round(size)} g` : `${(size / 1000).toFixed(1)} kg`;
};

/** "1 day", "3 days". */
export const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

/** `Dishwasher` takes an article inside a sentence; `Miner A` stays a name. */
export const inSentence = (name: string): string =>
  /^[A-Z][a-z]+( [a-z]+)*$/.test(name) ? `the ${name.charAt(0).toLowerCase()}${name.slice(1)}` : name;
