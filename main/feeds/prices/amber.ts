import { z } from 'zod';
import { ok, permanent, type Result } from '../../result.ts';
import { currencyRefusal } from '../provider/currency.ts';
import { type Heard, hear, type Question, readJson } from '../provider/exchange.ts';
import { DAY_MS, instantOf, MINUTE_MS } from '../provider/intervals.ts';
import type { FeedPlace, FeedProvider, FeedWindow, MarketPriceRow, ProviderDeps } from '../types.ts';
import { nothingNew, priceAnswer } from './spot.ts';

const ADVICE = 'Make a new key at app.amber.com.au/developers and enter it here.';
/** Market days of Australia's grid are UTC+10 all year. */
const MARKET_OFFSET_MS = 10 * 60 * MINUTE_MS;
const MOST_INTERVALS = 300;

const sitesSchema = z.array(z.object({ id: z.string(), status: z.string() }));
const intervalsSchema = z.array(
  z.object({
    type: z.string(),
    duration: z.number(),
    perKwh: z.number().nullable(),
    startTime: z.string(),
    endTime: z.string(),
    channelType: z.string(),
  }),
);

type Ask = (what: string, path: string) => Question;

const questions =
  (place: FeedPlace, deps: ProviderDeps, signal: AbortSignal): Ask =>
  (what, path) => ({
    ...{ deps, place, signal, what, path },
    name: 'Amber',
    accessAdvice: ADVICE,
    headers: { authorization: `Bearer ${place.key ?? ''}`, accept: 'application/json' },
  });

/** The site of the account: the one that was typed, else the first that is active. */
const siteOf = async (place: FeedPlace, ask: Ask): Promise<Result<string>> => {
  const typed = place.options['site']?.trim() ?? '';
  if (typed !== '') return ok(typed);
  const question = ask('your sites', '/sites');
  const heard = await hear(question);
  if (!heard.ok) return heard;
  const sites = readJson(heard.value, sitesSchema, question);
  if (!sites.ok) return sites;
  const active = sites.value.find(({ status }) => status === 'active');
  return active
    ? ok(active.id)
    : permanent(
        'feed.not-found',
        'Your Amber account has no active site.',
        'Check the account, or type the id of the site.',
      );
};

const stepOf = (place: FeedPlace): 5 | 30 => (place.options['step'] === '5' ? 5 : 30);
const marketDay = (at: number): string => new Date(at + MARKET_OFFSET_MS).toISOString().slice(0, 10);

/** The past by market days; the present and the time to come by counts around now. */
const pathOf = (site: string, place: FeedPlace, window: FeedWindow, now: number): string => {
  const step = stepOf(place);
  const path = `/sites/${encodeURIComponent(site)}/prices`;
  if (window.to <= now - DAY_MS)
    return `${path}?startDate=${marketDay(window.from)}&endDate=${marketDay(window.to)}&resolution=${step}`;
  const count = (spanMs: number): number =>
    Math.max(0, Math.min(MOST_INTERVALS, Math.ceil(spanMs / (step * MINUTE_MS))));
  return `${path}/current?next=${count(window.to - now)}&previous=${count(now - window.from)}&resolution=${step}`;
};

/** What the customer pays and is paid, with tax, from the retailer itself; forecasts become prices as they pass. */
export const amberPrices: FeedProvider<'price'> = {
  id: 'amber',
  topic: 'price',
  label: 'Amber Electric',
  attribution: { text: 'Prices: Amber Electric', url: 'https://www.amber.com.au' },
  defaultBaseUrl: 'https://api.amber.com.au/v1',
  keyHelp: 'Turn on developer mode in the Amber app, then make a key at app.amber.com.au/developers.',
  options: [
    {
      name: 'site',
      label: 'Site id',
      help: 'Left empty the active site of the account is taken.',
      kind: 'text',
      required: false,
    },
    {
      name: 'step',
      label: 'Step',
      help: 'Half-hours are what most meters bill; five minutes follow the market.',
      kind: 'choice',
      required: false,
      default: '30',
      choices: [
        { value: '30', label: '30 minutes' },
        { value: '5', label: '5 minutes' },
      ],
    },
  ],
  quota: [{ calls: 40, perMs: 5 * MINUTE_MS }],
  refreshMs: 5 * MINUTE_MS,
  // Half a minute into an interval its price is there.
  nextAt: (now) => Math.ceil(now / (5 * MINUTE_MS)) * 5 * MINUTE_MS + 30_000,
  cost: () => 2,
  history: { reachMs: 90 * DAY_MS, chunkMs: 7 * DAY_MS, lagMs: 2 * DAY_MS },
  refusal: (place) =>
    place.key === null ? 'It needs the key of your account.' : currencyRefusal({ ...place, options: {} }, 'AUD'),
  fetch: async (window, place, deps, _validators, signal) => {
    const ask = questions(place, deps, signal);
    const site = await siteOf(place, ask);
    if (!site.ok) return site;
    const question = ask('your prices', pathOf(site.value, place, window, deps.clock.now()));
    const heard: Result<Heard> = await hear(question);
    if (!heard.ok) return heard;
    if (heard.value.kind !== 'body') return nothingNew(heard.value);
    const answer = readJson(heard.value, intervalsSchema, question);
    if (!answer.ok) return answer;
    let rejected = 0;
    const rows = answer.value.flatMap((interval): readonly MarketPriceRow[] => {
      if (interval.channelType !== 'general' && interval.channelType !== 'feedIn') return [];
      const end = instantOf(interval.endTime);
      const stepMs = interval.duration * MINUTE_MS;
      const start = instantOf(interval.startTime);
      // `startTime` lies one second inside the interval; the end and the length are exact.
      const agrees = end !== null && start !== null && Math.abs(start - (end - stepMs)) <= 1_000;
      if (end === null || !agrees || interval.perKwh === null || ![5, 15, 30].includes(interval.duration)) {
        rejected += 1;
        return [];
      }
      const base = { at: end - stepMs, stepMs, currency: 'AUD' };
      const dollars = interval.perKwh / 100;
      // Feed-in is written as a cost: negative means that the customer earns.
      return interval.channelType === 'general'
        ? [{ ...base, perKwh: dollars, kind: 'import' }]
        : [{ ...base, perKwh: dollars === 0 ? 0 : -dollars, kind: 'export' }];
    });
    return priceAnswer(rows, window, null, { rejected });
  },
};
