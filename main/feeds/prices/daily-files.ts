import { z } from 'zod';
import { ok } from '../../result.ts';
import { hear, type Question, readJson } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, instantOf } from '../provider/intervals.ts';
import { gather } from '../provider/many.ts';
import { CET_AUCTION, datesOf, nextPublication } from '../provider/publication.ts';
import type { FeedPlace, FeedProvider, MarketPriceRow } from '../types.ts';
import { priceAnswer } from './spot.ts';

interface Country {
  readonly id: string;
  readonly label: string;
  readonly currency: 'SEK' | 'NOK';
  readonly timeZone: string;
  readonly areas: readonly string[];
  readonly attribution: FeedProvider['attribution'];
  readonly baseUrl: string;
}

const areaOf = (place: FeedPlace): string => place.options['area']?.trim() ?? '';

/** Static files, one a local day and area; a day that is not published yet is a 404. Already a kWh in whole kronor. */
const dailyFiles = (country: Country): FeedProvider<'price'> => {
  const { currency, label, areas, timeZone } = country;
  const entrySchema = z.object({
    [`${currency}_per_kWh`]: z.number().nullable(),
    EUR_per_kWh: z.number().nullable(),
    EXR: z.number(),
    time_start: z.string(),
    time_end: z.string(),
  });
  /** Kronor must be euros at the file's own rate; five digits after the point leave room for one of them. */
  const agrees = (perKwh: number, eur: number, rate: number): boolean =>
    Math.abs(perKwh - eur * rate) <= 0.000_02 * rate + 0.01 * Math.abs(perKwh);
  return {
    id: country.id,
    topic: 'price',
    label,
    attribution: country.attribution,
    defaultBaseUrl: country.baseUrl,
    keyHelp: null,
    options: [
      {
        name: 'area',
        label: 'Price area',
        help: 'The price area that your home lies in; it is on your bill.',
        kind: 'choice',
        required: true,
        choices: areas.map((area) => ({ value: area, label: area })),
      },
    ],
    quota: [{ calls: 200, perMs: HOUR_MS }],
    refreshMs: HOUR_MS,
    nextAt: nextPublication(CET_AUCTION),
    cost: (window) => datesOf(window.from, window.to, timeZone).length,
    history: { reachMs: 3 * 365 * DAY_MS, chunkMs: 30 * DAY_MS },
    refusal: (place) => {
      if (!areas.includes(areaOf(place))) return 'Choose the price area of your home to use it.';
      return place.site.currency === currency
        ? null
        : `Its prices are in ${currency}; this home counts in ${place.site.currency}.`;
    },
    fetch: async (window, place, deps, _validators, signal) => {
      const area = areaOf(place);
      let rejected = 0;
      const rows = await gather(datesOf(window.from, window.to, timeZone), async (date) => {
        const question: Question = {
          ...{ deps, place, signal, name: label },
          what: `the prices of ${area} for ${date}`,
          accessAdvice: 'It needs no key; check the address.',
          path: `/api/v1/prices/${date.slice(0, 4)}/${date.slice(5)}_${area}.json`,
          absentStatuses: [404],
        };
        const heard = await hear(question);
        if (!heard.ok) return heard;
        if (heard.value.kind !== 'body') return ok([]);
        const answer = readJson(heard.value, z.array(entrySchema), question);
        if (!answer.ok) return answer;
        const read = answer.value.flatMap((entry): readonly MarketPriceRow[] => {
          const at = instantOf(String(entry['time_start']));
          const end = instantOf(String(entry['time_end']));
          const perKwh = Number(entry[`${currency}_per_kWh`] ?? Number.NaN);
          const [eur, rate] = [Number(entry['EUR_per_kWh'] ?? Number.NaN), Number(entry['EXR'])];
          if (at === null || end === null || !agrees(perKwh, eur, rate)) return [];
          return [{ at, stepMs: end - at, perKwh, currency, kind: 'spot' }];
        });
        rejected += answer.value.length - read.length;
        return ok(read);
      });
      return rows.ok ? priceAnswer(rows.value, window, null, { rejected }) : rows;
    },
  };
};

export const elprisetJustNu = dailyFiles({
  id: 'elprisetjustnu',
  label: 'Elpriset just nu',
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  areas: ['SE1', 'SE2', 'SE3', 'SE4'],
  attribution: { text: 'Elpriser tillhandahålls av Elprisetjustnu.se', url: 'https://www.elprisetjustnu.se' },
  baseUrl: 'https://www.elprisetjustnu.se',
});

export const hvaKosterStrommen = dailyFiles({
  id: 'hvakosterstrommen',
  label: 'Hva koster strømmen',
  currency: 'NOK',
  timeZone: 'Europe/Oslo',
  areas: ['NO1', 'NO2', 'NO3', 'NO4', 'NO5'],
  attribution: { text: 'Strømpriser levert av Hva koster strømmen.no', url: 'https://www.hvakosterstrommen.no' },
  baseUrl: 'https://www.hvakosterstrommen.no',
});
