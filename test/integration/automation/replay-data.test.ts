import { describe, expect, it } from 'vitest';
import { readReplayData } from '../../../main/automation/replay/read-data.ts';
import type { ReplayData, ReplayTask } from '../../../main/automation/replay/types.ts';
import { channelId } from '../../../main/ids.ts';
import { withSources } from '../../../main/learning/hour-sources.ts';
import type { SeriesKey, Store } from '../../../main/store/types.ts';
import type { Quality } from '../../../preload/contract/base.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import { checkedHome } from '../../support/automation/checked-home.ts';
import { replayHome } from '../../support/automation/replay-data.ts';
import { above, ref, ruleOf } from '../../support/automation/rules.ts';
import { HOME, NOW, tempStore } from '../../support/store/temp-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const A = ref('miner-a');
const LOAD: SeriesKey = { siteId: HOME, deviceId: '', channelId: channelId('site:load'), metric: 'powerW' };
const of = (metric: 'powerW' | 'on'): SeriesKey => ({ siteId: HOME, ...A, metric });

const rollup = (
  store: Store,
  key: SeriesKey,
  step: 'hour' | '15min',
  at: number,
  mean: number,
  quality: Quality = 'good',
) =>
  store.rollups.write(step, [
    {
      seriesId: store.series.idOf(key),
      ...{ at, mean, minimum: mean, maximum: mean, count: 15, energyKwh: mean / 1000, quality },
    },
  ]);
const raw = (store: Store, key: SeriesKey, at: number, value: number): void =>
  store.readings.append([{ seriesId: store.series.idOf(key), at, value, quality: 'good' }]);

const read = (store: Store, from: number, to: number, rules: readonly Rule[] = []): ReplayData => {
  const task: ReplayTask = {
    databasePath: store.databasePath,
    home: replayHome({ channels: checkedHome().channels }),
    rules: rules.map((rule) => ({ rule, dry: false })),
    from,
    to,
  };
  return withSources(store.databasePath, (sources) => readReplayData(sources, task));
};
const FROM = NOW - 4 * DAY_MS;
const at = (data: ReplayData, column: Float64Array, moment: number): number =>
  column[(moment - data.from) / data.stepMs] ?? Number.NaN;

