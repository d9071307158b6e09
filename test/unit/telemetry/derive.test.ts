import { describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { type DerivedChannel, derive } from '../../../main/telemetry/derive.ts';
import type { Metric } from '../../../preload/contract/base.ts';
import type { ChannelConfig, ChannelRole } from '../../../preload/contract/devices.ts';
import { configOf, SITE } from '../../support/telemetry/scripted-device.ts';

const AT = Date.UTC(2026, 5, 1, 12);
const LIMIT = 10_000;
const FRESH = 0;
const LATE = 7_000;
const STALE = 11_000;

const channel = (
  id: string,
  role: ChannelRole,
  values: Partial<Record<Metric, number>>,
  ageMs = FRESH,
  extra: Partial<ChannelConfig> = {},
): DerivedChannel => ({
  deviceId: deviceId(id),
  config: configOf(id, role, extra),
  readings: Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [
      metric,
      {
        channelId: channelId(id),
        metric: metric as Metric,
        value,
        measuredAt: AT - ageMs,
        receivedAt: AT - ageMs,
        quality: 'good',
        limitMs: LIMIT,
      },
    ]),
  ),
});
const live = (...channels: readonly DerivedChannel[]) => derive({ siteId: SITE, at: AT, channels });
const seen = ({ value, freshness }: { readonly value: number | null; readonly freshness: string }) => [
  value,
  freshness,
];

const pv = channel('pv', 'pv', { powerW: 3_000 });
const grid = channel('grid', 'grid', { powerW: -500 });
const battery = channel('battery', 'battery', { powerW: 1_000, socPct: 71, tempC: 21, voltageV: 52.4 });
const load = channel('load', 'load', { powerW: 1_500 });
const miner = channel('miner', 'miner', { powerW: 1_200, on: 1 });

