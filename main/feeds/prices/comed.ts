import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import { ok, type Result } from '../../result.ts';
import { currencyRefusal } from '../provider/currency.ts';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS, gridOf, HOUR_MS, isInstant, MINUTE_MS } from '../provider/intervals.ts';
import { momentsOf } from '../provider/wall-time.ts';
import type { FeedPlace, FeedProvider, FeedWindow, MarketPriceRow, ProviderDeps } from '../types.ts';
import { priceAnswer } from './spot.ts';

const ZONE = 'America/Chicago';
const CHICAGO = IANAZone.create(ZONE);
const STEP_MS = 5 * MINUTE_MS;
const liveSchema = z.array(z.object({ millisUTC: z.string(), price: z.string() }));

const ENTRY =
  /\[\s*Date\.UTC\(\s*(\d{4}),\s*(\d{1,2}),\s*(\d{1,2}),\s*(\d{1,2}),\s*(\d{1,2}),\s*(\d{1,2})\s*\),\s*(-?\d+(?:\.\d+)?)\s*\]/g;

/**
 * Hours of the day-ahead script text, read by a pattern and never run. Despite its name the stamp is local time in Chicago
 * with the month counted from zero. The hour that comes twice in autumn stands there twice, in order.
 * Null where the text is no such list.
 */
export const readDayAhead = (body: string): readonly { readonly at: number; readonly cents: number }[] | null => {
  const text = body.trim();
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const entries = [...text.matchAll(ENTRY)];
  if (entries.length === 0) return /^\[\s*\]$/.test(text) ? [] : null;
  const seen = new Map<number, number>();
  return entries.flatMap((entry) => {
    const [year, month, day, hour, minute] = entry.slice(1, 6).map(Number);
    const wall = Date.UTC(year ?? 0, month ?? 0, day, hour, minute);
    const count = seen.get(wall) ?? 0;
    seen.set(wall, count + 1);
    const at = momentsOf(wall, CHICAGO)[count];
    return at === undefined || !isInstant(at) ? [] : [{ at, cents: Number(entry[7]) }];
  });
};

const priceOf = (at: number, stepMs: number, cents: number): MarketPriceRow => ({
  ...{ at, stepMs, perKwh: cents / 100 },
  ...{ currency: 'USD', kind: 'spot' },
});

const ask = (place: FeedPlace, deps: ProviderDeps, signal: AbortSignal, what: string, path: string): Question => ({
  ...{ deps, place, signal, what, path },
  name: 'ComEd',
  accessAdvice: 'It needs no key; check the address.',
});

const live = async (window: FeedWindow, place: FeedPlace, deps: ProviderDeps, signal: AbortSignal) => {
  const stamp = (at: number): string => DateTime.fromMillis(at, { zone: ZONE }).toFormat('yyyyMMddHHmm');
  const span = `datestart=${stamp(window.from)}&dateend=${stamp(Math.min(window.to, deps.clock.now()))}`;
  const question = ask(place, deps, signal, 'the five-minute prices', `/api?type=5minutefeed&${span}&format=json`);
  const heard = await hear(question);
  if (!heard.ok) return heard;
  const answer = readJson(heard.value, liveSchema, question);
  if (!answer.ok) return answer;
  const rows = answer.value.map(({ millisUTC, price }) => {
    const isWhole = /^\d{1,15}$/.test(millisUTC) && /^-?\d+(\.\d+)?$/.test(price);
    return priceOf(isWhole ? Number(millisUTC) : Number.NaN, STEP_MS, isWhole ? Number(price) : Number.NaN);
  });
  return ok(rows);
};

const dayAhead = async (
  day: 'daynexttoday' | 'daynexttomorrow',
  place: FeedPlace,
  deps: ProviderDeps,
  signal: AbortSignal,
): Promise<Result<readonly MarketPriceRow[]>> => {
  const question = ask(place, deps, signal, 'the day-ahead prices', `/rrtp/ServletFeed?type=${day}`);
  const heard = await hear(question);
  if (!heard.ok) return heard;
  const hours = readDayAhead(heard.value.body);
  if (hours === null) return unusable(question, 'it is no list of hours');
  return ok(hours.map(({ at, cents }) => priceOf(at, HOUR_MS, cents)));
};

/**
 * What has passed from the live feed, in five minutes; what is to come from the day-ahead feed, in hours. The rest of the
 * running hour takes the day-ahead price in five-minute steps, so that the hour is whole: bills use the mean of the hour.
 */
const joined = (
  lived: readonly MarketPriceRow[],
  expected: readonly MarketPriceRow[],
  now: number,
): readonly MarketPriceRow[] => {
  const known = new Set(lived.map(({ at }) => at));
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const toCome = expected.flatMap((row): readonly MarketPriceRow[] => {
    if (row.at > hour) return [row];
    if (row.at < hour) return [];
    const rest = gridOf(row.at, row.at + HOUR_MS, STEP_MS).filter((at) => !known.has(at));
    return rest.map((at) => ({ ...row, at, stepMs: STEP_MS }));
  });
  return [...lived.filter(({ at }) => !(at > now)), ...toCome];
};

/** The utility's own area, degrees: northern Illinois. */
const isServed = ({ site }: FeedPlace): boolean =>
  site.timeZone === ZONE &&
  site.latitude > 40.4 &&
  site.latitude < 42.6 &&
  site.longitude > -91.2 &&
  site.longitude < -87.3;

/** The hourly pricing programme of northern Illinois: energy only, without delivery and taxes. */
export const comedPrices: FeedProvider<'price'> = {
  id: 'comed',
  topic: 'price',
  label: 'ComEd Hourly Pricing',
  attribution: { text: 'Prices: ComEd Hourly Pricing', url: 'https://hourlypricing.comed.com' },
  defaultBaseUrl: 'https://hourlypricing.comed.com',
  keyHelp: null,
  options: [],
  quota: [{ calls: 60, perMs: HOUR_MS }],
  refreshMs: 5 * MINUTE_MS,
  cost: () => 3,
  history: { reachMs: 2 * 365 * DAY_MS, chunkMs: 7 * DAY_MS, lagMs: HOUR_MS },
  refusal: (place) =>
    isServed(place) ? currencyRefusal({ ...place, options: {} }, 'USD') : 'It only serves homes in northern Illinois.',
  fetch: async (window, place, deps, _validators, signal) => {
    const now = deps.clock.now();
    const lived = await live(window, place, deps, signal);
    if (!lived.ok && (lived.error.retryAfterMs !== undefined || lived.error.code === 'feed.cancelled')) return lived;
    if (window.to <= now) return lived.ok ? priceAnswer(lived.value, window) : lived;
    const today = await dayAhead('daynexttoday', place, deps, signal);
    const tomorrow = today.ok ? await dayAhead('daynexttomorrow', place, deps, signal) : today;
    // Either half serves alone; without both there is nothing.
    if (!lived.ok && !today.ok) return lived;
    const expected = [...(today.ok ? today.value : []), ...(tomorrow.ok ? tomorrow.value : [])];
    return priceAnswer(joined(lived.ok ? lived.value : [], expected, now), window);
  },
};
