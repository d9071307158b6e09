import { describe, expect, it } from 'vitest';
import type { FeedProviders } from '../../../main/feeds/service-types.ts';
import { weatherTables } from '../../../main/feeds/tables.ts';
import type { FeedProvider } from '../../../main/feeds/types.ts';
import type { StoredFeedPrice } from '../../../main/store/feed-types.ts';
import { localDate } from '../../../main/zone.ts';
import { DAY, feedHouse, HOUR, scriptedProvider, weatherRow, wholeWindow } from '../../support/feeds/feed-house.ts';
import { HOME, homeSite, NOW, tempStore } from '../../support/store/temp-store.ts';

const silent = <Topic extends 'price' | 'weather'>(topic: Topic, id: string): FeedProvider<Topic> =>
  scriptedProvider(topic, id, () => new Promise(() => undefined));
const providers: Partial<FeedProviders> = { price: [silent('price', 'first'), silent('price', 'second')] };

const prices = (from: number, to: number, more: Partial<StoredFeedPrice> = {}): readonly StoredFeedPrice[] => {
  const stepMs = more.stepMs ?? HOUR;
  return Array.from({ length: Math.round((to - from) / stepMs) }, (_, slot) => ({
    ...{ provider: 'first', kind: 'spot' as const, at: from + slot * stepMs, stepMs, perKwh: 0.1 + slot / 1000 },
    ...{ currency: 'EUR', fetchedAt: NOW, ...more },
  }));
};

/** 21 November 2026 in Berlin, UTC+1. */
const TODAY = Date.UTC(2026, 10, 20, 23);

describe('prices', () => {
  it('come from one provider a local day, the first that has the whole day', async () => {
    const { feeds, store } = await feedHouse(providers, { start: false });
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + 12 * HOUR));
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + DAY, { provider: 'second' }));
    const rows = feeds.pricesFor(HOME, TODAY, TODAY + DAY);
    expect(new Set(rows.map((row) => row.provider))).toEqual(new Set(['second']));
    expect(rows.every((row) => !row.mixed && !row.assumed)).toBe(true);
  });

  it('are marked where a day had to be put together', async () => {
    const { feeds, store } = await feedHouse(providers, { start: false });
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + 12 * HOUR));
    store.feeds.prices.put(HOME, prices(TODAY + 10 * HOUR, TODAY + 20 * HOUR, { provider: 'second' }));
    const rows = feeds.pricesFor(HOME, TODAY, TODAY + DAY);
    expect(rows.filter((row) => row.mixed).map((row) => row.provider)).toEqual(Array(8).fill('second'));
    expect(rows).toHaveLength(20);
  });

  it('keep their own step, and an hour never stays beside its quarters', async () => {
    const { feeds, store } = await feedHouse(providers, { start: false });
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + DAY));
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + DAY, { stepMs: HOUR / 4 }));
    expect(feeds.pricesFor(HOME, TODAY, TODAY + DAY)).toHaveLength(96);
    store.feeds.prices.put(HOME, prices(TODAY, TODAY + DAY, { perKwh: -0.05 }));
    const hours = feeds.pricesFor(HOME, TODAY, TODAY + DAY);
    expect(hours).toHaveLength(24);
    expect(hours.every((row) => row.perKwh === -0.05)).toBe(true);
  });

  it('of a day nobody has published are last week’s, marked as assumed; the past is never assumed', async () => {
    const { feeds, store } = await feedHouse(providers, { start: false });
    store.feeds.prices.put(HOME, prices(TODAY - 6 * DAY, TODAY - 5 * DAY));
    const tomorrow = feeds.pricesFor(HOME, TODAY + DAY, TODAY + 2 * DAY);
    expect(tomorrow).toHaveLength(24);
    expect(tomorrow.every((row) => row.assumed)).toBe(true);
    expect(tomorrow[5]?.perKwh).toBeCloseTo(0.105, 9);
    expect(feeds.pricesFor(HOME, TODAY - 2 * DAY, TODAY - DAY)).toEqual([]);
    expect(feeds.pricesFor(HOME, TODAY + 3 * DAY, TODAY + 4 * DAY)).toEqual([]);
  });

  it.each([
    ['Europe/Berlin', Date.UTC(2026, 9, 24, 10), Date.UTC(2026, 9, 24, 22), 25],
    ['Europe/Berlin', Date.UTC(2027, 2, 27, 10), Date.UTC(2027, 2, 27, 23), 23],
    ['America/New_York', Date.UTC(2026, 9, 31, 14), Date.UTC(2026, 10, 1, 4), 25],
    ['Australia/Lord_Howe', Date.UTC(2027, 3, 3, 2), Date.UTC(2027, 3, 3, 13), 24.5],
  ])('assume a day of a clock change in %s slot by slot', async (timeZone, now, day, hours) => {
    const { feeds, store } = await feedHouse(providers, { start: false, now });
    store.sites.remove(HOME);
    store.sites.add(homeSite({ timeZone }), now);
    const before = prices(day - 8 * DAY, day - 5 * DAY, { stepMs: HOUR / 2 });
    store.feeds.prices.put(HOME, before);
    const rows = feeds.pricesFor(HOME, day, day + hours * HOUR);
    expect(rows.reduce((sum, row) => sum + row.stepMs, 0)).toBe(hours * HOUR);
    expect(rows.every((row) => row.assumed)).toBe(true);
    expect(new Set(rows.map((row) => localDate(row.at, timeZone))).size).toBe(1);
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next) expect(next.at).toBe(row.at + row.stepMs);
    }
  });
});

