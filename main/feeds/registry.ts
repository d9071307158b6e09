import { CARBON_PROVIDERS } from './carbon/providers.ts';
import { COMMODITY_PROVIDERS } from './commodity/providers.ts';
import { PRICE_PROVIDERS } from './prices/providers.ts';
import type { FeedProviders } from './service-types.ts';
import { SOLAR_PROVIDERS } from './solar/providers.ts';
import { WEATHER_PROVIDERS } from './weather/providers.ts';

/** Every provider that there is. */
export const FEED_PROVIDERS: FeedProviders = {
  weather: WEATHER_PROVIDERS,
  price: PRICE_PROVIDERS,
  carbon: CARBON_PROVIDERS,
  solar: SOLAR_PROVIDERS,
  commodity: COMMODITY_PROVIDERS,
};
