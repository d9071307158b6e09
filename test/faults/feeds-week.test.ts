import { expect, it } from 'vitest';
import { awattarGermany } from '../../main/feeds/prices/awattar.ts';
import { energyChartsPrices } from '../../main/feeds/prices/energy-charts.ts';
import type { FeedProvider } from '../../main/feeds/types.ts';
import { metNo } from '../../main/feeds/weather/met-no.ts';
import { openMeteo } from '../../main/feeds/weather/open-meteo.ts';
import type { HttpClient } from '../../main/http/types.ts';
import { DAY, feedHouse, goodValue, HOUR } from '../support/feeds/feed-house.ts';
import { type Answered, type Asked, feedServer } from '../support/feeds/feed-server.ts';
import { openMeteoAnswers } from '../support/feeds/open-meteo-server.ts';
import { HOME } from '../support/store/temp-store.ts';

const MINUTE = 60_000;
/** Thursday before the clocks change in Berlin (25 October 2026, 01:00 UTC). */
const START = Date.UTC(2026, 9, 22, 5, 3);
const STEP = 5 * MINUTE;
const PART = 10_000;

/** The true price of any moment, never 0, EUR/MWh: negative at noon. */
const truePrice = (at: number): number =>
  Math.round((60 + 80 * Math.cos(((at % DAY) / DAY) * 2 * Math.PI)) * 100) / 100 + 0.01;
const hours = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, Math.round((to - from) / HOUR)) }, (_, hour) => from + hour * HOUR);

/** Prices reach to the end of tomorrow once it is past 13:00 Berlin time, else to the end of today. */
const publishedUntil = (now: number): number => {
  const day = Math.floor((now + 2 * HOUR) / DAY) * DAY - 2 * HOUR;
  return day + (now - day > 13 * HOUR ? 2 : 1) * DAY;
};

type Trouble = 'none' | 'offline' | 'slow' | 'garbage' | 'too-often' | 'untrue';
const TROUBLES: readonly Trouble[] = ['offline', 'slow', 'garbage', 'too-often', 'untrue', 'none'];
const RUBBISH = ['', '<html>Welcome</html>', '{"hourly":{"time":[', 'null', '{"error":', '[]'];

const gone: Answered = { status: 503, body: 'gone' };

