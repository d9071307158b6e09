import { z } from 'zod';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, withSteps } from '../provider/intervals.ts';
import type { CarbonRow, FeedPlace, FeedProvider } from '../types.ts';
import { carbonAnswer, carbonUnchanged } from './carbon-answer.ts';

const values = z.array(z.number().nullable());
const answerSchema = z.object({ unix_seconds: z.array(z.number().int()), co2eq: values, co2eq_forecast: values });

const COUNTRY_OF_TIME_ZONE: Readonly<Record<string, string>> = {
  ...{ 'Europe/Berlin': 'de', 'Europe/Vienna': 'at', 'Europe/Brussels': 'be', 'Europe/Amsterdam': 'nl' },
  ...{ 'Europe/Paris': 'fr', 'Europe/Zurich': 'ch', 'Europe/Prague': 'cz', 'Europe/Warsaw': 'pl' },
  ...{ 'Europe/Copenhagen': 'dk', 'Europe/Stockholm': 'se', 'Europe/Oslo': 'no', 'Europe/Helsinki': 'fi' },
  ...{ 'Europe/Madrid': 'es', 'Europe/Lisbon': 'pt', 'Europe/Rome': 'it', 'Europe/Budapest': 'hu' },
};

const countryOf = (place: FeedPlace): string =>
  place.options['country']?.trim().toLowerCase() || (COUNTRY_OF_TIME_ZONE[place.site.timeZone] ?? '');

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Quarters of a European country; measured and expected complement each other in two lists. */
export const energyChartsCarbon: FeedProvider<'carbon'> = {
  id: 'energy-charts-carbon',
  topic: 'carbon',
  label: 'energy-charts.info',
  attribution: {
    text: 'Carbon intensity: Fraunhofer ISE, energy-charts.info, CC BY 4.0',
    url: 'https://www.energy-charts.info',
  },
  defaultBaseUrl: 'https://api.energy-charts.info',
  keyHelp: null,
  options: [
    {
      name: 'country',
      label: 'Country',
      help: 'Two letters such as de; left empty it follows from the time zone.',
      kind: 'text',
      required: false,
    },
  ],
  quota: [
    { calls: 1, perMs: 1_000 },
    { calls: 60, perMs: HOUR_MS },
  ],
  refreshMs: 45 * MINUTE_MS,
  history: { reachMs: 2 * 365 * DAY_MS, chunkMs: 14 * DAY_MS },
  refusal: (place) => (/^[a-z]{2}$/.test(countryOf(place)) ? null : 'Type the two letters of your country to use it.'),
  fetch: async (window, place, deps, validators, signal) => {
    const country = countryOf(place);
    const question: Question = {
      ...{ deps, place, signal, validators },
      name: 'energy-charts.info',
      what: `the carbon intensity of ${country}`,
      accessAdvice: 'It needs no key; check the address.',
      path: `/co2eq?country=${country}&start=${dayOf(window.from - DAY_MS)}&end=${dayOf(window.to + DAY_MS)}`,
    };
    const heard = await hear(question);
    if (!heard.ok) return heard;
    if (heard.value.kind !== 'body') return carbonUnchanged(heard.value);
    const answer = readJson(heard.value, answerSchema, question);
    if (!answer.ok) return answer;
    const { unix_seconds: stamps, co2eq, co2eq_forecast: expected } = answer.value;
    if (co2eq.length !== stamps.length || expected.length !== stamps.length)
      return unusable(question, 'it has not as many values as times');
    const stamped = stamps
      .map((seconds, index) => ({
        at: seconds * 1000,
        measured: co2eq[index] ?? null,
        forecast: expected[index] ?? null,
      }))
      .toSorted((a, b) => a.at - b.at);
    const rows = withSteps(stamped).flatMap(({ at, stepMs, measured, forecast }): readonly CarbonRow[] => [
      ...(measured === null ? [] : [{ at, stepMs, gPerKwh: measured, kind: 'measured' as const }]),
      ...(forecast === null ? [] : [{ at, stepMs, gPerKwh: forecast, kind: 'forecast' as const }]),
    ]);
    return carbonAnswer(rows, window, heard.value);
  },
};
