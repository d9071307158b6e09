import { describe, expect, it } from 'vitest';
import type { FeedTopic } from '../../../main/feeds/types.ts';
import { openMeteo } from '../../../main/feeds/weather/open-meteo.ts';
import { ok, temporary } from '../../../main/result.ts';
import {
  DAY,
  feedHouse,
  goodValue,
  HOUR,
  scriptedProvider,
  weatherRow,
  wholeWindow,
} from '../../support/feeds/feed-house.ts';
import { feedServer } from '../../support/feeds/feed-server.ts';
import { HOME, NOW } from '../../support/store/temp-store.ts';

const MINUTE = 60_000;
const down = async () => temporary('feed.unreachable', 'It does not answer.', 'Wait.');
const tooOften = async () => temporary('feed.too-often', 'Asked too often.', 'Wait.');

describe('a provider that always refuses is asked once however often the house restarts', () => {
  it.each([
    ['429 for ever', { status: 429, body: { error: true, reason: 'Too many requests.' } }],
    ['200 with an empty body', { status: 200, body: '' }],
    ['a web page', { status: 200, body: '<html>Blocked</html>' }],
    ['an unknown place', { status: 404, body: '' }],
  ])('%s, 20 restarts in a minute', async (_, answer) => {
    const server = await feedServer(() => answer);
    const house = await feedHouse({ weather: [{ ...openMeteo, defaultBaseUrl: server.baseUrl }] }, { start: false });
    for (let restart = 0; restart < 20; restart += 1) {
      const feeds = await house.restart();
      goodValue(await feeds.refresh(HOME, 'weather'));
      await house.clock.advance(3_000);
    }
    expect(server.asked).toHaveLength(1);
    const status = goodValue(await house.feeds.status(HOME));
    expect(status.topics[0]?.providers[0]).toMatchObject({ state: 'waiting', failures: 1 });
    expect(house.feeds.weatherFor(HOME, NOW, NOW + DAY)).toEqual([]);
  });

  it('also when the process died in the middle of the call', async () => {
    const provider = scriptedProvider('weather', 'a', () => new Promise(() => undefined));
    const house = await feedHouse({ weather: [provider] }, { start: false });
    for (let restart = 0; restart < 20; restart += 1) {
      await house.restart();
      await house.clock.advance(3_000);
    }
    expect(provider.calls).toHaveLength(1);
  });
});

describe('a quota', () => {
  it('is counted before the call and kept over restarts', async () => {
    const provider = scriptedProvider('weather', 'a', wholeWindow(), {
      quota: [{ calls: 3, perMs: DAY }],
      refreshMs: 5 * MINUTE,
    });
    const house = await feedHouse({ weather: [provider] });
    for (let hour = 0; hour < 23; hour += 1) {
      await house.clock.advance(HOUR);
      await house.restart();
    }
    expect(provider.calls).toHaveLength(3);
    expect(goodValue(await house.feeds.status(HOME)).topics[0]?.providers[0]?.quota).toEqual([
      { calls: 3, perMs: DAY, used: 3, left: 0 },
    ]);
    await house.clock.advance(2 * HOUR);
    expect(provider.calls.length).toBeGreaterThan(3);
  });

  it('does not lock anyone out for longer than its span when the clock is set back', async () => {
    const { store } = await feedHouse({}, { start: false });
    const { calls } = store.feeds;
    const limit = [{ calls: 1, perMs: HOUR }];
    expect(calls.take('a', limit, 1, NOW + 365 * DAY)).toBe(true);
    expect(calls.take('a', limit, 1, NOW)).toBe(false);
    expect(calls.freeAt('a', { calls: 1, perMs: HOUR }, 1, NOW)).toBe(NOW + HOUR);
    expect(calls.take('a', limit, 1, NOW + HOUR - 1)).toBe(false);
    expect(calls.take('a', limit, 1, NOW + HOUR)).toBe(true);
    expect(calls.take('b', limit, 2, NOW)).toBe(false);
  });

  it('belongs to the key and address, not to the home', async () => {
    const provider = scriptedProvider('weather', 'a', wholeWindow(), { quota: [{ calls: 1, perMs: DAY }] });
    const house = await feedHouse({ weather: [provider] });
    await house.clock.advance(HOUR);
    const site = house.store.sites.get(HOME);
    if (!site) throw new Error('no home');
    house.store.sites.remove(HOME);
    house.store.sites.add(site, NOW);
    await house.clock.advance(3 * HOUR);
    expect(provider.calls).toHaveLength(1);
  });
});