describe('weather', () => {
  const weather = [silent('weather', 'first'), silent('weather', 'second')];
  const issue = (provider: string, fetchedAt: number, tempC: number, more = {}) => {
    const rows = Array.from({ length: 48 }, (_, hour) => weatherRow(fetchedAt + hour * HOUR, { tempC, ...more }));
    const [table] = weatherTables(rows);
    if (!table) throw new Error('no table');
    return { ...table, provider, issuedAt: fetchedAt - HOUR, fetchedAt, confirmedAt: fetchedAt };
  };

  it('is the newest issue of the first provider that is fresh', async () => {
    const { feeds, store } = await feedHouse({ weather }, { start: false });
    store.feeds.issues.put(HOME, 'weather', issue('first', NOW - 2 * HOUR, 1));
    store.feeds.issues.put(HOME, 'weather', issue('first', NOW - HOUR, 2));
    store.feeds.issues.put(HOME, 'weather', issue('second', NOW, 3));
    expect(feeds.weatherFor(HOME, NOW, NOW + HOUR)).toMatchObject([{ tempC: 2, provider: 'first', assumed: false }]);
  });

  it('is the next provider’s where the first is old, and the old one’s beyond its end', async () => {
    const { feeds, store } = await feedHouse({ weather }, { start: false });
    store.feeds.issues.put(HOME, 'weather', issue('first', NOW - 10 * HOUR, 1));
    expect(feeds.weatherFor(HOME, NOW, NOW + HOUR)).toMatchObject([{ tempC: 1 }]);
    store.feeds.issues.put(HOME, 'weather', issue('second', NOW, 3));
    expect(feeds.weatherFor(HOME, NOW, NOW + HOUR)).toMatchObject([{ tempC: 3 }]);
    store.feeds.issues.confirm(HOME, 'weather', 'first', NOW);
    expect(feeds.weatherFor(HOME, NOW, NOW + HOUR)).toMatchObject([{ tempC: 1 }]);
  });

  it('estimates irradiance from cloud where nobody gives it, and says so', async () => {
    const { feeds, store } = await feedHouse({ weather }, { start: false });
    store.feeds.issues.put(HOME, 'weather', issue('first', NOW, 1, { cloudPct: 0 }));
    store.feeds.issues.put(HOME, 'weather', issue('second', NOW, 1, { ghiWm2: 77 }));
    const noon = Date.UTC(2026, 10, 21, 11);
    const [clear] = feeds.weatherFor(HOME, noon, noon + HOUR);
    expect(clear?.irradianceEstimated).toBe(true);
    expect(clear?.ghiWm2).toBeGreaterThan(200);
    store.feeds.issues.put(HOME, 'weather', issue('first', NOW + 1, 1, { cloudPct: 100 }));
    const [dull] = feeds.weatherFor(HOME, noon + HOUR, noon + 2 * HOUR);
    expect((dull?.ghiWm2 ?? 0) / (clear?.ghiWm2 ?? 1)).toBeLessThan(0.4);
  });

  it('is assumed from the home’s own history where nobody says anything, never in the past', async () => {
    const { feeds, store } = await feedHouse({ weather }, { start: false });
    const rows = Array.from({ length: 10 * 24 }, (_, hour) => {
      const at = NOW - 10 * DAY + hour * HOUR;
      const sun = Math.max(0, Math.sin(((((at / HOUR) % 24) - 7) / 8) * Math.PI));
      const isDay = (at / HOUR) % 24 >= 7 && (at / HOUR) % 24 <= 15;
      return weatherRow(at, { tempC: 5, ghiWm2: isDay ? 150 * sun : 0 });
    });
    for (const table of weatherTables(rows)) store.feeds.past.put(HOME, 'weather', 'first', table, NOW);
    const tomorrow = feeds.weatherFor(HOME, NOW + DAY, NOW + 2 * DAY);
    expect(tomorrow).toHaveLength(24);
    expect(tomorrow.every((row) => row.assumed && row.provider === 'climatology')).toBe(true);
    expect(tomorrow.every((row) => row.tempC === 5)).toBe(true);
    const best = Math.max(...tomorrow.map((row) => row.ghiWm2 ?? Number.NaN));
    expect(best).toBeGreaterThan(80);
    expect(best).toBeLessThan(300);
    expect(feeds.weatherFor(HOME, NOW - 20 * DAY, NOW - 15 * DAY)).toEqual([]);
    expect(feeds.weatherFor(HOME, NOW - DAY, NOW)).toHaveLength(24);
    expect(feeds.weatherFor(HOME, NOW + DAY, NOW + 2 * DAY, NOW)).toEqual([]);
  });

  it('shows percentiles of the ensemble beside the chain’s rows', async () => {
    const noon = Date.UTC(2026, 10, 21, 11);
    const unknown = { tempC: null, cloudPct: null, windMs: null, windFromDeg: null, humidityPct: null };
    const members = { ...unknown, pressureHpa: null, precipitationMm: null, ghiP10Wm2: 10, ghiP90Wm2: 20 };
    const band = scriptedProvider(
      'weather',
      'band',
      ({ from, to }) => wholeWindow(members)({ from: Math.max(from, noon), to: Math.min(to, noon + 4 * HOUR) }),
      { role: 'band' },
    );
    const { feeds, clock } = await feedHouse(
      { weather: [scriptedProvider('weather', 'a', wholeWindow()), band] },
      { now: noon - HOUR },
    );
    await clock.advance(60_000);
    expect(band.calls).toHaveLength(1);
    const rows = feeds.weatherFor(HOME, noon, noon + 6 * HOUR);
    expect(rows.map((row) => [row.provider, row.ghiP10Wm2, row.ghiP90Wm2])).toEqual([
      ...Array(4).fill(['a', 10, 20]),
      ...Array(2).fill(['a', null, null]),
    ]);
  });

  it('stays small: a year of one home', async () => {
    const { store } = await tempStore();
    store.transaction(() => {
      for (let hours = 400 * 24; hours > 0; hours -= 6)
        store.feeds.issues.put(HOME, 'weather', issue('first', NOW - hours * HOUR, hours % 30, { ghiWm2: 10 }));
    });
    store.feeds.issues.thin(HOME, NOW);
    const year = Array.from({ length: 365 * 24 }, (_, hour) =>
      weatherRow(NOW - 365 * DAY + hour * HOUR, { ghiWm2: 10 }),
    );
    for (const table of weatherTables(year)) store.feeds.past.put(HOME, 'weather', 'first', table, NOW);
    expect(store.sizes().bytes).toBeLessThan(8_000_000);
    expect(store.feeds.past.range(HOME, 'weather', NOW - 365 * DAY, NOW).length).toBeGreaterThan(360);
  });

  it('keeps every issue of a day, then one of six hours, then two days of it', async () => {
    const { store } = await tempStore();
    const put = (hours: number) =>
      store.feeds.issues.put(HOME, 'weather', { ...issue('first', NOW - hours * HOUR, 1) });
    for (let hours = 1; hours <= 48; hours += 1) put(hours);
    store.feeds.issues.thin(HOME, NOW);
    const kept = store.feeds.issues
      .overlapping(HOME, 'weather', 0, NOW * 2, NOW)
      .map((each) => (NOW - each.fetchedAt) / HOUR);
    expect(kept.filter((hours) => hours <= 24)).toHaveLength(24);
    const older = kept.filter((hours) => hours > 24);
    expect(older.length).toBeGreaterThanOrEqual(4);
    expect(older.length).toBeLessThanOrEqual(5);
  });
});