it('seven days, every source failing in turn over a change of the clocks', async () => {
  let now = START;
  let underWay = 0;
  const troubleOf = new Map<string, Trouble>();
  const made = new Map<string, number[]>();

  /** A source that is honest until trouble comes; `untrue` is what it says when its units or times are wrong. */
  const source = async (id: string, honest: (asked: Asked) => Answered, untrue: (asked: Asked) => Answered) => {
    made.set(id, []);
    let count = 0;
    return feedServer((asked) => {
      made.get(id)?.push(now);
      count += 1;
      switch (troubleOf.get(id)) {
        case 'offline':
          return gone;
        case 'garbage':
          return { body: RUBBISH[count % RUBBISH.length] ?? '' };
        case 'too-often':
          return { status: 429, body: 'slow down', headers: { 'retry-after': '1800' } };
        case 'untrue':
          return untrue(asked);
        default:
          return honest(asked);
      }
    });
  };
  const meteo = openMeteoAnswers(() => now);
  const metEntries = () =>
    hours(Math.floor(now / HOUR) * HOUR, Math.floor(now / HOUR) * HOUR + 60 * HOUR).map((at) => ({
      time: new Date(at).toISOString(),
      data: {
        instant: { details: { air_temperature: 10, cloud_area_fraction: 50 } },
        next_1_hours: { details: { precipitation_amount: 0 } },
      },
    }));
  const met = (): Answered => ({
    headers: { expires: new Date(now + 40 * MINUTE).toUTCString(), 'last-modified': new Date(now).toUTCString() },
    body: { properties: { meta: { updated_at: new Date(now - 5 * MINUTE).toISOString() }, timeseries: metEntries() } },
  });
  const span = (asked: Asked) =>
    hours(Date.parse(asked.query.get('start') ?? '') || Number(asked.query.get('start')), publishedUntil(now));
  const charts =
    (factor: number) =>
    (asked: Asked): Answered => ({
      body: {
        ...{ license_info: 'CC BY 4.0', unit: 'EUR / MWh', deprecated: false },
        unix_seconds: span(asked).map((at) => at / 1000),
        price: span(asked).map((at) => truePrice(at) * factor),
      },
    });
  const awattar =
    (factor: number) =>
    (asked: Asked): Answered => ({
      body: {
        data: span(asked).map((at) => ({
          start_timestamp: at,
          end_timestamp: at + HOUR,
          marketprice: truePrice(at) * factor,
          unit: 'Eur/MWh',
        })),
      },
    });
  const wrongHours = (asked: Asked): Answered => {
    const answer = meteo(asked);
    const body = answer.body as { hourly: Record<string, number[]> };
    // Local time taken for UTC twelve hours off: the sun shines at night.
    return {
      body: {
        ...body,
        hourly: {
          ...body.hourly,
          shortwave_radiation: [...(body.hourly['shortwave_radiation'] ?? []).slice(12), ...Array(12).fill(900)],
        },
      },
    };
  };
  const servers = {
    'open-meteo': await source('open-meteo', meteo, wrongHours),
    'met-no': await source('met-no', met, () => ({ body: { properties: { meta: { updated_at: 'today' } } } })),
    'energy-charts': await source('energy-charts', charts(1), charts(100)),
    'awattar-de': await source('awattar-de', awattar(1), awattar(100)),
  };
  const at = <Topic extends 'weather' | 'price'>(provider: FeedProvider<Topic>): FeedProvider<Topic> => {
    const server = servers[provider.id as keyof typeof servers];
    const options = provider.options.map((field) => (field.name === 'zone' ? { ...field, default: 'DE-LU' } : field));
    return { ...provider, defaultBaseUrl: server.baseUrl, options };
  };
  const weather = [at(openMeteo), at(metNo)];
  const price = [at(energyChartsPrices), at(awattarGermany)];
  /** Slow: the answer takes longer than anyone waits, on the clock that the test moves. */
  const wrap = (real: HttpClient): HttpClient => ({
    send: async (request) => {
      const id = Object.entries(servers).find(([, server]) => request.url.startsWith(server.baseUrl))?.[0] ?? '';
      if (troubleOf.get(id) === 'slow') {
        made.get(id)?.push(now);
        await house.clock.sleep(30_000, request.signal);
        return { ok: false, error: { kind: 'timed-out', cause: 'no whole answer came within 30 s' } };
      }
      underWay += 1;
      try {
        return await real.send(request);
      } finally {
        underWay -= 1;
      }
    },
  });
  const house = await feedHouse({ weather, price }, { now: START, start: false, wrap });
  await house.restart();
  const figures = {
    steps: 0,
    weatherRows: 0,
    weatherAssumed: 0,
    estimated: 0,
    priceRows: 0,
    priceAssumed: 0,
    restarts: 0,
    missing: 0,
    longestRecoveryMin: 0,
  };
  const recoverySince = new Map<string, number>();
  const nameOf = {
    'open-meteo': 'weather',
    'met-no': 'weather',
    'energy-charts': 'price',
    'awattar-de': 'price',
  } as const;
  const ids = Object.keys(nameOf) as (keyof typeof nameOf)[];

  for (let step = 0; step < (7 * DAY) / STEP; step += 1) {
    // Every three hours the trouble moves on: one source, sometimes all of a topic, each kind in turn.
    if (step % 36 === 0) {
      const turn = step / 36;
      const before = new Map(troubleOf);
      const kind = TROUBLES[turn % TROUBLES.length] ?? 'none';
      for (const [index, id] of ids.entries())
        troubleOf.set(id, turn % 5 === 4 || index === turn % ids.length ? kind : 'none');
      // Whoever stands in is not asked again while the first one serves: recovery is the first one's.
      for (const id of ['open-meteo', 'energy-charts'] as const)
        if ((before.get(id) ?? 'none') !== 'none' && troubleOf.get(id) === 'none') recoverySince.set(id, now);
        else if (troubleOf.get(id) !== 'none') recoverySince.delete(id);
      if (turn % 9 === 8) {
        await house.restart();
        figures.restarts += 1;
      }
    }
    // The sockets need real time: no more of the test's passes meanwhile than a request may take.
    for (let part = 0; part < STEP / PART; part += 1) {
      await house.clock.advance(PART);
      now = house.clock.now();
      while (underWay > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await house.clock.advance(0);
    for (const [id, since] of recoverySince) {
      const state = house.store.feeds.state.get(HOME, nameOf[id as keyof typeof nameOf], id);
      if (state?.failures !== 0) continue;
      figures.longestRecoveryMin = Math.max(figures.longestRecoveryMin, Math.round((now - since) / MINUTE));
      recoverySince.delete(id);
    }
    figures.steps += 1;
    if (step % 6 !== 5) continue;
    for (const row of house.feeds.weatherFor(HOME, now, now + DAY)) {
      figures.weatherRows += 1;
      figures.weatherAssumed += Number(row.assumed);
      figures.estimated += Number(row.irradianceEstimated && !row.assumed);
      // Both sources say 10 °C, whoever is asked, and the simulated sky is dark outside 8 to 14 UTC.
      expect(row.tempC).toBeCloseTo(10, 3);
      const hour = new Date(row.at).getUTCHours();
      if (row.provider === 'open-meteo' && (hour < 8 || hour >= 14)) expect(row.ghiWm2).toBe(0);
    }
    const prices = house.feeds.pricesFor(HOME, now - 2 * HOUR, now + 12 * HOUR);
    if (prices.length === 0) figures.missing += 1;
    for (const row of prices) {
      figures.priceRows += 1;
      figures.priceAssumed += Number(row.assumed);
      expect(row.perKwh).not.toBe(0);
      if (!row.assumed) expect(row.perKwh).toBeCloseTo(truePrice(row.at) / 1000, 9);
    }
  }
  for (const provider of [...weather, ...price]) {
    const calls = made.get(provider.id) ?? [];
    for (const { calls: allowed, perMs } of provider.quota)
      for (const call of calls)
        expect(calls.filter((each) => each > call - perMs && each <= call).length, `${provider.id} within ${perMs} ms`)
          // Calls of one step of the test stand at one moment: a second cannot be told from five minutes.
          .toBeLessThanOrEqual(perMs < STEP ? allowed * (STEP / perMs) : allowed);
  }
  const spent = Object.fromEntries([...made].map(([id, calls]) => [id, calls.length]));
  process.stdout.write(`feeds, 7 days with faults: ${JSON.stringify({ ...figures, calls: spent })}\n`);
  const status = goodValue(await house.feeds.status(HOME));
  expect(status.topics.map((topic) => topic.topic)).toEqual(['weather', 'price']);
  expect(figures.weatherRows).toBeGreaterThan(0.95 * 24 * (figures.steps / 6));
  expect(figures.missing).toBe(0);
  // An hour, and a fifth of jitter, is the longest pause after failures; a request to wait is shorter here.
  expect(figures.longestRecoveryMin).toBeLessThanOrEqual(90);
  expect(house.lines.filter((line) => line.includes('"error"') && line.includes('failed inside'))).toEqual([]);
  await house.feeds.stop();
  expect(house.clock.pendingTimers()).toBe(0);
});
