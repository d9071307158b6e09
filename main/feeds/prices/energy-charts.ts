import { z } from 'zod';
import { currencyRefusal, RATE_OPTION, rateTo } from '../provider/currency.ts';
import { hear, type Question, readJson, unusable } from '../provider/exchange.ts';
import { DAY_MS, HOUR_MS, withSteps } from '../provider/intervals.ts';
import { CET_AUCTION, nextPublication } from '../provider/publication.ts';
import type { FeedProvider, MarketPriceRow } from '../types.ts';
import { EIC, zoneOf, zoneOption, zoneRefusal } from './bidding-zones.ts';
import { nothingNew, priceAnswer } from './spot.ts';

const ZONES = [...Object.keys(EIC).filter((zone) => zone !== 'IE-SEM'), 'ME', 'RS'];

const answerSchema = z.object({
  unix_seconds: z.array(z.number().int()),
  price: z.array(z.number().nullable()),
  unit: z.string(),
});

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Always in euro, whatever the zone; stamps are starts, and the step is read from them because it changed in 2025. */
export const energyChartsPrices: FeedProvider<'price'> = {
  id: 'energy-charts',
  topic: 'price',
  label: 'energy-charts.info',
  attribution: {
    text: 'Prices: Bundesnetzagentur | SMARD.de by Fraunhofer ISE, energy-charts.info, CC BY 4.0 (some zones: private use only)',
    url: 'https://www.energy-charts.info',
  },
  defaultBaseUrl: 'https://api.energy-charts.info',
  keyHelp: null,
  options: [zoneOption(ZONES), RATE_OPTION],
  quota: [
    { calls: 1, perMs: 1_000 },
    { calls: 60, perMs: HOUR_MS },
  ],
  refreshMs: HOUR_MS,
  nextAt: nextPublication(CET_AUCTION),
  history: { reachMs: 5 * 365 * DAY_MS, chunkMs: 30 * DAY_MS },
  refusal: (place) => zoneRefusal(place, ZONES) ?? currencyRefusal(place, 'EUR'),
  fetch: async (window, place, deps, validators, signal) => {
    const zone = zoneOf(place) ?? '';
    // Days are those of the zone: a day more on either side, and the stamps decide.
    const span = `start=${dayOf(window.from - DAY_MS)}&end=${dayOf(window.to + DAY_MS)}`;
    const question: Question = {
      ...{ deps, place, signal, validators },
      name: 'energy-charts.info',
      what: `the prices of ${zone}`,
      accessAdvice: 'It needs no key; check the address.',
      path: `/price?bzn=${encodeURIComponent(zone)}&${span}`,
    };
    const heard = await hear(question);
    if (!heard.ok) return heard;
    if (heard.value.kind !== 'body') return nothingNew(heard.value);
    const answer = readJson(heard.value, answerSchema, question);
    if (!answer.ok) return answer;
    const { unix_seconds: stamps, price, unit } = answer.value;
    if (stamps.length !== price.length) return unusable(question, 'it has not as many prices as times');
    if (!/^eur\s*\/\s*mwh$/i.test(unit)) return unusable(question, `its unit is "${unit.slice(0, 20)}", not EUR / MWh`);
    const rate = rateTo(place, 'EUR') ?? Number.NaN;
    const stamped = stamps
      .map((seconds, index) => ({ at: seconds * 1000, price: price[index] ?? null }))
      .toSorted((a, b) => a.at - b.at);
    const rows = withSteps(stamped).flatMap(({ at, stepMs, price: perMwh }): readonly MarketPriceRow[] =>
      perMwh === null
        ? []
        : [{ at, stepMs, perKwh: (perMwh / 1000) * rate, currency: place.site.currency, kind: 'spot' }],
    );
    return priceAnswer(rows, window, heard.value);
  },
};