describe('a chain', () => {
  it('goes to the next provider at once and comes back when the first is there again', async () => {
    let isDown = true;
    const first = scriptedProvider('weather', 'first', (window) =>
      isDown ? down() : wholeWindow({ tempC: 1 })(window),
    );
    const second = scriptedProvider('weather', 'second', wholeWindow({ tempC: 2 }));
    const house = await feedHouse({ weather: [first, second] });
    await house.clock.advance(1_000);
    const servedBy = () => house.feeds.weatherFor(HOME, house.clock.now(), house.clock.now() + 2 * HOUR)[0]?.provider;
    expect(servedBy()).toBe('second');
    await house.clock.advance(90_000);
    // 5 s, 15 s and 45 s after each other, with jitter, then the next tick.
    expect(first.calls.slice(1).map((at, index) => Math.round((at - (first.calls[index] ?? 0)) / 1000))).toEqual([
      5, 15, 45,
    ]);
    expect(goodValue(await house.feeds.status(HOME)).topics[0]?.sentence).toContain('FIRST does not answer');
    isDown = false;
    await house.clock.advance(2 * HOUR);
    expect(servedBy()).toBe('first');
    const spentOnSecond = second.calls.length;
    await house.clock.advance(4 * HOUR);
    expect(second.calls).toHaveLength(spentOnSecond);
  });

  it('obeys what a server asks, and no quick try follows a refusal', async () => {
    const first = scriptedProvider('weather', 'first', async () => {
      const { error } = await tooOften();
      return { ok: false as const, error: { ...error, retryAfterMs: 7 * HOUR } };
    });
    const house = await feedHouse({ weather: [first] });
    await house.clock.advance(6.9 * HOUR);
    expect(first.calls).toHaveLength(1);
    await house.clock.advance(HOUR);
    expect(first.calls).toHaveLength(2);
  });

  it('obeys an expiry', async () => {
    const provider = scriptedProvider('weather', 'a', async (window) => {
      const fetched = await wholeWindow()(window);
      return fetched.ok ? ok({ ...fetched.value, expiresAt: house.clock.now() + 5 * HOUR }) : fetched;
    });
    const house = await feedHouse({ weather: [provider] }, { start: false });
    await house.restart();
    await house.clock.advance(4.9 * HOUR);
    expect(provider.calls).toHaveLength(1);
    await house.clock.advance(HOUR);
    expect(provider.calls).toHaveLength(2);
  });

  it('does not let a provider that throws stop the others', async () => {
    const broken = scriptedProvider('weather', 'broken', () => {
      throw new TypeError('undefined is not a function');
    });
    const carbon = scriptedProvider('carbon', 'grid', async ({ from }) => {
      const rows = [{ at: from, stepMs: HOUR, gPerKwh: 300, kind: 'measured' as const }];
      return ok({
        rows,
        issuedAt: null,
        validators: { etag: null, lastModified: null },
        expiresAt: null,
        unchanged: false,
        rejected: 0,
      });
    });
    const house = await feedHouse({
      weather: [broken, scriptedProvider('weather', 'b', wholeWindow())],
      carbon: [carbon],
    });
    await house.clock.advance(MINUTE);
    expect(house.feeds.weatherFor(HOME, NOW, NOW + HOUR)[0]?.provider).toBe('b');
    expect(house.feeds.carbonFor(HOME, NOW - 2 * DAY, NOW)).toHaveLength(1);
    expect(house.lines.some((line) => line.includes('A provider failed inside'))).toBe(true);
  });

  it('shares one round between callers', async () => {
    const provider = scriptedProvider('weather', 'a', wholeWindow());
    const house = await feedHouse({ weather: [provider] }, { start: false });
    await Promise.all([1, 2, 3].map(() => house.feeds.refresh(HOME, 'weather')));
    expect(provider.calls).toHaveLength(1);
  });

  it('keeps the last good values with their age until their end', async () => {
    let isDown = false;
    const provider = scriptedProvider('weather', 'a', (window) => (isDown ? down() : wholeWindow()(window)));
    const house = await feedHouse({ weather: [provider] });
    await house.clock.advance(MINUTE);
    isDown = true;
    await house.clock.advance(2 * DAY);
    const now = house.clock.now();
    const [row] = house.feeds.weatherFor(HOME, now, now + DAY);
    expect(row).toMatchObject({ provider: 'a', assumed: false });
    const topic = goodValue(await house.feeds.status(HOME)).topics[0];
    expect(topic?.sentence).toContain('kept until its end');
    expect(topic?.ageMs).toBeGreaterThan(DAY);
    await house.clock.advance(7 * DAY);
    const later = house.clock.now();
    const rows = house.feeds.weatherFor(HOME, later, later + DAY);
    // The issue is over; what this home has seen is too little to assume anything from (no irradiance): missing.
    expect(rows).toEqual([]);
  });

  it('keeps rows that cannot be true apart with their reason', async () => {
    const midnight = Date.UTC(2026, 10, 22, 0);
    const provider = scriptedProvider('weather', 'a', async () => {
      const honest = Array.from({ length: 20 }, (_, hour) => weatherRow(NOW + (hour - 20) * HOUR));
      const rows = [
        ...honest,
        weatherRow(NOW, { ghiWm2: 300 }),
        weatherRow(NOW + HOUR, { tempC: 283 }),
        weatherRow(NOW + HOUR),
        weatherRow(NOW + HOUR + 1800_000),
        weatherRow(midnight, { ghiWm2: 400 }),
      ];
      return ok({
        rows,
        issuedAt: null,
        validators: { etag: null, lastModified: null },
        expiresAt: null,
        unchanged: false,
        rejected: 2,
      });
    });
    const house = await feedHouse({ weather: [provider] });
    await house.clock.advance(MINUTE);
    expect(house.feeds.weatherFor(HOME, NOW, NOW + DAY).map((row) => row.at)).toEqual([NOW, NOW + HOUR]);
    const status = goodValue(await house.feeds.status(HOME));
    expect(status.topics[0]?.providers[0]?.rejected).toBe(5);
    expect(status.rejects.map((each) => each.reason).sort()).toEqual([
      'it overlaps the row before',
      'tempC is 283, outside -60 to 60',
      'there is sun at night (400 W/m²): the times are shifted',
    ]);
  });

  it('believes nothing of an answer of which much cannot be true', async () => {
    const factor = 100;
    const price = scriptedProvider('price', 'cents', async ({ from }) => {
      const at = (hour: number) => Math.ceil(from / HOUR) * HOUR + hour * HOUR;
      const row = { stepMs: HOUR, currency: 'EUR', kind: 'spot' as const };
      const rows = Array.from({ length: 24 }, (_, hour) => ({
        ...row,
        at: at(hour),
        perKwh: (0.01 + hour / 200) * factor,
      }));
      const validators = { etag: null, lastModified: null };
      return ok({ rows, issuedAt: null, validators, expiresAt: null, unchanged: false, rejected: 0 });
    });
    const house = await feedHouse({ price: [price] });
    await house.clock.advance(MINUTE);
    expect(house.store.feeds.prices.range(HOME, 0, NOW * 2)).toEqual([]);
    const [topic] = goodValue(await house.feeds.status(HOME)).topics;
    expect(topic?.providers[0]?.failure).toContain('cannot be true');
  });

  it('moves on when the clock is set back by a year', async () => {
    const provider = scriptedProvider('weather', 'a', wholeWindow());
    const house = await feedHouse({ weather: [provider] });
    await house.clock.advance(MINUTE);
    house.clock.jump(-365 * DAY);
    await house.clock.advance(3 * HOUR);
    expect(provider.calls.length).toBeGreaterThan(1);
    expect(house.feeds.weatherFor(HOME, house.clock.now(), house.clock.now() + HOUR)).not.toEqual([]);
  });
});

it('leaves no timer behind and answers nothing more', async () => {
  const provider = scriptedProvider('weather', 'a', wholeWindow());
  const house = await feedHouse({ weather: [provider] });
  await house.clock.advance(HOUR);
  await house.feeds.stop();
  expect(house.clock.pendingTimers()).toBe(0);
  const calls = provider.calls.length;
  await house.clock.advance(DAY);
  expect(provider.calls).toHaveLength(calls);
});

it('reports new rows on the bus, a topic at a time', async () => {
  const house = await feedHouse({ weather: [scriptedProvider('weather', 'a', wholeWindow())] });
  await house.clock.advance(MINUTE);
  const topics: FeedTopic[] = ['weather'];
  expect(house.heard.map((event) => event.topic)).toEqual(topics);
});
