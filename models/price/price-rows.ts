import type { EnsembleRow } from '../ensemble/types.ts';
import type { HourFrame } from '../features/frame.ts';
import { type GroupedInput, inGroup } from '../features/inputs.ts';
import type { PriceFeature, PriceMoment } from './price-feature.ts';
import { OWN_FEATURES } from './price-features.ts';
import { priceOrigin } from './price-origin.ts';
import { SIGNAL_FEATURES } from './signal-features.ts';
import { WEATHER_FEATURES } from './weather-features.ts';

/** Inputs of every price learner, in the order of a row. */
export const PRICE_FEATURES: readonly (PriceFeature & GroupedInput)[] = [
  ...OWN_FEATURES,
  ...inGroup('market', SIGNAL_FEATURES),
  ...inGroup('weather', WEATHER_FEATURES),
];

/** Features further out than this say no more than that they are far out. */
const LIMIT = 8;

/**
 * The one simple forecast that is mixed in: the base, itself the mean of four. More of them would only draw weight from
 * learners, which see all four as inputs.
 */
export const PRICE_EXPERTS: readonly string[] = ['mean of simple forecasts'];

const bounded = (value: number): number => (Number.isFinite(value) ? Math.min(LIMIT, Math.max(-LIMIT, value)) : 0);
const CLOCK = new Set(['hour', 'weekday']);

/** The rows of the hours origin … origin + horizon − 1 within the frame; none where no price is known yet. */
export const priceRows = (frame: HourFrame, origin: number, horizon: number): readonly EnsembleRow[] => {
  const at = priceOrigin(frame, origin);
  if (at === null) return [];
  const ofDay = new Map<number, ReadonlyMap<string, number>>();
  const rows: EnsembleRow[] = [];
  for (let target = origin; target < Math.min(frame.hours, origin + horizon); target += 1) {
    const day = frame.day[target] ?? 0;
    const hour = frame.hour[target] ?? 0;
    const of = at.targetDay(day);
    const moment: PriceMoment = { frame, origin, target, hour, day, at, of };
    const inputOf = ({ name, value }: PriceFeature): number =>
      CLOCK.has(name) ? value(moment) : bounded(value(moment));
    const shared =
      ofDay.get(day) ??
      new Map(PRICE_FEATURES.filter(({ span }) => span === 'day').map((each) => [each.name, inputOf(each)]));
    ofDay.set(day, shared);
    rows.push({
      target,
      lead: target - origin,
      base: of.base[hour] ?? 0,
      scale: at.scale,
      features: PRICE_FEATURES.map((each) => shared.get(each.name) ?? inputOf(each)),
      experts: [of.base[hour] ?? 0],
    });
  }
  return rows;
};
