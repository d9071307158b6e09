import { z } from 'zod';
import { permanent, temporary } from '../../result.ts';
import { RATE_OPTION, rateTo } from '../provider/currency.ts';
import { hear, type Question, readJson } from '../provider/exchange.ts';
import { HOUR_MS, instantOf, MINUTE_MS, withSteps } from '../provider/intervals.ts';
import { CET_AUCTION, nextPublication } from '../provider/publication.ts';
import type { FeedProvider, MarketPriceRow } from '../types.ts';
import { priceAnswer } from './spot.ts';

const QUERY =
  '{ viewer { homes { id appNickname currentSubscription { priceInfo(resolution: QUARTER_HOURLY) { today { total energy startsAt currency } tomorrow { total energy startsAt currency } } } } } }';

const priceSchema = z.object({
  total: z.number().nullable(),
  /** The market's part; left out where nobody asked for it. */
  energy: z.number().nullable().optional(),
  startsAt: z.string(),
  currency: z.string().optional(),
});
const homeSchema = z.object({
  id: z.string(),
  appNickname: z.string().nullable().optional(),
  currentSubscription: z
    .object({
      priceInfo: z
        .object({ today: z.array(priceSchema).nullable(), tomorrow: z.array(priceSchema).nullable() })
        .nullable(),
    })
    .nullable(),
});
const answerSchema = z.object({
  data: z.object({ viewer: z.object({ homes: z.array(homeSchema) }).nullable() }).nullish(),
  errors: z
    .array(
      z.object({ message: z.string().default(''), extensions: z.object({ code: z.string() }).partial().optional() }),
    )
    .optional(),
});

const ADVICE = 'Make a new access token at developer.tibber.com and enter it here.';

/** The customer's own price with VAT, and its market part, in quarters for today and tomorrow. */
export const tibberPrices: FeedProvider<'price'> = {
  id: 'tibber',
  topic: 'price',
  label: 'Tibber',
  attribution: { text: 'Prices: Tibber', url: 'https://tibber.com' },
  defaultBaseUrl: 'https://api.tibber.com',
  keyHelp: 'Sign in at developer.tibber.com with your Tibber account and make an access token.',
  options: [
    {
      name: 'home',
      label: 'Home',
      help: 'The name of the home in the Tibber app, where your account has several.',
      kind: 'text',
      required: false,
    },
    RATE_OPTION,
  ],
  quota: [{ calls: 20, perMs: 5 * MINUTE_MS }],
  refreshMs: HOUR_MS,
  nextAt: nextPublication(CET_AUCTION),
  refusal: (place) => (place.key === null ? 'It needs the access token of your account.' : null),
  fetch: async (window, place, deps, _validators, signal) => {
    const question: Question = {
      ...{ deps, place, signal },
      name: 'Tibber',
      what: 'your prices',
      accessAdvice: ADVICE,
      path: '/v1-beta/gql',
      method: 'POST',
      headers: { authorization: `Bearer ${place.key ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
    };
    const heard = await hear(question);
    if (!heard.ok) return heard;
    const answer = readJson(heard.value, answerSchema, question);
    if (!answer.ok) return answer;
    const [error] = answer.value.errors ?? [];
    // Errors come with status 200.
    if (error !== undefined)
      return error.extensions?.code === 'UNAUTHENTICATED'
        ? permanent('feed.access', 'Tibber does not know the access token.', ADVICE)
        : temporary(
            'feed.refused',
            `Tibber refused your prices: ${error.message.slice(0, 200)}.`,
            'It is asked again later.',
          );
    const subscribed = (answer.value.data?.viewer?.homes ?? []).filter((home) => home.currentSubscription?.priceInfo);
    const wanted = place.options['home']?.trim() ?? '';
    const home = subscribed.find(({ id, appNickname }) => wanted === '' || id === wanted || appNickname === wanted);
    const priceInfo = home?.currentSubscription?.priceInfo;
    if (!priceInfo)
      return permanent(
        'feed.not-found',
        wanted === ''
          ? 'No home of your Tibber account has a contract.'
          : `Your Tibber account has no home "${wanted}" with a contract.`,
        'Check the name of the home in the Tibber app.',
      );
    const stamped = [...(priceInfo.today ?? []), ...(priceInfo.tomorrow ?? [])].map((price) => ({
      ...price,
      at: instantOf(price.startsAt) ?? Number.NaN,
    }));
    const timed = stamped.filter(({ at }) => !Number.isNaN(at)).toSorted((a, b) => a.at - b.at);
    const currencies = new Set(timed.map(({ currency }) => currency ?? place.site.currency));
    const [currency = place.site.currency] = currencies;
    const rate = currencies.size > 1 ? null : rateTo(place, currency);
    if (rate === null)
      return permanent(
        'feed.currency',
        `Tibber counts in ${[...currencies].join(' and ')} and this home in ${place.site.currency}.`,
        "Give a fixed exchange rate, or correct the home's currency.",
      );
    const rows = withSteps(timed).flatMap(({ at, stepMs, total, energy }): readonly MarketPriceRow[] => {
      const base = { at, stepMs, currency: place.site.currency };
      return [
        ...(total === null ? [] : [{ ...base, perKwh: total * rate, kind: 'import' as const }]),
        ...(energy === null || energy === undefined ? [] : [{ ...base, perKwh: energy * rate, kind: 'spot' as const }]),
      ];
    });
    return priceAnswer(rows, window, null, { rejected: stamped.length - timed.length });
  },
};
