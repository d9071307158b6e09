import { calendarFeatures, sunFeatures } from './catalogue-clock.ts';
import type { CatalogueFeature } from './catalogue-feature.ts';
import { levelFeatures, sameHourFeatures, spanFeatures } from './catalogue-history.ts';
import { temperatureFeatures, weatherFeatures } from './catalogue-weather.ts';
import type { HourFrame } from './frame.ts';

/**
 * Every feature that can be worked out of a frame, with its unit and meaning, for models that choose among them and for the
 * screen that shows them. None reads anything at or after the origin but calendar, sun and forecasts issued by then.
 */

/** All of them; names are unique. */
export const FEATURE_CATALOGUE: readonly CatalogueFeature[] = [
  ...calendarFeatures,
  ...sunFeatures,
  ...sameHourFeatures,
  ...spanFeatures,
  ...levelFeatures,
  ...temperatureFeatures,
  ...weatherFeatures,
];

/** Whether a feature is certain to be a number here: the history that it reads has no hole, and its weather is there. */
export const isReady = (feature: CatalogueFeature, frame: HourFrame, origin: number, target: number): boolean => {
  if (origin < feature.historyHours) return false;
  for (let index = origin - feature.historyHours; index < origin; index += 1)
    if (!Number.isFinite(frame.values[index])) return false;
  if (feature.needs === 'nothing') return true;
  if (feature.needs === 'daily weather') {
    const weather = frame.weather.get((frame.day[origin] ?? 0) - 1);
    return weather !== undefined && Object.values(weather).every(Number.isFinite);
  }
  return Number.isFinite(frame.issued?.at(feature.needs.forecastColumn, origin, target) ?? Number.NaN);
};

/** The features of these names, in their order; throws on a name that is not in the catalogue. */
export const featuresNamed = (names: readonly string[]): readonly CatalogueFeature[] =>
  names.map((name) => {
    const found = FEATURE_CATALOGUE.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no feature called ${name}`);
    return found;
  });
