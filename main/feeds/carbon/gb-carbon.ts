import { z } from 'zod';
import { permanent } from '../../result.ts';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, instantOf, MINUTE_MS } from '../provider/intervals.ts';
import type { CarbonRow, FeedPlace, FeedProvider } from '../types.ts';
import { carbonAnswer, carbonUnchanged } from './carbon-answer.ts';

const HALF_HOUR_MS = 30 * MINUTE_MS;

const itemSchema = z.object({
  from: z.string(),
  to: z.string(),
  intensity: z.object({ forecast: z.number().nullable(), actual: z.number().nullable().optional() }),
});
const regionSchema = z.object({ data: z.array(itemSchema) });
/** National: a list. Regional over a span: an object around the list, or a list of such objects. */
const answerSchema = z.object({
  data: z.union([z.array(itemSchema), regionSchema, z.array(regionSchema)]).optional(),
  error: z.object({ message: z.string().optional() }).optional(),
});

const optionOf = (place: FeedPlace, name: string): string => place.options[name]?.trim() ?? '';
const stampOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** Half-hours of Great Britain, operational intensity; by region only as a forecast. */
export const gbCarbon: FeedProvider<'carbon'> = {
  id: 'carbon-intensity-gb',
  topic: 'carbon',
  label: 'Carbon Intensity API (Great Britain)',
  attribution: {
    text: 'Carbon intensity: National Energy System Operator, CC BY 4.0',
    url: 'https://carbonintensity.org.uk',
  },
  defaultBaseUrl: 'https://api.carbonintensity.org.uk',
  keyHelp: null,
  options: [
    {
      name: 'postcode',
      label: 'Postcode',
      help: 'Only the first half, such as BS16: the intensity of your region instead of the whole country.',
      kind: 'text',
      required: false,
    },
  ],
  quota: [{ calls: 60, perMs: HOUR_MS }],
  refreshMs: HALF_HOUR_MS,
  history: { reachMs: 3 * 365 * DAY_MS, chunkMs: 13 * DAY_MS },
  refusal: (place) => {
    if (place.site.timeZone !== 'Europe/London') return 'It only knows Great Britain.';
    const postcode = optionOf(place, 'postcode');
    return postcode === '' || /^[A-Z]{1,2}\d[A-Z\d]?$/i.test(postcode)
      ? null
      : 'Only the first half of the postcode is wanted, such as BS16.';
  },
  fetch: async (window, place, deps, validators, signal) => {
    const postcode = optionOf(place, 'postcode').toUpperCase();
    const span = `${stampOf(window.from)}/${stampOf(window.to)}`;
    const now = Math.floor(deps.clock.now() / HALF_HOUR_MS) * HALF_HOUR_MS;
    // What is to come of a region has its own address; a past span is asked by its ends.
    const regional = window.to > now ? `${stampOf(now)}/fw48h` : span;
    const question: Question = {
      ...{ deps, place, signal, validators },
      name: 'The Carbon Intensity API',
      what: postcode === '' ? 'the carbon intensity' : `the carbon intensity of ${postcode}`,
      accessAdvice: 'It needs no key; check the address.',
      path: postcode === '' ? `/intensity/${span}` : `/regional/intensity/${regional}/postcode/${postcode}`,
      headers: { accept: 'application/json' },
    };
    const heard = await hear(question);
    if (!heard.ok) return heard;
    if (heard.value.kind !== 'body') return carbonUnchanged(heard.value);
    const answer = readJson(heard.value, answerSchema, question);
    if (!answer.ok) return answer;
    const { data, error } = answer.value;
    if (error !== undefined) return unusable(question, `it says "${(error.message ?? 'error').slice(0, 100)}"`);
    // An unknown postcode is answered with status 200 and no data.
    if (data === undefined)
      return postcode === ''
        ? unusable(question, 'it has no data')
        : permanent(
            'feed.not-found',
            `The Carbon Intensity API does not know the postcode ${postcode}.`,
            'Correct it, or leave it empty.',
          );
    const items = (Array.isArray(data) ? data : [data]).flatMap((each) => ('data' in each ? each.data : [each]));
    let rejected = 0;
    const rows = items.flatMap(({ from, to, intensity }): readonly CarbonRow[] => {
      const [at, end] = [instantOf(from), instantOf(to)];
      if (at === null || end === null) {
        rejected += 1;
        return [];
      }
      const base = { at, stepMs: end - at };
      const { forecast, actual = null } = intensity;
      return [
        ...(forecast === null ? [] : [{ ...base, gPerKwh: forecast, kind: 'forecast' as const }]),
        ...(actual === null ? [] : [{ ...base, gPerKwh: actual, kind: 'measured' as const }]),
      ];
    });
    return carbonAnswer(rows, window, heard.value, rejected);
  },
};
