import { z } from 'zod';
import { ok } from '../../result.ts';
import { hear, type Question, readJson } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, instantOf } from '../provider/intervals.ts';
import { gather } from '../provider/many.ts';
import { CET_AUCTION, datesOf, nextPublication } from '../provider/publication.ts';
import type { FeedPlace, FeedProvider, MarketPriceRow } from '../types.ts';
import { priceAnswer } from './spot.ts';

const AREAS = 'SE1 SE2 SE3 SE4 NO1 NO2 NO3 NO4 NO5 DK1 DK2 FI EE LT LV AT BE FR GER NL PL BG TEL SYS UK'.split(' ');
const CURRENCIES = ['EUR', 'DKK', 'NOK', 'SEK', 'PLN', 'RON', 'BGN'];

const entrySchema = z.object({
  deliveryStart: z.string(),
  deliveryEnd: z.string(),
  entryPerArea: z.record(z.string(), z.number().nullable()),
});
const answerSchema = z
  .object({
    currency: z.string(),
    /** The hourly index lies under one name, the auction's own prices under the other. */
    multiAreaEntries: z.array(entrySchema).optional(),
    multiIndexEntries: z.array(entrySchema).optional(),
  })
  .refine((answer) => answer.multiAreaEntries !== undefined || answer.multiIndexEntries !== undefined, {
    message: 'no entries',
    path: ['multiAreaEntries'],
  });

const areaOf = (place: FeedPlace): string => place.options['area']?.trim() ?? '';

const pathOf = (place: FeedPlace, date: string): string => {
  const area = areaOf(place);
  const { currency } = place.site;
  if (area === 'UK') return `/api/DayAheadPrices?date=${date}&market=N2EX_DayAhead&deliveryArea=UK&currency=GBP`;
  return place.options['step'] === '60'
    ? `/api/DayAheadPriceIndices?date=${date}&market=DayAhead&indexNames=${area}&currency=${currency}&resolutionInMinutes=60`
    : `/api/DayAheadPrices?date=${date}&market=DayAhead&deliveryArea=${area}&currency=${currency}`;
};

/**
 * The market's own portal, one delivery day (Central European) a call, in the home's currency. Nothing is published yet
 * where it answers 204. Hourly-billed homes choose the hourly index: it differs from the mean of the quarters by a few
 * hundredths, and bills follow it.
 */
export const nordPoolPrices: FeedProvider<'price'> = {
  id: 'nordpool',
  topic: 'price',
  label: 'Nord Pool',
  attribution: { text: 'Prices: Nord Pool data portal (private use)', url: 'https://data.nordpoolgroup.com' },
  defaultBaseUrl: 'https://dataportal-api.nordpoolgroup.com',
  keyHelp: null,
  options: [
    {
      name: 'area',
      label: 'Delivery area',
      help: 'Such as SE3; GER is Germany and Luxembourg, TEL is Romania, UK is Great Britain (hourly).',
      kind: 'choice',
      required: true,
      choices: AREAS.map((area) => ({ value: area, label: area })),
    },
    {
      name: 'step',
      label: 'Step',
      help: 'Quarters as the auction gives them, or the hourly index by which hourly contracts are billed.',
      kind: 'choice',
      required: false,
      default: '15',
      choices: [
        { value: '15', label: 'As the auction gives them' },
        { value: '60', label: 'Hourly index' },
      ],
    },
  ],
  quota: [{ calls: 30, perMs: HOUR_MS }],
  refreshMs: HOUR_MS,
  nextAt: nextPublication(CET_AUCTION),
  cost: (window) => datesOf(window.from, window.to, 'Europe/Brussels').length,
  history: { reachMs: 60 * DAY_MS, chunkMs: 10 * DAY_MS },
  refusal: (place) => {
    const area = areaOf(place);
    if (!AREAS.includes(area)) return 'Choose the delivery area to use it.';
    const currencies = area === 'UK' ? ['GBP'] : CURRENCIES;
    return currencies.includes(place.site.currency) ? null : `It has no prices of ${area} in ${place.site.currency}.`;
  },
  fetch: async (window, place, deps, _validators, signal) => {
    const area = areaOf(place);
    let rejected = 0;
    const rows = await gather(datesOf(window.from, window.to, 'Europe/Brussels'), async (date) => {
      const question: Question = {
        ...{ deps, place, signal },
        name: 'Nord Pool',
        what: `the prices of ${area} for ${date}`,
        accessAdvice: 'This market is not public there; choose another source.',
        path: pathOf(place, date),
        absentStatuses: [204],
      };
      const heard = await hear(question);
      if (!heard.ok) return heard;
      if (heard.value.kind !== 'body') return ok([]);
      const answer = readJson(heard.value, answerSchema, question);
      if (!answer.ok) return answer;
      const entries = answer.value.multiIndexEntries ?? answer.value.multiAreaEntries ?? [];
      const read = entries.flatMap(({ deliveryStart, deliveryEnd, entryPerArea }): readonly MarketPriceRow[] => {
        const at = instantOf(deliveryStart);
        const end = instantOf(deliveryEnd);
        const perMwh = entryPerArea[area] ?? null;
        if (at === null || end === null || perMwh === null || answer.value.currency !== place.site.currency) return [];
        return [{ at, stepMs: end - at, perKwh: perMwh / 1000, currency: place.site.currency, kind: 'spot' }];
      });
      rejected += entries.length - read.length;
      return ok(read);
    });
    return rows.ok ? priceAnswer(rows.value, window, null, { rejected }) : rows;
  },
};
