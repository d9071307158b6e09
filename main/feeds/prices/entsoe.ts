import { permanent } from '../../result.ts';
import { currencyRefusal, RATE_OPTION, rateTo } from '../provider/currency.ts';
import { hear, type Question, unusable } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../provider/intervals.ts';
import { CET_AUCTION, nextPublication } from '../provider/publication.ts';
import type { FeedProvider, MarketPriceRow } from '../types.ts';
import { EIC, zoneOf, zoneOption, zoneRefusal } from './bidding-zones.ts';
import { readEntsoe } from './entsoe-document.ts';
import { nothingNew, priceAnswer } from './spot.ts';

const ZONES = Object.keys(EIC);
const ADVICE = 'Check the security token in your account of the ENTSO-E Transparency Platform.';

/** `yyyyMMddHHmm` in UTC. */
const stampOf = (at: number): string => new Date(at).toISOString().replace(/\D/g, '').slice(0, 12);

/** Day-ahead prices of the Transparency Platform (document A44), answered as whole delivery days. */
export const entsoePrices: FeedProvider<'price'> = {
  id: 'entsoe',
  topic: 'price',
  label: 'ENTSO-E Transparency Platform',
  attribution: { text: 'Prices: ENTSO-E Transparency Platform', url: 'https://transparency.entsoe.eu' },
  defaultBaseUrl: 'https://web-api.tp.entsoe.eu',
  keyHelp:
    'Register at transparency.entsoe.eu, write to transparency@entsoe.eu with the subject "RESTful API access", then create a token in your account.',
  options: [zoneOption(ZONES), RATE_OPTION],
  quota: [{ calls: 100, perMs: MINUTE_MS }],
  refreshMs: HOUR_MS,
  nextAt: nextPublication(CET_AUCTION),
  history: { reachMs: 5 * 365 * DAY_MS, chunkMs: 60 * DAY_MS },
  refusal: (place) => {
    if (place.key === null) return 'It needs a security token.';
    // Some zones publish in their own currency: those need no rate.
    return zoneRefusal(place, ZONES) ?? (zoneOf(place) === 'PL' ? null : currencyRefusal(place, 'EUR'));
  },
  fetch: async (window, place, deps, validators, signal) => {
    const zone = zoneOf(place) ?? '';
    const eic = EIC[zone] ?? '';
    const query = new URLSearchParams({
      documentType: 'A44',
      in_Domain: eic,
      out_Domain: eic,
      periodStart: stampOf(window.from),
      periodEnd: stampOf(window.to),
      'contract_MarketAgreement.type': 'A01',
    });
    const question: Question = {
      ...{ deps, place, signal, validators },
      name: 'The ENTSO-E platform',
      what: `the prices of ${zone}`,
      accessAdvice: ADVICE,
      path: `/api?${query.toString()}`,
      // In a header, because an address may turn up in a message.
      headers: { security_token: place.key ?? '', accept: 'application/xml' },
    };
    const heard = await hear(question);
    if (!heard.ok) return heard;
    if (heard.value.kind !== 'body') return nothingNew(heard.value);
    const document = readEntsoe(heard.value.body);
    switch (document.kind) {
      case 'none':
        return nothingNew(heard.value);
      case 'refused':
        return permanent(
          'feed.refused',
          `The ENTSO-E platform refused the prices of ${zone}: ${document.why}`,
          'Check the price zone; when it goes on, another source serves meanwhile.',
        );
      case 'unusable':
        return unusable(question, document.why);
      case 'prices': {
        let foreign = 0;
        const rows = document.prices.flatMap(({ at, stepMs, perMwh, currency }): readonly MarketPriceRow[] => {
          const rate = currency === place.site.currency || currency === 'EUR' ? rateTo(place, currency) : null;
          if (rate === null) {
            foreign += 1;
            return [];
          }
          return [{ at, stepMs, perKwh: (perMwh / 1000) * rate, currency: place.site.currency, kind: 'spot' }];
        });
        return priceAnswer(rows, window, heard.value, { rejected: document.rejected + foreign });
      }
    }
  },
};
