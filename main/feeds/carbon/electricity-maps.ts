import { z } from 'zod';
import { ok, type Result } from '../../result.ts';
import { hear, type Question, readJson } from '../provider/exchange.ts';
import { HOUR_MS, instantOf } from '../provider/intervals.ts';
import type { CarbonRow, FeedPlace, FeedProvider, ProviderDeps } from '../types.ts';
import { carbonAnswer } from './carbon-answer.ts';

const itemSchema = z.object({ carbonIntensity: z.number().nullable(), datetime: z.string() });
const historySchema = z.object({ history: z.array(itemSchema) });
const forecastSchema = z.object({ forecast: z.array(itemSchema) });

interface Read {
  readonly rows: readonly CarbonRow[];
  readonly rejected: number;
}

const areaOf = (place: FeedPlace): string => {
  const zone = place.options['zone']?.trim() ?? '';
  return zone === ''
    ? `lat=${place.site.latitude.toFixed(2)}&lon=${place.site.longitude.toFixed(2)}`
    : `zone=${encodeURIComponent(zone)}`;
};

const rowsOf = (items: readonly z.output<typeof itemSchema>[], kind: CarbonRow['kind']): Read => {
  const rows = items.flatMap(({ carbonIntensity, datetime }): readonly CarbonRow[] => {
    const at = instantOf(datetime);
    return at === null || carbonIntensity === null ? [] : [{ at, stepMs: HOUR_MS, gPerKwh: carbonIntensity, kind }];
  });
  return { rows, rejected: items.length - rows.length };
};

const part = async (
  name: 'history' | 'forecast',
  place: FeedPlace,
  deps: ProviderDeps,
  signal: AbortSignal,
): Promise<Result<Read>> => {
  const question: Question = {
    ...{ deps, place, signal },
    name: 'Electricity Maps',
    what: name === 'history' ? 'the carbon intensity' : 'the forecast of the carbon intensity',
    accessAdvice: 'Check the key, and that your plan has this zone.',
    path: `/carbon-intensity/${name}?${areaOf(place)}`,
    headers: { 'auth-token': place.key ?? '', accept: 'application/json' },
  };
  const heard = await hear(question);
  if (!heard.ok) return heard;
  if (name === 'history') {
    const answer = readJson(heard.value, historySchema, question);
    return answer.ok ? ok(rowsOf(answer.value.history, 'measured')) : answer;
  }
  const answer = readJson(heard.value, forecastSchema, question);
  return answer.ok ? ok(rowsOf(answer.value.forecast, 'forecast')) : answer;
};

/** Hours of any zone of the world, life-cycle factors, by consumption: higher than operational figures of others. */
export const electricityMaps: FeedProvider<'carbon'> = {
  id: 'electricity-maps',
  topic: 'carbon',
  label: 'Electricity Maps',
  attribution: {
    text: 'Carbon intensity (life cycle): Electricity Maps, not for redistribution',
    url: 'https://www.electricitymaps.com',
  },
  defaultBaseUrl: 'https://api.electricitymaps.com/v3',
  keyHelp: 'Make an account at portal.electricitymaps.com; the free plan has one zone and no forecast.',
  options: [
    {
      name: 'zone',
      label: 'Zone',
      help: 'Such as DE or US-CAL-CISO; left empty it follows from where the home is.',
      kind: 'text',
      required: false,
    },
    {
      name: 'plan',
      label: 'Plan',
      help: 'Whether your plan has the forecast.',
      kind: 'choice',
      required: false,
      default: 'free',
      choices: [
        { value: 'free', label: 'Free: the last 24 hours' },
        { value: 'forecast', label: 'With the forecast' },
      ],
    },
  ],
  quota: [{ calls: 20, perMs: HOUR_MS }],
  refreshMs: HOUR_MS,
  cost: () => 2,
  refusal: (place) => (place.key === null ? 'It needs a key.' : null),
  fetch: async (window, place, deps, _validators, signal) => {
    const past = await part('history', place, deps, signal);
    if (!past.ok || place.options['plan'] !== 'forecast')
      return past.ok ? carbonAnswer(past.value.rows, window, null, past.value.rejected) : past;
    const toCome = await part('forecast', place, deps, signal);
    // The past alone is worth having.
    const rows = [...past.value.rows, ...(toCome.ok ? toCome.value.rows : [])];
    return carbonAnswer(rows, window, null, past.value.rejected + (toCome.ok ? toCome.value.rejected : 0));
  },
};
