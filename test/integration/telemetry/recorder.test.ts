import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { derive } from '../../../main/telemetry/derive.ts';
import { createRecorder } from '../../../main/telemetry/recorder.ts';
import { openHouse } from '../../support/telemetry/open-house.ts';
import { configOf, SITE, scriptedDevice } from '../../support/telemetry/scripted-device.ts';

const START = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const setUp = async () => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  const telemetry = house.start();
  ends.push(telemetry.stop);
  const device = scriptedDevice(
    clock,
    'all',
    [configOf('grid', 'grid'), configOf('pv', 'pv'), configOf('battery', 'battery'), configOf('miner', 'miner')],
    { periodMs: 5_000, limitMs: 17_500 },
  );
  device.state.values = {
    grid: { powerW: 500 },
    pv: { powerW: 2_000 },
    battery: { powerW: 300, socPct: 63, voltageV: 52, tempC: 21 },
    miner: { powerW: 1_200, on: 1 },
  };
  telemetry.add(device.device);
  return { clock, ...house, telemetry, device };
};

describe('what is kept', () => {
  it('is the mean of each whole minute, named by its start', async () => {
    const { clock, device, rows } = await setUp();
    await clock.advance(MINUTE);
    device.state.values = { ...device.state.values, grid: { powerW: 700 } };
    await clock.advance(2 * MINUTE + 5_000);
    const grid = rows('site:grid', 'powerW');
    expect(grid.map(({ at }) => at)).toEqual([START, START + MINUTE, START + 2 * MINUTE]);
    expect(grid[0]).toMatchObject({ value: 500, quality: 'good' });
    expect(grid[1]?.value).toBeGreaterThan(650);
    expect(grid[2]?.value).toBe(700);
    expect(rows('site:load', 'powerW')[0]?.value).toBe(2_200);
    expect(rows('site:household', 'powerW')[0]?.value).toBe(1_000);
    expect(rows('site:soc', 'socPct')[0]?.value).toBe(63);
    expect(rows('miner', 'powerW', deviceId('all'))[0]?.value).toBe(1_200);
    expect(rows('battery', 'voltageV', deviceId('all'))[0]?.value).toBe(52);
  });

  it('is these series and no more', async () => {
    const { clock, store } = await setUp();
    await clock.advance(3 * MINUTE);
    expect(
      store.series
        .listOf(SITE)
        .map(({ channelId: channel, metric }) => `${channel} ${metric}`)
        .sort(),
    ).toEqual([
      'battery tempC',
      'battery voltageV',
      'miner on',
      'miner powerW',
      'site:battery powerW',
      'site:grid powerW',
      'site:household powerW',
      'site:load powerW',
      'site:pv powerW',
      'site:soc socPct',
    ]);
  });

  it('is a state only when it changes', async () => {
    const { clock, device, rows } = await setUp();
    await clock.advance(10 * MINUTE);
    device.state.values = { ...device.state.values, miner: { powerW: 0, on: 0 } };
    await clock.advance(10 * MINUTE);
    expect(rows('miner', 'on', deviceId('all')).map(({ value }) => value)).toEqual([1, 0]);
  });

  it('has a gap where the device was away, and nothing filled in', async () => {
    const { clock, device, rows, store } = await setUp();
    await clock.advance(3 * MINUTE);
    device.state.away = true;
    await clock.advance(10 * MINUTE);
    device.state.away = false;
    await clock.advance(8 * MINUTE);
    const minutes = rows('site:grid', 'powerW').map(({ at }) => (at - START) / MINUTE);
    expect(minutes.slice(0, 3)).toEqual([0, 1, 2]);
    const missing = minutes.findIndex((minute, index) => index > 0 && minute - (minutes[index - 1] ?? 0) > 1);
    expect((minutes[missing] ?? 0) - (minutes[missing - 1] ?? 0)).toBeGreaterThan(9);
    expect(store.events.list(SITE, 5)).toMatchObject([
      { kind: 'gap', text: expect.stringMatching(/all gave no readings for 1\d min/) },
    ]);
  });

  it('survives the stop: the running minute is written when there is enough of it', async () => {
    const { clock, rows, telemetry } = await setUp();
    await clock.advance(40_000);
    await telemetry.stop();
    expect(rows('site:grid', 'powerW')).toMatchObject([{ at: START, value: 500 }]);
  });

  it('is no mean of too few samples', async () => {
    const { clock, rows, telemetry } = await setUp();
    await clock.advance(16_000);
    await telemetry.stop();
    expect(rows('site:grid', 'powerW')).toEqual([]);
  });

  it('notes at the next start how long nothing ran', async () => {
    const { clock, device, start, store, telemetry } = await setUp();
    await clock.advance(5 * MINUTE);
    await telemetry.stop();
    await clock.advance(30 * MINUTE);
    const again = start();
    ends.push(again.stop);
    again.add(device.device);
    expect(store.events.list(SITE, 5)).toMatchObject(
      [{ kind: 'gap', text: /did not run for 3\d min/ }].map(() => ({ kind: 'gap' })),
    );
    expect(store.events.list(SITE, 5)[0]?.text).toMatch(/did not run for 3\d min/);
  });

  it('notes a counter that began anew, once', async () => {
    const { clock, device, store } = await setUp();
    device.state.values = { grid: { powerW: 500, energyKwh: 900 } };
    await clock.advance(MINUTE);
    device.state.values = { grid: { powerW: 500, energyKwh: 0 } };
    await clock.advance(MINUTE);
    expect(store.events.list(SITE, 5)).toMatchObject([{ kind: 'counter-reset' }]);
  });
});

it('keeps rows while the disk is full, writes them when it is not, and says each once', async () => {
  const clock = replayClock(START);
  const house = await openHouse(clock);
  ends.push(house.end);
  let isFull = true;
  const store = {
    series: house.store.series,
    readings: {
      ...house.store.readings,
      append: (rows: Parameters<typeof house.store.readings.append>[0]) => {
        if (isFull) throw new Error('database or disk is full');
        house.store.readings.append(rows);
      },
    },
  };
  const recorder = createRecorder({ store, clock, log: house.log, qualityOf: () => 'demo' });
  const config = configOf('grid', 'grid');
  const sample = () => {
    const times = { measuredAt: clock.now(), receivedAt: clock.now(), limitMs: 10_000 };
    const reading = {
      channelId: channelId('grid'),
      metric: 'powerW' as const,
      value: 5,
      quality: 'good' as const,
      ...times,
    };
    const channels = [{ deviceId: deviceId('d'), config, readings: { powerW: reading } }];
    recorder.sample(derive({ siteId: SITE, at: clock.now(), channels }), channels);
  };
  for (let tick = 0; tick < 60; tick += 1) {
    sample();
    await clock.advance(5_000);
  }
  expect(house.rows('site:grid', 'powerW')).toHaveLength(0);
  isFull = false;
  recorder.flush(true);
  expect(house.rows('site:grid', 'powerW').map(({ at, quality }) => [(at - START) / MINUTE, quality])).toEqual(
    [0, 1, 2, 3, 4].map((minute) => [minute, 'demo']),
  );
  expect(house.sink.lines.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
  expect(house.sink.lines.filter((line) => line.includes('can be written again'))).toHaveLength(1);
  expect(recorder.lostRows()).toBe(0);
});
