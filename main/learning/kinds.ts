import type { ModelKind } from '../../preload/contract/models.ts';

/** What is known of each quantity that models forecast, whatever model does it. */
interface KindFacts {
  readonly label: string;
  /** What it measures, within a sentence. */
  readonly what: string;
  /** The series of the site that holds it; null where it is no power. */
  readonly channel: string | null;
  /**
   * RMSE in per cent (of the largest value for solar and wind, of the mean size else) above which a version serves nobody,
   * even where it beats the simple forecasts: nothing should be decided upon so blurred a picture.
   */
  readonly thresholdPct: number;
}

export const KINDS: readonly ModelKind[] = ['solar', 'wind', 'load', 'price'];

export const KIND_FACTS: Readonly<Record<ModelKind, KindFacts>> = {
  solar: { label: 'Solar', what: 'solar power', channel: 'site:pv', thresholdPct: 25 },
  wind: { label: 'Wind', what: 'wind power', channel: 'site:wind', thresholdPct: 35 },
  load: { label: 'Load', what: 'household power', channel: 'site:household', thresholdPct: 150 },
  price: { label: 'Price', what: 'prices', channel: null, thresholdPct: 100 },
};

/**
 * A year holds each season once. And the demo's measured year comes round after 364 days: one day more, and training would
 * meet its own test weeks in the past.
 */
export const HISTORY_DAYS = 363;
/** Hours ahead that are forecast. */
export const HORIZON_HOURS = 72;
/** Less than this is no history: the standard profile or the physical bell serves, and no learning starts. */
export const LEAST_HOURS = 48;
/** Learning starts with so many days: three weeks to learn from and one to be judged on. */
export const LEARNING_DAYS = 28;
/** The newest whole days on which a version has to win, and fewer than which prove nothing. */
export const JUDGED_DAYS = 28;
export const LEAST_JUDGED_DAYS = 7;

/** An error in its unit as a person reads it: powers in whole W, prices to a hundredth of a cent. */
export const writeError = (value: number, unit: string, digits: number): string =>
  `${value.toFixed(unit === 'W' ? digits : digits + 4)} ${unit}`;
