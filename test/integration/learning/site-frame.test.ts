import { afterEach, expect, it } from 'vitest';
import { deviceId } from '../../../main/ids.ts';
import { withSources } from '../../../main/learning/hour-sources.ts';
import { hasKind, measuredHours } from '../../../main/learning/measured-hours.ts';
import type { TaskSite } from '../../../main/learning/protocol.ts';
import { readSiteFrame } from '../../../main/learning/site-frame.ts';
import { localHour } from '../../../main/zone.ts';
import { DEMO_SITE, openDemoHome, ZONE } from '../../support/learning/demo-home.ts';
import { writeHourlyPowers } from '../../support/learning/hourly-powers.ts';
import { plugDevice } from '../../support/store/temp-store.ts';

const NOW = Date.parse('2026-11-21T10:20:00Z');
const HOUR_MS = 3_600_000;
const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;
const id = DEMO_SITE.id;
const { latitude, longitude, currency } = DEMO_SITE;
const site: TaskSite = { id, latitude, longitude, timeZone: ZONE, currency, pvPeakW: null };

let home: Awaited<ReturnType<typeof openDemoHome>>;
afterEach(() => home.close());
const read = (kind: 'solar' | 'load' | 'price', now = NOW) =>
  withSources(home.store.databasePath, (sources) => readSiteFrame(sources, site, kind, now, 10));
const hourOf = (name: string, at: number): Float32Array =>
  Float32Array.from({ length: 48 }, (_, hour) => at + hour + name.length);

it('holds weather forecasts under the moment at which they reached us, by the names that models know', async () => {
  home = await openDemoHome(NOW, false);
  writeHourlyPowers(home.store, 'household', HOUR - 200 * HOUR_MS, HOUR, () => 500);
  writeHourlyPowers(home.store, 'pv', HOUR - 200 * HOUR_MS, HOUR, () => 100);
  const issue = (provider: string, fetchedAt: number, first: number) =>
    home.store.feeds.issues.put(id, 'weather', {
      ...{ provider, issuedAt: fetchedAt - HOUR_MS, fetchedAt, confirmedAt: fetchedAt, startAt: HOUR, stepMs: HOUR_MS },
      length: 48,
      columns: {
        tempC: hourOf('tempC', first),
        windFromDeg: hourOf('dir', first),
        snowDepthM: new Float32Array(48).fill(0.1),
      },
    });
  issue('usual', HOUR - 10 * HOUR_MS, 100);
  issue('usual', HOUR - 4 * HOUR_MS, 200);
  issue('other', HOUR - 2 * HOUR_MS, 300);
  issue('usual', NOW + HOUR_MS, 400);
  home.store.feeds.past.put(
    id,
    'weather',
    'usual',
    {
      startAt: HOUR - 5 * HOUR_MS,
      stepMs: HOUR_MS,
      length: 5,
      columns: { tempC: Float32Array.of(1, 2, 3, 4, 5), precipitationMm: new Float32Array(5).fill(2) },
    },
    NOW,
  );
  const { frame, origin, nowHour } = read('load');
  expect(origin).toBe(nowHour);
  expect(frame.atOf(origin)).toBe(HOUR);
  // The provider that gave most speaks; another only where that one is silent. What came after now is not there.
  expect(frame.issued?.at('tempC', origin, origin)).toBe(205);
  expect(frame.issued?.at('tempC', origin - 5, origin)).toBe(105);
  expect(frame.issued?.at('tempC', origin - 11, origin)).toBeNaN();
  expect(frame.issued?.columns).toEqual(['snowCm', 'tempC', 'windDirDeg']);
  expect(frame.issued?.at('snowCm', origin, origin + 3)).toBeCloseTo(10);
  expect([...(frame.signals.get('tempC') ?? [])].slice(origin - 6, origin)).toEqual([Number.NaN, 1, 2, 3, 4, 5]);
  expect(frame.signals.get('precipMm')?.[origin - 1]).toBeCloseTo(2);
  expect(frame.signals.get('pv')?.[origin - 1]).toBe(100);
  expect(read('load', HOUR - 5 * HOUR_MS).frame.issued?.at('tempC', 240, 245)).toBe(105);
});