describe('the state of a home', () => {
  it('takes what is measured, and closes the balance', () => {
    const state = live(pv, grid, battery, load, miner);
    expect(seen(state.pvW)).toEqual([3_000, 'fresh']);
    expect(seen(state.gridW)).toEqual([-500, 'fresh']);
    expect(seen(state.batteryW)).toEqual([1_000, 'fresh']);
    expect(seen(state.loadW)).toEqual([1_500, 'fresh']);
    expect(seen(state.householdW)).toEqual([300, 'fresh']);
    expect(seen(state.socPct)).toEqual([71, 'fresh']);
    expect([state.unmeasuredW, state.balanced]).toEqual([0, true]);
    expect(state.loads).toMatchObject([{ name: 'miner', on: true, note: 'mining' }]);
    expect(() => Object.assign(state.pvW, { value: 1 })).toThrow(TypeError);
  });

  it('is all absent where nothing was ever read: no number anywhere', () => {
    const empty = (name: string, role: ChannelRole) => channel(name, role, {});
    for (const state of [
      live(),
      live(empty('p', 'pv'), empty('g', 'grid'), empty('b', 'battery'), empty('m', 'miner')),
    ]) {
      for (const measure of [state.pvW, state.gridW, state.batteryW, state.loadW, state.householdW, state.socPct])
        expect(seen(measure)).toEqual([null, 'absent']);
      expect([state.unmeasuredW, state.balanced]).toEqual([null, null]);
    }
  });

  it('reckons the load by balance, in a home without a battery too', () => {
    expect(seen(live(pv, grid, battery).loadW)).toEqual([1_500, 'fresh']);
    expect(seen(live(pv, grid).loadW)).toEqual([2_500, 'fresh']);
    expect(live(pv, grid, battery).balanced).toBeNull();
  });

  it.each([
    ['pv', [channel('pv', 'pv', { powerW: 3_000 }, STALE), grid, battery]],
    ['grid', [pv, channel('grid', 'grid', { powerW: -500 }, STALE), battery]],
    ['battery', [pv, grid, channel('battery', 'battery', { powerW: 1_000 }, STALE)]],
    ['grid (never read)', [pv, channel('grid', 'grid', {}), battery]],
    ['grid (not there)', [pv, battery]],
  ])('reckons no load without %s', (_, channels) => {
    const state = live(...channels);
    expect(seen(state.loadW)).toEqual([null, 'absent']);
    expect(seen(state.householdW)).toEqual([null, 'absent']);
  });

  it('falls back to the balance when the load meter is silent, and says that it is late', () => {
    const silent = channel('load', 'load', { powerW: 9_000 }, STALE);
    expect(seen(live(pv, grid, battery, silent).loadW)).toEqual([1_500, 'late']);
    expect(live(pv, grid, battery, silent).balanced).toBeNull();
  });

  it('lets a check channel stand in for a silent primary, and says that it is late', () => {
    const silent = channel('pv', 'pv', { powerW: 3_000 }, STALE);
    const check = channel('other', 'pv', { powerW: 2_950 }, FRESH, { use: 'check' });
    expect(seen(live(silent, check).pvW)).toEqual([2_950, 'late']);
    expect(seen(live(channel('pv', 'pv', {}), check).pvW)).toEqual([2_950, 'late']);
    expect(seen(live(pv, check).pvW)).toEqual([3_000, 'fresh']);
  });

  it('takes the check channels of one device together: two strings make the sun, one of them does not', () => {
    const silent = channel('pv', 'pv', { powerW: 3_000 }, STALE);
    const string = (id: string, powerW: number, ageMs: number) => ({
      ...channel(id, 'pv', { powerW }, ageMs, { use: 'check' }),
      deviceId: deviceId('inverter'),
    });
    expect(seen(live(silent, string('1', 1_800, FRESH), string('2', 1_100, FRESH)).pvW)).toEqual([2_900, 'late']);
    expect(seen(live(silent, string('1', 1_800, FRESH), string('2', 1_100, STALE)).pvW)).toEqual([3_000, 'stale']);
    const setting = {
      ...channel('limit', 'pv', { limitA: 20 }, FRESH, { use: 'check' }),
      deviceId: deviceId('inverter'),
    };
    expect(seen(live(silent, string('1', 2_900, FRESH), setting).pvW)).toEqual([2_900, 'late']);
  });

  it('never takes a sum with a silent part for the whole', () => {
    const second = channel('pv2', 'pv', { powerW: 400 }, STALE);
    expect(seen(live(pv, second).pvW)).toEqual([3_000, 'stale']);
    expect(seen(live(pv, channel('pv2', 'pv', {})).pvW)).toEqual([3_000, 'stale']);
    expect(seen(live(channel('pv', 'pv', { powerW: 3_000 }, STALE), second).pvW)).toEqual([3_400, 'stale']);
  });

  it('is as late as its latest part', () => {
    const late = channel('pv2', 'pv', { powerW: 400 }, LATE);
    const state = live(pv, late, grid, battery);
    expect(seen(state.pvW)).toEqual([3_400, 'late']);
    expect(state.pvW.measuredAt).toBe(AT - LATE);
    expect(seen(state.loadW)).toEqual([1_900, 'late']);
  });

  it('leaves a silent load out of the loads that are taken from the household, and says so', () => {
    const silent = channel('miner', 'miner', { powerW: 1_200, on: 1 }, STALE);
    expect(seen(live(pv, grid, battery, load, silent).householdW)).toEqual([1_500, 'late']);
  });

  it('never shows negative sun, load or household', () => {
    const night = live(channel('pv', 'pv', { powerW: -9 }), grid, channel('load', 'load', { powerW: 900 }), miner);
    expect([night.pvW.value, night.householdW.value]).toEqual([0, 0]);
  });

  it.each([
    [1_599, true],
    [1_601, true],
    [1_650, true],
    [1_660, false],
    [3_000, false],
  ])('with a load of %i W beside 3 kW of flow is balanced: %s', (powerW, balanced) => {
    const state = live(pv, grid, battery, channel('load', 'load', { powerW }));
    expect(state.balanced).toBe(balanced);
    expect(state.unmeasuredW).toBe(1_500 - powerW);
  });

  it('means levels over two batteries and takes one that is alone in knowing', () => {
    const second = channel('b2', 'battery', { powerW: 10, socPct: 61 });
    const state = live(battery, second);
    expect(seen(state.socPct)).toEqual([66, 'fresh']);
    expect(seen(state.batteryTempC)).toEqual([21, 'fresh']);
    expect(seen(state.batteryW)).toEqual([1_010, 'fresh']);
  });

  it('sorts loads by priority and says what each does', () => {
    const notes = live(
      channel('z', 'other-load', { powerW: 900, on: 1 }, FRESH, { priority: 1 }),
      channel('heater', 'water-heater', { powerW: 2, on: 1 }, FRESH, { priority: 2 }),
      channel('b', 'miner', { powerW: 0, on: 0 }, FRESH, { priority: 3 }),
      channel('c', 'miner', { powerW: 900, on: 1 }, 400_000, { priority: 4 }),
      channel('d', 'miner', {}, FRESH, { priority: 5 }),
      channel('e', 'other-load', { on: 1 }, FRESH, { priority: 6 }),
      channel('f', 'other-load', { powerW: 3 }, FRESH, { priority: 7 }),
    ).loads.map(({ name, note, on }) => [name, note, on]);
    expect(notes).toEqual([
      ['z', 'running', true],
      ['heater', 'on, drawing nothing', true],
      ['b', 'off', false],
      ['c', 'no answer for 7 min', null],
      ['d', 'no reading yet', null],
      ['e', 'on, power not measured', true],
      ['f', 'idle', null],
    ]);
  });
});
