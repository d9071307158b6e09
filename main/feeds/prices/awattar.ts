import { z } from 'zod';
import { currencyRefusal, RATE_OPTION, rateTo } from '../provider/currency.ts';
import { hear, type Question, readJson } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../provider/intervals.ts';
import { CET_AUCTION, nextPublication } from '../provider/publication.ts';
import type { FeedProvider, MarketPriceRow } from '../types.ts';
import { zoneOf } from './bidding-zones.ts';
import { nothingNew, priceAnswer } from './spot.ts';

const answerSchema = z.object({
  data: z.array(
    z.object({
      start_timestamp: z.number(),
      end_timestamp: z.number(),
      marketprice: z.number().nullable(),
      unit: z.string(),
    }),
  ),
});

/** Hourly means of the market in either country; the host decides which. */
const awattar = (country: 'DE' | 'AT'): FeedProvider<'price'> => {
  const zone = country === 'DE' ? 'DE-LU' : 'AT';
  const name = `aWATTar ${country}`;
  const host = `api.awattar.${country.toLowerCase()}`;
  const nextAt = nextPublication({ ...CET_AUCTION, hour: 14, everyMs: 30 * MINUTE_MS, untilHour: 16 });
  return {
    id: `awattar-${country.toLowerCase()}`,
    topic: 'price',
    label: name,
    attribution: { text: `Prices by ${name} (EPEX Spot)`, url: `https://www.awattar.${country.toLowerCase()}` },
    defaultBaseUrl: `https://${host}`,
    keyHelp: null,
    options: [RATE_OPTION],
    quota: [{ calls: 90, perMs: DAY_MS }],
    refreshMs: HOUR_MS,
    nextAt,
    history: { reachMs: 5 * 365 * DAY_MS, chunkMs: 30 * DAY_MS },
    refusal: (place) =>
      zoneOf(place) === zone ? currencyRefusal(place, 'EUR') : `It only has prices of the zone ${zone}.`,
    fetch: async (window, place, deps, validators, signal) => {
      const question: Question = {
        ...{ deps, place, signal, name, validators },
        what: 'the market prices',
        accessAdvice: 'It needs no key; check the address.',
        path: `/v1/marketdata?start=${window.from}&end=${window.to}`,
      };
      const heard = await hear(question);
      if (!heard.ok) return heard;
      if (heard.value.kind !== 'body') return nothingNew(heard.value);
      const answer = readJson(heard.value, answerSchema, question);
      if (!answer.ok) return answer;
      const rate = rateTo(place, 'EUR') ?? Number.NaN;
      const entries = answer.value.data;
      const usable = entries.filter(({ unit, marketprice }) => marketprice !== null && /^eur\s*\/\s*mwh$/i.test(unit));
      const rows = usable.map(
        (entry): MarketPriceRow => ({
          at: entry.start_timestamp,
          stepMs: entry.end_timestamp - entry.start_timestamp,
          perKwh: ((entry.marketprice ?? Number.NaN) / 1000) * rate,
          currency: place.site.currency,
          kind: 'spot',
        }),
      );
      return priceAnswer(rows, window, heard.value, { rejected: entries.length - usable.length });
    },
  };
};

export const awattarGermany = awattar('DE');
export const awattarAustria = awattar('AT');