describe('the past at equal steps', () => {
  it('takes minutes before quarters before hours, and leaves out what is suspect', async () => {
    const { store } = await tempStore();
    rollup(store, LOAD, 'hour', FROM, 100);
    rollup(store, LOAD, 'hour', FROM + HOUR_MS, 900, 'suspect');
    rollup(store, LOAD, '15min', FROM + 30 * MINUTE_MS, 200);
    for (const minute of [35, 36]) raw(store, LOAD, FROM + minute * MINUTE_MS, minute * 10);
    const data = read(store, FROM, NOW);
    expect(data.stepMs).toBe(5 * MINUTE_MS);
    const load = [0, 25, 30, 35, 40, 45].map((minute) => at(data, data.loadW, FROM + minute * MINUTE_MS));
    expect(load).toEqual([100, 100, 200, 355, 200, 100]);
    expect(at(data, data.loadW, FROM + HOUR_MS)).toBeNaN();
    expect(data.steps).toBe((4 * DAY_MS) / data.stepMs);
    expect(read(store, NOW - HOUR_MS, NOW).stepMs).toBe(MINUTE_MS);
    expect(read(store, NOW - 100 * DAY_MS, NOW).stepMs).toBe(15 * MINUTE_MS);
  });

  it('knows that a channel was on as it was written down, else by its power, and nothing after it went away', async () => {
    const { store } = await tempStore();
    const start = NOW - 2 * HOUR_MS;
    raw(store, of('on'), start - DAY_MS, 1);
    raw(store, of('on'), start + 30 * MINUTE_MS, 0);
    for (let minute = 0; minute < 60; minute += 1) raw(store, of('powerW'), start + minute * MINUTE_MS, 3);
    const channel = read(store, start, NOW);
    const on = channel.channels.get('miner-a/switch:0')?.on ?? new Float64Array();
    expect([0, 29, 30, 59].map((minute) => on[minute])).toEqual([1, 1, 0, 0]);
    // It was last heard of with its power; an hour after its last word nothing is claimed.
    expect(on[110]).toBeNaN();
    rollup(store, of('powerW'), 'hour', NOW - 10 * DAY_MS, 800);
    rollup(store, of('powerW'), 'hour', NOW - 10 * DAY_MS + HOUR_MS, 2);
    const older = read(store, NOW - 10 * DAY_MS, NOW - 9 * DAY_MS);
    const olderOn = older.channels.get('miner-a/switch:0')?.on ?? new Float64Array();
    expect([0, 60, 119, 120].map((minute) => olderOn[minute])).toEqual([1, 0, 0, Number.NaN]);
  });

  it('takes a load of which nothing was kept for off where the rest of the house explains everything', async () => {
    const { store } = await tempStore();
    const household = { ...LOAD, channelId: channelId('site:household') };
    for (const [hour, load] of [
      [0, 510],
      [1, 1_500],
    ] as const) {
      rollup(store, LOAD, 'hour', FROM + hour * HOUR_MS, load);
      rollup(store, household, 'hour', FROM + hour * HOUR_MS, 500);
    }
    const on = read(store, FROM, NOW).channels.get('miner-a/switch:0')?.on ?? new Float64Array();
    expect(on[0]).toBe(0);
    expect(on[12]).toBeNaN();
  });

  it('prices each step by what was stored, then by the fixed price', async () => {
    const { store } = await tempStore();
    const row = { stepMs: HOUR_MS, exportPerKwh: 0.05, source: 'test' };
    store.prices.upsert(HOME, [
      { ...row, at: FROM, importPerKwh: 0.2 },
      { ...row, at: FROM + HOUR_MS, importPerKwh: 0.4 },
    ]);
    const data = read(store, FROM, NOW);
    expect([0, 11, 12, 24].map((step) => data.importPerKwh[step])).toEqual([0.2, 0.2, 0.4, Number.NaN]);
    expect(data.prices).toHaveLength(2);
    const home = replayHome();
    const fixed = { ...home, settings: { ...home.settings, fixedImportPerKwh: 0.35 } };
    const task = { databasePath: store.databasePath, home: fixed, rules: [], from: FROM, to: NOW };
    const withFixed = withSources(store.databasePath, (sources) => readReplayData(sources, task));
    expect([0, 24].map((step) => withFixed.importPerKwh[step])).toEqual([0.2, 0.35]);
  });

  it('reads forecasts and carbon from when they were there, and only where a rule asks', async () => {
    const { store } = await tempStore();
    store.forecasts.put({
      siteId: HOME,
      kind: 'solar',
      issuedAt: FROM + HOUR_MS,
      stepMs: HOUR_MS,
      version: null,
      servedBy: 'baseline',
      because: '',
      points: [{ at: FROM + HOUR_MS, p10: 1, p50: 2, p90: 3 }],
    });
    const carbon = { provider: 'test', at: FROM, stepMs: 2 * HOUR_MS, gPerKwh: 300, fetchedAt: FROM + HOUR_MS };
    store.feeds.carbon.put(HOME, [{ ...carbon, kind: 'forecast' }]);
    expect(read(store, FROM, NOW).forecasts.size).toBe(0);
    const asks = ruleOf({ when: above({ of: 'forecast', kind: 'pv', hours: 6, statistic: 'sum', band: 'p50' }, 1) });
    const data = read(store, FROM, NOW, [asks]);
    expect(data.forecasts.get('solar')).toHaveLength(1);
    expect([0, 11, 12, 23, 24].map((step) => data.carbon[step])).toEqual([
      Number.NaN,
      Number.NaN,
      300,
      300,
      Number.NaN,
    ]);
  });

  it('learns what a battery does from the days before, never from the span itself', async () => {
    const { store } = await tempStore();
    const soc: SeriesKey = { ...LOAD, channelId: channelId('site:soc'), metric: 'socPct' };
    const battery: SeriesKey = { ...LOAD, channelId: channelId('site:battery') };
    const day = (key: SeriesKey, moment: number, minimum: number, maximum: number): void =>
      store.rollups.write('day', [
        {
          seriesId: store.series.idOf(key),
          ...{ at: moment, mean: minimum, minimum, maximum, count: 1440, energyKwh: 0, quality: 'good' as const },
        },
      ]);
    for (let back = 2; back < 12; back += 1) {
      day(soc, FROM - back * DAY_MS, 15, 96);
      day(battery, FROM - back * DAY_MS, -2_500, 3_000);
    }
    day(soc, FROM + DAY_MS, 1, 100);
    day(battery, FROM + DAY_MS, -9_000, 9_000);
    const home = replayHome();
    const withBattery = {
      ...home,
      settings: { ...home.settings, batteryCapacityKwh: 10 },
      safety: { ...home.safety, batteryMaxChargeW: null },
    };
    const task = { databasePath: store.databasePath, home: withBattery, rules: [], from: FROM, to: NOW };
    const data = withSources(store.databasePath, (sources) => readReplayData(sources, task));
    expect(data.battery).toMatchObject({
      minimumSocPct: 15,
      maximumSocPct: 96,
      maxChargeW: 3_000,
      maxDischargeW: 2_500,
    });
    expect(read(store, FROM, NOW).battery).toBeNull();
  });
});
