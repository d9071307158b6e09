import { CARBON_PROVIDERS } from '../../../main/feeds/carbon/providers.ts';
import { commodityEndpoint } from '../../../main/feeds/commodity/endpoint.ts';
import { PRICE_PROVIDERS } from '../../../main/feeds/prices/providers.ts';
import type { FeedPlace, FeedProvider } from '../../../main/feeds/types.ts';
import { placeFor } from './asking.ts';

export const SECRET = 'SECRET-key-0123456789';

const MORE: Readonly<Record<string, Parameters<typeof placeFor>[1]>> = {
  'awattar-at': { site: { timeZone: 'Europe/Vienna' } },
  nordpool: { site: { currency: 'SEK', timeZone: 'Europe/Stockholm' }, options: { area: 'SE3' } },
  elprisetjustnu: { site: { currency: 'SEK', timeZone: 'Europe/Stockholm' }, options: { area: 'SE3' } },
  hvakosterstrommen: { site: { currency: 'NOK', timeZone: 'Europe/Oslo' }, options: { area: 'NO1' } },
  octopus: {
    site: { currency: 'GBP', timeZone: 'Europe/London' },
    options: { product: 'AGILE-24-10-01', region: 'C', exportProduct: 'AGILE-OUTGOING-19-05-13' },
  },
  amber: { site: { currency: 'AUD', timeZone: 'Australia/Sydney' }, options: { site: '01F5A5CRKMZ5BCX9P1S4V990AM' } },
  comed: { site: { currency: 'USD', timeZone: 'America/Chicago', latitude: 41.88, longitude: -87.63 } },
  'carbon-intensity-gb': { site: { timeZone: 'Europe/London' }, options: { postcode: 'BS16' } },
  'commodity-endpoint': {
    options: {
      series: 'gas | USD/MMBtu | /fred/series/observations?api_key={key} | json | observations | date | value',
    },
  },
};

/** A home that this provider can serve, with a key where it wants one. */
export const homeFor = (
  provider: Pick<FeedProvider, 'id' | 'options' | 'defaultBaseUrl' | 'keyHelp'>,
  baseUrl?: string,
): FeedPlace =>
  placeFor(provider, {
    ...MORE[provider.id],
    ...(baseUrl === undefined ? {} : { baseUrl }),
    key: provider.keyHelp === null ? null : SECRET,
  });

/** Every provider that speaks over the network. */
export const NETWORK_PROVIDERS: readonly FeedProvider[] = [...PRICE_PROVIDERS, ...CARBON_PROVIDERS, commodityEndpoint];
