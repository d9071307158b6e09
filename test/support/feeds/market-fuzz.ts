import fc from 'fast-check';
import { systemClock } from '../../../main/clock.ts';
import { readSeriesLines } from '../../../main/feeds/commodity/endpoint.ts';
import { readTyped } from '../../../main/feeds/commodity/typed-commodities.ts';
import { readDayAhead } from '../../../main/feeds/prices/comed.ts';
import { readEntsoe } from '../../../main/feeds/prices/entsoe-document.ts';
import { readCsvPrices } from '../../../main/feeds/tariff/csv-prices.ts';
import { tariffFromUrdb } from '../../../main/feeds/tariff/urdb.ts';
import type { FeedProvider } from '../../../main/feeds/types.ts';
import { ok } from '../../../main/result.ts';
import { homeSite } from '../store/temp-store.ts';
import { fixture, USER_AGENT } from './asking.ts';
import { homeFor } from './price-homes.ts';

/** Genuine bodies, the seeds of what is damaged below. */
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  'awattar-de': [fixture('awattar', 'marketdata-de-2021.json')],
  'energy-charts': [fixture('energy-charts', 'price-de-lu-hourly-2024.json')],
  'energy-charts-carbon': [fixture('energy-charts', 'co2eq-excerpt.json')],
  entsoe: [fixture('entsoe', 'a44-BE_15M_avg.xml'), fixture('entsoe', 'acknowledgement-999-no-data.xml')],
  nordpool: [fixture('nordpool', 'dayaheadprices-se3-hourly-2024.json')],
  elprisetjustnu: [fixture('elprisetjustnu', 'se-hourly-2023-03-08-excerpt.json')],
  hvakosterstrommen: [fixture('elprisetjustnu', 'no-twin-hourly-2023-12-27-excerpt.json')],
  octopus: [fixture('octopus', 'agile-standard-unit-rates.json')],
  tibber: [fixture('tibber', 'json_data.json').slice(0, 3_000), fixture('tibber', 'json_data.json')],
  amber: [fixture('amber', 'interval-assembled-from-schema-examples.json')],
  comed: [fixture('comed', '5minutefeed.json'), `[${fixture('comed', 'day-ahead-one-entry.txt')}]`],
  'carbon-intensity-gb': [
    fixture('carbon-intensity-gb', 'intensity.json'),
    fixture('carbon-intensity-gb', 'regional-fw48h-postcode-abridged.json'),
  ],
  'electricity-maps': [fixture('electricity-maps', 'carbon_intensity_history.json')],
  'commodity-endpoint': ['{"observations":[{"date":"2026-09-01","value":"11.5"}]}'],
};
const CSV = 'start;import;export\n2026-10-25 01:00;0,25;-0,01\n2026-10-25 02:00;0,3;0\n2026-10-25 02:00;0,3;0\n';
const URDB = fixture('urdb', 'tariff-tiered-energy-and-tou-demand.json');

const BITS = [
  'null',
  '-1',
  '1e308',
  '1e999',
  '""',
  '[]',
  '{}',
  '0',
  '99999999999999999999',
  '"2026-10-25T02:30:00+02:00"',
  '<a>',
  '</Point>',
  ',',
  '\u0000',
];

/** A body with a few pieces cut, doubled, swapped or overwritten; now and then something else entirely. */
const damaged = (seed: string): fc.Arbitrary<string> => {
  const wound = fc.tuple(
    fc.nat({ max: Math.max(1, seed.length) }),
    fc.nat({ max: 60 }),
    fc.oneof(fc.constantFrom(...BITS), fc.string({ maxLength: 12 })),
  );
  const wounded = fc
    .array(wound, { minLength: 1, maxLength: 5 })
    .map((wounds) =>
      wounds.reduce((body, [at, length, text]) => body.slice(0, at) + text + body.slice(at + length), seed),
    );
  const cut = fc.nat({ max: seed.length }).map((length) => seed.slice(0, length));
  return fc.oneof(
    { weight: 6, arbitrary: wounded },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
  );
};

