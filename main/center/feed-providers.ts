import type { Site } from '../../preload/contract/site.ts';
import { CARBON_PROVIDERS } from '../feeds/carbon/providers.ts';
import { COMMODITY_PROVIDERS } from '../feeds/commodity/providers.ts';
import { PRICE_PROVIDERS } from '../feeds/prices/providers.ts';
import type { FeedProviders } from '../feeds/service-types.ts';
import { SOLAR_PROVIDERS } from '../feeds/solar/providers.ts';
import { WEATHER_PROVIDERS } from '../feeds/weather/providers.ts';

/** Every provider that the product knows, a list a topic: a new one is one file and one line in its list. */
export const FEED_PROVIDERS: FeedProviders = {
  weather: WEATHER_PROVIDERS,
  price: PRICE_PROVIDERS,
  carbon: CARBON_PROVIDERS,
  solar: SOLAR_PROVIDERS,
  commodity: COMMODITY_PROVIDERS,
};

/** A demo's data are measured ones of another year, and a home without a place has no weather: both are asked about nothing. */
export const homesToAskFor = (site: Site | undefined): readonly Site[] =>
  site === undefined || site.demo || (site.latitude === 0 && site.longitude === 0) ? [] : [site];
