import type { HourFrame } from '../features/frame.ts';
import type { FeatureDoc } from '../learners/types.ts';
import type { PriceOrigin, TargetDay } from './price-origin.ts';

/** Everything that one row's features are made of. */
export interface PriceMoment {
  readonly frame: HourFrame;
  readonly origin: number;
  readonly target: number;
  readonly hour: number;
  readonly day: number;
  readonly at: PriceOrigin;
  readonly of: TargetDay;
}

/**
 * How a feature belongs to its day: `hour` is this hour's own, `profile` too, and the profile of all 24 hours is worth
 * seeing at once; `day` is the same at all hours of the day.
 */
export type FeatureSpan = 'hour' | 'profile' | 'day';

export interface PriceFeature extends FeatureDoc {
  readonly span: FeatureSpan;
  readonly value: (moment: PriceMoment) => number;
}

/** A feature from its parts. */
export const feature = (
  name: string,
  span: FeatureSpan,
  unit: string,
  doc: string,
  value: (moment: PriceMoment) => number,
): PriceFeature => ({ name, span, unit, doc, value });