/** Damage by value: every number, text or list of a JSON body may be anything. */
const revalued = (seed: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat({ max: 400 }),
      fc.oneof(fc.double(), fc.integer(), fc.constant(null), fc.string(), fc.constant([]), fc.constant({})),
    )
    .map(([target, value]) => {
      let index = 0;
      try {
        return JSON.stringify(JSON.parse(seed), (_key, each) => (index++ === target ? value : each)) ?? '';
      } catch {
        return seed; // No JSON: the other kind of damage is for it.
      }
    });

const anyBody = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...seeds).chain((seed) => fc.oneof(damaged(seed), revalued(seed)));

const WINDOW = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2027, 0, 1) };

/** Nothing throws; what comes out is in order and finite, and a failure is a sentence. */
export const fuzzProvider = (provider: FeedProvider, runs: number): Promise<void> => {
  const place = homeFor(provider, 'http://service');
  const own = provider.id === 'octopus' ? { from: Date.UTC(2026, 8, 23), to: Date.UTC(2026, 8, 25) } : WINDOW;
  const window = ['nordpool', 'elprisetjustnu', 'hvakosterstrommen'].includes(provider.id)
    ? { from: Date.UTC(2023, 2, 8), to: Date.UTC(2023, 2, 9) }
    : own;
  const clock = { ...systemClock(), now: () => window.to - 3_600_000 };
  return fc.assert(
    fc.asyncProperty(anyBody(SEEDS[provider.id] ?? ['{}']), async (body) => {
      const deps = {
        clock,
        userAgent: USER_AGENT,
        http: { send: () => Promise.resolve(ok({ status: 200, headers: {}, body })) },
      };
      const answer = await provider.fetch(
        window,
        place,
        deps,
        { etag: null, lastModified: null },
        new AbortController().signal,
      );
      if (!answer.ok) return answer.error.message.length > 10 && answer.error.code.startsWith('feed.');
      const ends = new Map<string, number>();
      return answer.value.rows.every((row) => {
        const kind = 'kind' in row ? row.kind : 'name' in row ? row.name : '';
        const value =
          'perKwh' in row ? row.perKwh : 'gPerKwh' in row ? row.gPerKwh : 'value' in row ? row.value : Number.NaN;
        const stepMs = 'stepMs' in row ? row.stepMs : 0;
        const isRight =
          Number.isInteger(row.at) && Number.isFinite(value) && stepMs >= 0 && row.at >= (ends.get(kind) ?? 0);
        ends.set(kind, row.at + stepMs);
        return isRight;
      });
    }),
    { numRuns: runs },
  );
};

/** The readers that are no providers, and those whose input comes from a person. */
export const fuzzReaders = (runs: number): void => {
  const never = (seeds: readonly string[], read: (text: string) => unknown): void =>
    fc.assert(
      fc.property(anyBody(seeds), (text) => {
        read(text);
      }),
      { numRuns: runs },
    );
  never([fixture('entsoe', 'a44-BE_60M.xml')], readEntsoe);
  never(SEEDS['comed'] ?? [], readDayAhead);
  never(['2026-11-20; eua; 78,40; EUR/t'], readTyped);
  never(['gas | USD/MMBtu | /x | json | observations | date | value'], readSeriesLines);
  never([URDB], (text) => tariffFromUrdb(text, WINDOW.to));
  fc.assert(
    fc.property(anyBody([CSV]), (csv) => {
      const read = readCsvPrices({ csv, site: homeSite(), zone: 'Europe/Berlin', kind: 'import', unit: 'per-kwh' });
      // All or nothing, and never silence.
      return read.rows.length > 0 ? read.problems.length === 0 : read.problems.length > 0;
    }),
    { numRuns: runs },
  );
};

export const fuzzedProviders = (providers: readonly FeedProvider[]): readonly FeedProvider[] =>
  providers.filter(({ id }) => SEEDS[id] !== undefined);
