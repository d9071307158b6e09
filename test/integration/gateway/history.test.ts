import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { coveragePct, totalsOf } from '../../../main/gateway/views/energy.ts';
import { historyOf } from '../../../main/gateway/views/history.ts';
import { intervalsToday } from '../../../main/gateway/views/today.ts';
import { channelId, deviceId, siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { channelEnergyToday } from '../../../main/store/quarters-today.ts';
import { createReadClient, type ReadClient } from '../../../main/store/read-client.ts';
import { openStore } from '../../../main/store/store.ts';
import type { SeriesKey, Store } from '../../../main/store/types.ts';
import { type HistoryView, historyViewSchema } from '../../../preload/contract/insight.ts';
import { channelConfig } from '../../support/house-views.ts';

const ZONE = 'Europe/Berlin';
const HOME = siteId('home');
const PLUG = deviceId('plug-a');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const folder = mkdtempSync(join(tmpdir(), 'commandcenter-history-'));
const clock = systemClock();
const log = createLog(memorySink(), clock);
const local = (iso: string): number => DateTime.fromISO(iso, { zone: ZONE }).toMillis();
/** The short day and the night before it, in Berlin's summer time change. */
const FROM = local('2026-03-28T00:00');
const NOW = local('2026-03-30T06:05');

let store: Store;
let read: ReadClient;

const keyOf = (series: string): SeriesKey => ({
  siteId: HOME,
  deviceId: '',
  channelId: channelId(`site:${series}`),
  metric: series === 'soc' ? 'socPct' : 'powerW',
});
const PLUG_KEY: SeriesKey = { siteId: HOME, deviceId: PLUG, channelId: channelId('switch:0'), metric: 'powerW' };
/** No measurement from 10:00 to 12:00 on the short day. */
const gap = (at: number): boolean => at >= local('2026-03-29T10:00') && at < local('2026-03-29T12:00');
const POWERS = { pv: 2000, load: 1000, grid: -600, battery: 400 };

beforeAll(async () => {
  const opened = await openStore({ folder, clock, log });
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sites.add(
    {
      id: HOME,
      name: 'Home',
      latitude: 50,
      longitude: 8,
      timeZone: ZONE,
      currency: 'EUR',
      demo: true,
      provenance: 'x',
    },
    FROM,
  );
  store.transaction(() => {
    for (const [series, value] of [...Object.entries(POWERS), ['soc', 55] as const]) {
      const seriesId = store.series.idOf(keyOf(series));
      const rows = [];
      for (let at = FROM; at < NOW; at += MINUTE_MS)
        if (!gap(at))
          rows.push({ seriesId, at, value, quality: at < local('2026-03-29T00:00') ? 'demo' : 'good' } as const);
      store.readings.append(rows);
    }
    const plug = store.series.idOf(PLUG_KEY);
    const rows = [];
    for (let at = local('2026-03-30T00:00'); at < NOW; at += MINUTE_MS)
      rows.push({ seriesId: plug, at, value: 600, quality: 'good' } as const);
    store.readings.append(rows);
  });
  store.rollups.roll(HOME, ZONE, local('2026-03-30T05:30'));
  read = createReadClient({
    workerUrl: new URL('../../../main/store/read-worker.ts', import.meta.url),
    databasePath: store.databasePath,
    clock,
    log,
  });
});

afterAll(async () => {
  await read.stop();
  store.close();
  rmSync(folder, { recursive: true });
});

const device = {
  id: PLUG,
  siteId: HOME,
  driverId: 'shelly-gen2',
  name: 'Plug',
  identity: null,
  connection: { host: 'plug', port: 80 },
  channels: [channelConfig()],
};

const history = async (
  from: string,
  to: string,
  step: HistoryView['step'],
  channels = false,
  now = NOW,
): Promise<HistoryView> => {
  const answer = await historyOf(
    { read, find: store.series.find },
    {
      query: { siteId: HOME, from: local(from), to: local(to), step, channels },
      now,
      site: { timeZone: ZONE, demo: true },
      settings: { fixedImportPerKwh: 0.3, fixedExportPerKwh: 0.1 },
      devices: [device],
      prices: [],
    },
  );
  if (!answer.ok) throw new Error(answer.error.message);
  return historyViewSchema.parse(answer.value);
};

describe('history from a real database through the read worker', () => {
  it('the short day has 23 hours and its gap stays a gap', async () => {
    const view = await history('2026-03-29', '2026-03-30', 'hour');
    expect(view.at).toHaveLength(23);
    expect(view.series.pv?.filter((value) => value === null)).toHaveLength(2);
    expect(view.series.pv?.[view.at.indexOf(local('2026-03-29T10:00'))]).toBeNull();
    expect(view.series.soc?.[0]).toBe(55);
    expect(view.totals).toMatchObject({
      pvKwh: expect.closeTo(42, 6),
      loadKwh: expect.closeTo(21, 6),
      importKwh: 0,
      exportKwh: expect.closeTo(12.6, 6),
      chargeKwh: expect.closeTo(8.4, 6),
      dischargeKwh: 0,
      selfConsumptionPct: expect.closeTo(70, 6),
      selfSufficiencyPct: 100,
      cost: expect.closeTo(-1.26, 6),
      coveragePct: expect.closeTo((100 * 21) / 23, 6),
    });
  });

  it('days begin at local midnight', async () => {
    const view = await history('2026-03-28', '2026-03-30', 'day');
    expect(view.at).toEqual([local('2026-03-28'), local('2026-03-29')]);
    expect(view.series.load).toEqual([expect.closeTo(1000, 6), expect.closeTo(1000, 6)]);
    expect(view.totals.loadKwh).toBeCloseTo(24 + 21, 6);
    expect(view.totals.coveragePct).toBeCloseTo((100 * 45) / 47, 6);
  });

  it('all steps agree on the sums', async () => {
    const sums = await Promise.all(
      (['15min', 'hour', 'day'] as const).map(async (step) => (await history('2026-03-28', '2026-03-30', step)).totals),
    );
    for (const total of sums) expect(total.exportKwh).toBeCloseTo(27, 6);
  });

  it('raw is the minutes, with the hole where nothing was measured', async () => {
    const view = await history('2026-03-29T09:58', '2026-03-29T10:02', 'raw');
    expect(view.series.pv).toEqual([2000, 2000, null, null]);
  });

  it('says when the numbers are of another year', async () => {
    expect((await history('2026-03-28', '2026-03-29', 'hour')).mapped).toBe(true);
    expect((await history('2026-03-29', '2026-03-30', 'hour')).mapped).toBe(false);
  });

  it('adds the loads when asked', async () => {
    const view = await history('2026-03-30', '2026-03-30T04:00', 'hour', true);
    expect(view.channels).toEqual({
      'plug-a/switch:0': { name: 'Miner A', values: Array.from({ length: 4 }, () => expect.closeTo(600, 6)) },
    });
    expect((await history('2026-03-30', '2026-03-30T04:00', 'hour')).channels).toEqual({});
  });

  it('a span before all data is empty, not zero', async () => {
    const view = await history('2025-01-01', '2025-01-02', 'hour');
    expect(view.at).toHaveLength(24);
    expect(view.series.pv?.every((value) => value === null)).toBe(true);
    expect(view.totals).toMatchObject({ pvKwh: null, cost: null, coveragePct: 0 });
  });

  it('what lies in the future does not count as missing', async () => {
    // A few minutes after the rollups ran: of the hour and the quarter that are not over nothing is missing yet.
    const at = local('2026-03-30T05:33');
    for (const step of ['15min', 'hour'] as const)
      expect((await history('2026-03-30', '2026-03-31', step, false, at)).totals.coveragePct).toBe(100);
  });

  it('refuses a year of minutes with advice', async () => {
    await expect(history('2025-01-01', '2026-01-01', 'raw')).rejects.toThrow('more than a chart can show');
  });
});

describe('today, with the minutes that are not rolled yet', () => {
  it('counts the minutes so far, not those of the whole day', () => {
    expect(coveragePct(intervalsToday(store, HOME, ZONE, NOW), local('2026-03-30'), NOW)).toBe(100);
  });

  it('sums the site up to now', () => {
    const totals = totalsOf(intervalsToday(store, HOME, ZONE, NOW));
    expect(totals.pvKwh).toBeCloseTo((2 * (NOW - local('2026-03-30'))) / HOUR_MS, 6);
  });

  it('sums a channel up to now, and knows nothing of one that was never measured', () => {
    const spanHours = (NOW - local('2026-03-30')) / HOUR_MS;
    expect(channelEnergyToday(store, PLUG_KEY as typeof PLUG_KEY & { deviceId: typeof PLUG }, ZONE, NOW)).toBeCloseTo(
      0.6 * spanHours,
      6,
    );
    const other = { siteId: HOME, deviceId: deviceId('plug-z'), channelId: channelId('switch:0') };
    expect(channelEnergyToday(store, other, ZONE, NOW)).toBeNull();
  });
});
