import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coveragePct } from '../../../main/gateway/views/energy.ts';
import { intervalsToday } from '../../../main/gateway/views/today.ts';
import { channelId } from '../../../main/ids.ts';
import { addLocalDays, localDate, startOfLocalDay } from '../../../main/zone.ts';
import { DEMO_SITE, openDemoHome, ZONE } from '../../support/learning/demo-home.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-21T08:40:00Z');

describe('demo history', () => {
  let home: Awaited<ReturnType<typeof openDemoHome>>;
  beforeAll(async () => {
    home = await openDemoHome(NOW, true);
  });
  afterAll(() => home.close());
  const seriesId = (name: string): number =>
    home.store.series.idOf({
      siteId: DEMO_SITE.id,
      deviceId: '',
      channelId: channelId(`site:${name}`),
      metric: name === 'soc' ? 'socPct' : 'powerW',
    });
  const rows = (step: '15min' | 'hour' | 'day', name: string, from = 0, to = NOW) =>
    home.store.rollups.range(step, seriesId(name), from, to);

  it('covers 400 days in hours and days and 72 h in quarters, up to the last whole one', () => {
    const hours = rows('hour', 'pv');
    expect(hours[0]?.at).toBe(addLocalDays(NOW, -400, ZONE));
    expect(hours.at(-1)?.at).toBe(Date.parse('2026-11-21T07:00:00Z'));
    expect(rows('15min', 'soc').at(-1)?.at).toBe(Date.parse('2026-11-21T08:15:00Z'));
    expect(rows('15min', 'pv')).toHaveLength(72 * 4 + 2);
    expect(rows('day', 'pv').at(-1)?.at).toBe(addLocalDays(NOW, -1, ZONE));
  });

  it('balances in every hour: pv + grid = load + battery, and says that it is another year’s', () => {
    const by = ['pv', 'grid', 'load', 'battery'].map((name) => rows('hour', name));
    const [pv = [], grid = [], load = [], battery = []] = by;
    pv.forEach((row, index) => {
      expect(row.mean + (grid[index]?.mean ?? 0)).toBeCloseTo(
        (load[index]?.mean ?? 0) + (battery[index]?.mean ?? 0),
        3,
      );
      expect(row.quality).toBe('demo');
    });
    for (const row of rows('hour', 'soc')) {
      expect(row.quality).toBe('estimated');
      expect(row.minimum).toBeGreaterThanOrEqual(10);
      expect(row.maximum).toBeLessThanOrEqual(100);
      expect(row.energyKwh).toBeNull();
    }
  });

  it('says in minutes how much of each interval has data', () => {
    const whole = (at: number): number => (addLocalDays(at, 1, ZONE) - at) / 60_000;
    for (const name of ['pv', 'soc']) {
      expect(new Set(rows('15min', name).map((row) => row.count))).toEqual(new Set([15]));
      const hours = rows('hour', name).map((row) => row.count);
      expect(Math.max(...hours)).toBe(60);
      expect(hours.filter((count) => count === 60).length).toBeGreaterThan(hours.length * 0.99);
      const full = rows('day', name).filter((row) => row.count === whole(row.at));
      expect(new Set(full.map((row) => row.count))).toEqual(new Set([1380, 1440, 1500]));
      expect(full.length).toBeGreaterThan(380);
      for (const row of rows('day', name)) expect(row.count).toBeLessThanOrEqual(whole(row.at));
    }
    const dayAt = startOfLocalDay(NOW, ZONE);
    const today = intervalsToday(home.store, DEMO_SITE.id, ZONE, NOW);
    expect(coveragePct(today, dayAt, Math.floor(NOW / 900_000) * 900_000)).toBe(100);
  });

  it('leaves the logger’s gap a gap', () => {
    // The measured 2024-11-13 12:10 to 11-18 local lies on 2026-11-11 to 11-16.
    const from = Date.parse('2026-11-12T00:00:00Z');
    expect(rows('hour', 'load', from, from + 72 * HOUR_MS)).toEqual([]);
    expect(rows('day', 'load', from, from + 72 * HOUR_MS)).toEqual([]);
  });

  it.each([
    ['2026-03-29', 23],
    ['2025-10-26', 25],
    ['2026-07-01', 24],
  ])('gives %s the energy of its %i hours', (day, count) => {
    const from = startOfLocalDay(Date.parse(`${day}T10:00:00Z`), ZONE);
    const hours = rows('hour', 'household', from, addLocalDays(from, 1, ZONE));
    expect(hours).toHaveLength(count);
    const whole = rows('day', 'household', from, from + 1)[0];
    expect(whole?.energyKwh).toBeCloseTo(
      hours.reduce((sum, row) => sum + (row.energyKwh ?? 0), 0),
      6,
    );
    expect(localDate(whole?.at ?? 0, ZONE)).toBe(day);
  });

  it('brings weather and prices for the same span and 48 h ahead', () => {
    const prices = home.store.prices.range(DEMO_SITE.id, 0, NOW + 48 * HOUR_MS);
    expect(prices.length).toBeGreaterThan(400 * 24);
    expect(prices.at(-1)?.at).toBe(Date.parse('2026-11-23T08:00:00Z'));
    const mean = prices.reduce((sum, row) => sum + row.importPerKwh, 0) / prices.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.4);
    expect(new Set(prices.map((row) => row.exportPerKwh))).toEqual(new Set([0.082]));
    const weather = home.store.weather.range(DEMO_SITE.id, '2025-10-17', '2026-11-23');
    expect(weather).toHaveLength(403);
  });

  it('changes nothing that is there when it runs again', () => {
    const id = seriesId('load');
    const [first] = rows('hour', 'load');
    if (first === undefined) throw new Error('no history');
    home.store.rollups.write('hour', [{ ...first, mean: 1234, quality: 'good' }]);
    const before = rows('hour', 'load').length;
    expect(home.fill()).toMatchObject({ ok: true, value: { hours: 0, days: 0 } });
    expect(rows('hour', 'load')).toHaveLength(before);
    expect(home.store.rollups.range('hour', id, first.at, first.at + 1)[0]).toMatchObject({
      mean: 1234,
      quality: 'good',
    });
  });
});
