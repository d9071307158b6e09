const DAY_MS = 86_400_000;
/** Month and day of feasts that stand still, and days from Easter Sunday of those that move. */
const FIXED = ['01-01', '05-01', '12-24', '12-25', '12-26', '12-31'] as const;
const FROM_EASTER = [-2, 0, 1, 39, 50] as const;

/** Easter Sunday of a year as days since 1970-01-01 (the anonymous Gregorian algorithm, Nature 13, 1876). */
export const easterOf = (year: number): number => {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const skipped = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - skipped + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  const march = moon + sunday - 7 * late + 114;
  return Date.UTC(year, Math.floor(march / 31) - 1, (march % 31) + 1) / DAY_MS;
};

const feastsOf = (year: number): ReadonlySet<number> =>
  new Set([
    ...FIXED.map((day) => Date.parse(`${year}-${day}T00:00:00Z`) / DAY_MS),
    ...FROM_EASTER.map((days) => easterOf(year) + days),
  ]);

const known = new Map<number, ReadonlySet<number>>();

/**
 * Whether most of Europe's industry rests on a day (days since 1970-01-01): Christmas to New Year's Day without the days
 * between, Good Friday, Easter, the first of May, Ascension and Whit Monday. Feasts of one country are not among them.
 */
export const isFeastDay = (day: number): boolean => {
  const year = new Date(day * DAY_MS).getUTCFullYear();
  const feasts = known.get(year) ?? feastsOf(year);
  known.set(year, feasts);
  return feasts.has(day);
};
