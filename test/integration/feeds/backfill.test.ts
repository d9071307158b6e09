import { describe, expect, it } from 'vitest';
import type { FeedProvider } from '../../../main/feeds/types.ts';
import { openMeteoArchive } from '../../../main/feeds/weather/open-meteo.ts';
import { ok, temporary } from '../../../main/result.ts';
import { DAY, feedHouse, goodValue, HOUR, scriptedProvider, wholeWindow } from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { openMeteoAnswers } from '../../support/feeds/open-meteo-server.ts';
import { HOME, NOW } from '../../support/store/temp-store.ts';

const history: Partial<FeedProvider<'weather'>> = {
  role: 'history',
  history: { reachMs: 800 * DAY, chunkMs: 31 * DAY, lagMs: 6 * DAY },
};
const day = wholeWindow({ ghiWm2: 0 });
const wish = (signal = new AbortController().signal) => ({
  ...{ siteId: HOME, topics: ['weather' as const], years: 1, signal, onProgress: () => undefined },
});

/** Runs beside a clock that only moves when told to. */
const withTime = async <Value>(house: { clock: { advance(ms: number): Promise<void> } }, work: Promise<Value>) => {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  for (let step = 0; step < 2_000 && !isDone; step += 1) await house.clock.advance(500);
  return done;
};

describe('collecting a year', () => {
  it('fills the past in pieces, and asks nothing twice', async () => {
    const provider = scriptedProvider('weather', 'archive', day, history);
    const house = await feedHouse({ weather: [provider] }, { start: false });
    const progress: string[] = [];
    const report = goodValue(
      await withTime(
        house,
        house.feeds.backfill({ ...wish(), onProgress: (sentence) => void progress.push(sentence) }),
      ),
    );
    expect(report).toContain('100 % of 365 days');
    expect(provider.calls.length).toBeGreaterThanOrEqual(12);
    expect(progress.at(-1)).toMatch(/(\d+) of \1 pieces/);
    const rows = house.feeds.weatherFor(HOME, NOW - 300 * DAY, NOW - 290 * DAY);
    expect(rows).toHaveLength(240);
    const spent = provider.calls.length;
    const again = goodValue(await withTime(house, house.feeds.backfill(wish())));
    expect(provider.calls).toHaveLength(spent);
    expect(again).toContain('0 rows came in 0 calls');
  });

  it('goes on after a restart where it was ended', async () => {
    const provider = scriptedProvider('weather', 'archive', day, history);
    const house = await feedHouse({ weather: [provider] }, { start: false });
    const ending = new AbortController();
    const ended = house.feeds.backfill({
      ...wish(ending.signal),
      onProgress: (sentence) => sentence.includes(' 4 of') && ending.abort(),
    });
    expect(goodValue(await withTime(house, ended))).toContain('It was ended');
    expect(provider.calls).toHaveLength(4);
    await house.restart();
    goodValue(await withTime(house, house.feeds.backfill(wish())));
    expect(provider.calls).toHaveLength(13);
  });

  it('takes the next provider for a piece that the first does not give', async () => {
    const first = scriptedProvider(
      'weather',
      'archive',
      async (window, call) => (call === 3 ? temporary('feed.timeout', 'It was slow.', 'Wait.') : day(window)),
      history,
    );
    const second = scriptedProvider('weather', 'nasa', day, history);
    const house = await feedHouse({ weather: [first, second] }, { start: false });
    const report = goodValue(await withTime(house, house.feeds.backfill(wish())));
    expect(second.calls).toHaveLength(1);
    expect(report).toContain('100 %');
    expect(report).toContain('It was slow.');
  });

  it('stays inside the quota, leaves a fifth for the present, and says what is missing', async () => {
    const provider = scriptedProvider('weather', 'archive', day, { ...history, quota: [{ calls: 10, perMs: DAY }] });
    const house = await feedHouse({ weather: [provider] }, { start: false });
    const report = goodValue(await withTime(house, house.feeds.backfill(wish())));
    expect(provider.calls).toHaveLength(8);
    expect(report).toMatch(/allows no more calls for 2\d hours/);
  });

  it('collects prices and measured carbon too', async () => {
    const rows = (from: number, to: number) =>
      Array.from({ length: (to - from) / HOUR }, (_, hour) => from + hour * HOUR);
    const answer = {
      issuedAt: null,
      validators: { etag: null, lastModified: null },
      expiresAt: null,
      unchanged: false,
      rejected: 0,
    };
    const past = { history: { reachMs: 800 * DAY, chunkMs: 100 * DAY } };
    const price = scriptedProvider(
      'price',
      'market',
      async ({ from, to }) =>
        ok({
          ...answer,
          rows: rows(from, to).map((at) => ({ at, stepMs: HOUR, perKwh: 0.1, currency: 'EUR', kind: 'spot' as const })),
        }),
      past,
    );
    const carbon = scriptedProvider(
      'carbon',
      'grid',
      async ({ from, to }) =>
        ok({
          ...answer,
          rows: rows(from, to).map((at) => ({ at, stepMs: HOUR, gPerKwh: 300, kind: 'measured' as const })),
        }),
      past,
    );
    const house = await feedHouse({ price: [price], carbon: [carbon] }, { start: false });
    goodValue(await withTime(house, house.feeds.backfill({ ...wish(), topics: ['price', 'carbon'] })));
    expect(house.feeds.pricesFor(HOME, NOW - 200 * DAY, NOW - 199 * DAY).length).toBeGreaterThanOrEqual(24);
    expect(house.feeds.carbonFor(HOME, NOW - 200 * DAY, NOW - 199 * DAY).length).toBeGreaterThanOrEqual(24);
    expect(price.calls.length).toBeLessThanOrEqual(5);
  });

  it('runs in the background, shows how far it is, and ends with the service', async () => {
    const provider = scriptedProvider('weather', 'archive', day, history);
    const house = await feedHouse({ weather: [provider] }, { start: false });
    const feeds = await house.restart();
    goodValue(feeds.startBackfill(HOME, ['weather'], 1));
    expect(feeds.startBackfill(HOME, ['weather'], 1)).toMatchObject({ ok: false, error: { code: 'feed.busy' } });
    await house.clock.advance(3_500);
    expect(goodValue(await feeds.status(HOME)).backfill).toMatchObject({ running: true, done: 3, total: 13 });
    await feeds.stop();
    expect(goodValue(await feeds.status(HOME)).backfill).toMatchObject({ running: false });
    expect(house.clock.pendingTimers()).toBe(0);
  });
});

it('reads a month of the archive over a socket', async () => {
  const server = await feedServer(openMeteoAnswers(() => NOW));
  const house = await feedHouse(
    { weather: [{ ...openMeteoArchive, defaultBaseUrl: server.baseUrl }] },
    { start: false },
  );
  const ending = new AbortController();
  const running = house.feeds.backfill({ ...wish(ending.signal), years: 31 / 365 });
  // The sockets need real time, the pauses between pieces the test's.
  while (server.asked.length < 2) {
    await new Promise((resolve) => setImmediate(resolve));
    await house.clock.advance(200);
  }
  const report = await withTime(house, running);
  expect(goodValue(report)).toContain('% of 31 days');
});