it('leaves out hours in which an inverter held the roof back', async () => {
  home = await openDemoHome(NOW, false);
  writeHourlyPowers(home.store, 'pv', HOUR - 4 * HOUR_MS, HOUR, (at) => (at < HOUR - 2 * HOUR_MS ? 3000 : 1500));
  const device = deviceId('inverter');
  const plug = plugDevice({ id: device, siteId: id });
  const [channel] = plug.channels;
  if (channel === undefined) throw new Error('the device has no channel');
  home.store.devices.add({ ...plug, channels: [{ ...channel, role: 'pv' }] }, NOW);
  const write = (metric: 'powerW' | 'powerLimitW', mean: number) => {
    const seriesId = home.store.series.idOf({ siteId: id, deviceId: device, channelId: channel.channelId, metric });
    home.store.rollups.write(
      'hour',
      [1, 2, 3, 4].map((back) => ({
        ...{ seriesId, at: HOUR - back * HOUR_MS, minimum: mean, maximum: mean, count: 60, energyKwh: null },
        ...{ mean: metric === 'powerW' && back <= 2 ? mean / 2 : mean, quality: 'good' as const },
      })),
    );
  };
  write('powerW', 3000);
  write('powerLimitW', 3000);
  const hours = measuredHours(home.store, id, 'solar', HOUR - 4 * HOUR_MS, 4);
  expect([...hours.values]).toEqual([Number.NaN, Number.NaN, 1500, 1500]);
  expect(hours).toMatchObject({ measured: 2, curtailedHours: 2 });
});

it('reads market prices until the end of the published hours, from quarters as well, and no tariff by the clock', async () => {
  home = await openDemoHome(NOW, false);
  expect(hasKind(home.store, id, 'price', NOW)).toBe(false);
  home.store.prices.upsert(
    id,
    Array.from({ length: 300 }, (_, hour) => ({
      ...{ at: HOUR - 240 * HOUR_MS + hour * HOUR_MS, stepMs: HOUR_MS, exportPerKwh: 0, source: 'by the clock' },
      importPerKwh: hour % 24 < 8 ? 0.2 : 0.3,
    })),
  );
  expect(hasKind(home.store, id, 'price', NOW)).toBe(false);
  const quarter = HOUR_MS / 4;
  home.store.feeds.prices.put(
    id,
    Array.from({ length: 4 * (240 + 13) }, (_, step) => ({
      ...{ provider: 'market', kind: 'spot' as const, at: HOUR - 240 * HOUR_MS + step * quarter, stepMs: quarter },
      ...{ perKwh: step / 1000, currency: 'EUR', fetchedAt: NOW },
    })),
  );
  expect(hasKind(home.store, id, 'price', NOW)).toBe(true);
  home.store.feeds.commodities.put(id, [
    { provider: 'p', name: 'gas', at: HOUR - 30 * HOUR_MS, value: 40, unit: 'EUR/MWh', fetchedAt: NOW },
    { provider: 'p', name: 'gas', at: HOUR - 6 * HOUR_MS, value: 50, unit: 'EUR/MWh', fetchedAt: NOW },
  ]);
  // Three hours of a market are a market's as well.
  expect(measuredHours(home.store, id, 'price', HOUR, 3).measured).toBe(3);
  const { frame, origin, nowHour, measured } = read('price');
  expect(origin - nowHour).toBe(13);
  expect(measured).toBe(253);
  expect(frame.hours - origin).toBe(72);
  expect(frame.values[0]).toBeCloseTo((0 + 1 + 2 + 3) / 4000);
  expect(frame.values[origin - 1]).toBeCloseTo((4 * 252 + 1.5) / 1000);
  expect(frame.values[origin]).toBeNaN();
  expect(frame.signals.get('gas')?.[nowHour - 7]).toBe(40);
  expect(frame.signals.get('gas')?.[nowHour - 6]).toBe(50);
  expect(frame.signals.get('gas')?.[nowHour - 31]).toBeNaN();
});

it('leaves out solar hours in which the panels only followed the load, and keeps what was measured beside it', async () => {
  home = await openDemoHome(NOW, false);
  const hours = 60 * 24;
  const from = HOUR - hours * HOUR_MS;
  const held = (at: number): boolean => at >= HOUR - 5 * 24 * HOUR_MS;
  const LOAD_W = 400;
  const sun = (at: number): number => {
    const hour = localHour(at, ZONE);
    return Math.max(0, 3_000 * Math.sin(((hour - 7) / 10) * Math.PI)) * (hour >= 7 && hour <= 17 ? 1 : 0);
  };
  writeHourlyPowers(home.store, 'load', from, HOUR, () => LOAD_W);
  writeHourlyPowers(home.store, 'pv', from, HOUR, (at) => (held(at) ? Math.min(sun(at), LOAD_W) : sun(at)));
  const { frame, asMeasured, origin } = withSources(home.store.databasePath, (sources) =>
    readSiteFrame(sources, site, 'solar', NOW, 60),
  );
  const lost = (index: number): boolean => Number.isNaN(frame.values[index]) && !Number.isNaN(asMeasured.values[index]);
  const gone = Array.from({ length: origin }, (_, index) => index).filter(lost);
  expect(gone.length).toBeGreaterThan(20);
  expect(gone.every((index) => held(frame.atOf(index)))).toBe(true);
});
