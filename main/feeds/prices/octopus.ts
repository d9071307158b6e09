import { z } from 'zod';
import { ok, type Result } from '../../result.ts';
import { currencyRefusal } from '../provider/currency.ts';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS, gridOf, HOUR_MS, instantOf, MINUTE_MS } from '../provider/intervals.ts';
import { nextPublication } from '../provider/publication.ts';
import type { FeedPlace, FeedProvider, FeedWindow, MarketPriceRow, ProviderDeps } from '../types.ts';
import { priceAnswer } from './spot.ts';

const HALF_HOUR_MS = 30 * MINUTE_MS;
const MOST_PAGES = 12;
const REGIONS = 'ABCDEFGHJKLMNP'.split('');

const pageSchema = z.object({
  next: z.string().nullable(),
  results: z.array(
    z.object({
      value_exc_vat: z.number(),
      value_inc_vat: z.number(),
      valid_from: z.string(),
      valid_to: z.string().nullable(),
      payment_method: z.string().nullable().optional(),
    }),
  ),
});

const optionOf = (place: FeedPlace, name: string): string => place.options[name]?.trim() ?? '';

/** Always with `Z`: a stamp without a zone is read as London time. */
const stampOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** The query of the next page; its host is never followed. Null at the end, or where it is no address. */
const nextQueryOf = (next: string | null): string | null =>
  next !== null && URL.canParse(next) ? new URL(next).search : null;

interface Read {
  readonly rows: readonly MarketPriceRow[];
  readonly rejected: number;
}

/** All rates of one product in the window, newest first in the answer, long intervals cut into half-hours. */
const ratesOf = async (
  product: string,
  kind: 'import' | 'export',
  place: FeedPlace,
  window: FeedWindow,
  deps: ProviderDeps,
  signal: AbortSignal,
): Promise<Result<Read>> => {
  const tariff = `E-1R-${product}-${optionOf(place, 'region')}`;
  const base = `/v1/products/${product}/electricity-tariffs/${tariff}/standard-unit-rates/`;
  const pays = optionOf(place, 'payment') || 'DIRECT_DEBIT';
  const rows: MarketPriceRow[] = [];
  let rejected = 0;
  let query: string | null = `?period_from=${stampOf(window.from)}&period_to=${stampOf(window.to)}&page_size=1500`;
  for (let page = 0; query !== null; page += 1) {
    const question: Question = {
      ...{ deps, place, signal, name: 'Octopus Energy' },
      what: `the rates of ${product}`,
      accessAdvice: 'Rates are public; check the address.',
      path: `${base}${query}`,
    };
    if (page >= MOST_PAGES) return unusable(question, 'its pages do not end');
    const heard = await hear(question);
    if (!heard.ok) return heard;
    const answer = readJson(heard.value, pageSchema, question);
    if (!answer.ok) return answer;
    for (const result of answer.value.results) {
      if ((result.payment_method ?? pays) !== pays) continue;
      const from = instantOf(result.valid_from);
      const to = result.valid_to === null ? window.to : instantOf(result.valid_to);
      if (from === null || to === null) {
        rejected += 1;
        continue;
      }
      const pence = kind === 'import' ? result.value_inc_vat : result.value_exc_vat;
      for (const at of gridOf(Math.max(from, window.from), Math.min(to, window.to), HALF_HOUR_MS))
        rows.push({ at, stepMs: HALF_HOUR_MS, perKwh: pence / 100, currency: 'GBP', kind });
    }
    query = nextQueryOf(answer.value.next);
  }
  return ok({ rows, rejected });
};

/** Half-hourly rates of Agile and of every other product, import with VAT, export without. */
export const octopusPrices: FeedProvider<'price'> = {
  id: 'octopus',
  topic: 'price',
  label: 'Octopus Energy',
  attribution: { text: 'Prices: Octopus Energy', url: 'https://octopus.energy' },
  defaultBaseUrl: 'https://api.octopus.energy',
  keyHelp: null,
  options: [
    {
      name: 'product',
      label: 'Product code',
      help: 'Such as AGILE-24-10-01; it stands in your account and on your bill.',
      kind: 'text',
      required: true,
    },
    {
      name: 'exportProduct',
      label: 'Export product code',
      help: 'Such as AGILE-OUTGOING-19-05-13; left empty where you are not paid for export by Octopus.',
      kind: 'text',
      required: false,
    },
    {
      name: 'region',
      label: 'Region letter',
      help: 'The letter of your grid supply point, A to P: the last letter of your tariff code.',
      kind: 'choice',
      required: true,
      choices: REGIONS.map((region) => ({ value: region, label: region })),
    },
    {
      name: 'payment',
      label: 'Payment',
      help: 'Some products cost less by direct debit.',
      kind: 'choice',
      required: false,
      default: 'DIRECT_DEBIT',
      choices: [
        { value: 'DIRECT_DEBIT', label: 'By direct debit' },
        { value: 'NON_DIRECT_DEBIT', label: 'Otherwise' },
      ],
    },
  ],
  quota: [{ calls: 60, perMs: HOUR_MS }],
  refreshMs: HOUR_MS,
  // Tomorrow's half-hours come between 16:00 and 20:00; the day that they cover ends at 23:00 in London.
  nextAt: nextPublication({ zone: 'Europe/London', hour: 16, minute: 5, everyMs: 15 * MINUTE_MS, untilHour: 20 }),
  cost: (window) => 2 * Math.ceil((window.to - window.from) / (1500 * HALF_HOUR_MS)),
  history: { reachMs: 3 * 365 * DAY_MS, chunkMs: 30 * DAY_MS },
  refusal: (place) => {
    const codes = [optionOf(place, 'product'), optionOf(place, 'exportProduct')].filter((code) => code !== '');
    if (optionOf(place, 'product') === '') return 'Type the product code of your tariff to use it.';
    if (!codes.every((code) => /^[A-Z0-9-]{3,60}$/i.test(code)))
      return 'A product code has letters, digits and dashes only.';
    if (!REGIONS.includes(optionOf(place, 'region'))) return 'Choose the region letter to use it.';
    return currencyRefusal({ ...place, options: {} }, 'GBP');
  },
  fetch: async (window, place, deps, _validators, signal) => {
    const bought = await ratesOf(optionOf(place, 'product'), 'import', place, window, deps, signal);
    if (!bought.ok) return bought;
    const exportProduct = optionOf(place, 'exportProduct');
    const sold = exportProduct === '' ? null : await ratesOf(exportProduct, 'export', place, window, deps, signal);
    if (sold !== null && !sold.ok) return sold;
    const rows = [...bought.value.rows, ...(sold?.value.rows ?? [])];
    return priceAnswer(rows, window, null, { rejected: bought.value.rejected + (sold?.value.rejected ?? 0) });
  },
};
