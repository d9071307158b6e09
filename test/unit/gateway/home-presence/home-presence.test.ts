import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandIn } from '../../../../main/gateway/home-presence/asks.ts';
import { componentsOf, discoveryPayload, topicsOf } from '../../../../main/gateway/home-presence/discovery.ts';
import {
  minerStateText,
  minersOf,
  type PresentMiner,
  setpointIn,
} from '../../../../main/gateway/home-presence/miners.ts';
import { DEFAULT_PRESENCE, readPresenceSettings } from '../../../../main/gateway/home-presence/settings.ts';
import { nextHourKwh, stateOf } from '../../../../main/gateway/home-presence/values.ts';
import { channelId, deviceId, siteId } from '../../../../main/ids.ts';

const SITE = { id: siteId('site_1'), name: 'Home' };
const topics = topicsOf('homeassistant', SITE.id);
const minerWith = (control: PresentMiner['control'], setpoint: PresentMiner['setpoint'] = null): PresentMiner => ({
  key: 'dev_1_switch_0',
  deviceId: deviceId('dev_1'),
  channelId: channelId('switch:0'),
  name: 'Miner A',
  control,
  setpoint,
  powerW: null,
});
const SWITCH = minerWith({ kind: 'switch' });
const NUMBER = { kind: 'number', unit: 'W', minimum: 500, maximum: 3_000, step: 50 } as const;
const CHOICE: PresentMiner['control'] = {
  kind: 'choice',
  options: [
    { value: 'off', label: 'Off' },
    { value: 'eco', label: 'Eco' },
  ],
};

describe('discovery', () => {
  const components = componentsOf(SITE, topics, [SWITCH]);
  const payload = discoveryPayload(SITE, topics, { version: '1', components, gone: {} });

  it('has the shape of the device form, with ids of our own for every component', () => {
    const text = readFileSync(
      join(import.meta.dirname, '../../../fixtures/home-assistant/mqtt_device_discovery_OURS.json'),
      'utf8',
    );
    const { payload: model, topic } = z
      .object({ topic: z.string(), payload: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(text));
    expect(topics.config).toMatch(new RegExp(topic.replace('commandcenter_home', '[A-Za-z0-9_-]+')));
    for (const key of ['dev', 'o', 'cmps', 'pl_avail', 'pl_not_avail', 'qos']) {
      expect(model).toHaveProperty(key);
      expect(payload).toHaveProperty(key);
    }
    const ids = Object.values(components).map(({ uniq_id }) => uniq_id);
    expect(new Set(ids).size).toBe(ids.length);
    // `object_id` stopped working with Home Assistant 2026.4.
    expect(JSON.stringify(payload)).not.toContain('object_id":');
    expect(JSON.stringify(payload)).toContain('default_entity_id');
  });

  it('lets every measured value expire, and none of the settings', () => {
    for (const [id, component] of Object.entries(components)) {
      const isMeasured = component.p === 'sensor';
      expect(component['exp_aft'] !== undefined, id).toBe(isMeasured);
    }
    expect(components['grid_power']).toMatchObject({ dev_cla: 'power', stat_cla: 'measurement', unit_of_meas: 'W' });
  });

  it('takes a component away by its platform alone', () => {
    const without = discoveryPayload(SITE, topics, {
      version: '1',
      components: {},
      gone: { old: { p: 'switch', uniq_id: 'x' } },
    });
    expect(without).toMatchObject({ cmps: { old: { p: 'switch' } } });
    expect(JSON.stringify(without)).not.toContain('uniq_id');
  });

  it('offers a miner as what it is', () => {
    const platform = (control: PresentMiner['control']) =>
      componentsOf(SITE, topics, [minerWith(control)])['dev_1_switch_0'];
    expect(platform({ kind: 'switch' })).toMatchObject({ p: 'switch' });
    expect(platform(NUMBER)).toMatchObject({ p: 'number', min: 500, max: 3_000, step: 50, unit_of_meas: 'W' });
    expect(platform(CHOICE)).toMatchObject({ p: 'select', ops: ['off', 'eco'] });
  });
});

describe('commands', () => {
  const context = { topics, siteId: SITE.id, miners: [SWITCH] };
  const read = (topic: string, text: string) => commandIn({ topic, text }, context);
  const set = topics.miner(SWITCH.key).set;

  it('become commands of the contract, by Home Assistant', () => {
    const asPerson = { siteId: SITE.id, who: 'Home Assistant', surface: 'mqtt' };
    expect(read(topics.stopPress, 'STOP')).toEqual({ name: 'stop.activate', input: asPerson });
    expect(read(topics.modeSet, 'suggest')).toEqual({ name: 'mode.set', input: { ...asPerson, mode: 'suggest' } });
    expect(read(set, 'ON')).toEqual({
      name: 'control.set',
      input: {
        ...asPerson,
        deviceId: 'dev_1',
        channelId: 'switch:0',
        value: true,
        reason: 'Home Assistant asked for it.',
      },
    });
  });

  it.each([
    [topics.stopPress, 'stop'],
    [topics.stopPress, ''],
    [topics.modeSet, 'Watch'],
    [set, 'on'],
    [set, '1'],
    [topics.miner('other').set, 'ON'],
    [topics.state, 'ON'],
  ])('%s with %j is none', (topic, text) => expect(read(topic, text)).toBeNull());

  it('take only what the miner takes', () => {
    expect(setpointIn('1500', NUMBER)).toBe(1_500);
    for (const wrong of ['', ' ', 'x', '499', '3001', 'NaN', 'Infinity'])
      expect(setpointIn(wrong, NUMBER), wrong).toBeNull();
    expect(setpointIn('eco', CHOICE)).toBe('eco');
    expect(setpointIn('turbo', CHOICE)).toBeNull();
  });

  it('show "None" until a miner said its state', () => {
    expect(minerStateText(SWITCH)).toBe('None');
    expect(minerStateText(minerWith({ kind: 'switch' }, false))).toBe('OFF');
    expect(minerStateText(minerWith(NUMBER, 500))).toBe('500');
  });
});

describe('values', () => {
  const HOUR = 3_600_000;
  const point = (at: number, p50: number) => ({ at, p10: 0, p50, p90: 2 * p50 });

  it('reckon the next hour across steps, and only where the forecast covers it', () => {
    const points = [point(0, 1_000), point(HOUR, 3_000)];
    expect(nextHourKwh({ points, stepMs: HOUR }, 0)).toBe(1);
    expect(nextHourKwh({ points, stepMs: HOUR }, HOUR / 2)).toBe(2);
    expect(nextHourKwh({ points, stepMs: HOUR }, HOUR * 1.5)).toBeNull();
    expect(nextHourKwh({ points: [], stepMs: HOUR }, 0)).toBeNull();
    expect(nextHourKwh({ points, stepMs: 0 }, 0)).toBeNull();
  });

  it('say nothing of what is stale or absent: null, never 0', () => {
    const measure = (value: number | null, freshness: 'fresh' | 'late' | 'stale' | 'absent') => ({
      value,
      unit: 'W',
      measuredAt: 1,
      limitMs: 1,
      freshness,
    });
    const forecast = { points: [], stepMs: HOUR, todayKwh: null, tomorrowKwh: { p10: 1, p50: 2.345, p90: 3 } };
    const view: unknown = {
      live: {
        gridW: measure(-12.34, 'fresh'),
        pvW: measure(5, 'late'),
        batteryW: measure(7, 'stale'),
        loadW: measure(null, 'absent'),
        socPct: measure(50, 'fresh'),
      },
      solar: forecast,
      load: forecast,
      overview: { sentence: 'x'.repeat(400), next: [], reason: 'Because.' },
    };
    const state = stateOf(view as Parameters<typeof stateOf>[0], 0);
    expect(state).toMatchObject({
      grid_w: -12.3,
      pv_w: 5,
      battery_w: null,
      load_w: null,
      soc_pct: 50,
      pv_today_kwh: null,
    });
    expect(state).toMatchObject({ pv_tomorrow_kwh: 2.35, pv_next_hour_kwh: null, plan_text: 'Because.' });
    expect(state.now_text?.length).toBe(255);
  });
});

it('shows no miner that a person did not allow to be controlled', () => {
  const channel = {
    channelId: 'switch:0',
    name: 'Miner',
    role: 'miner',
    control: { kind: 'switch' },
    measures: {},
    setpoint: true,
  };
  const device = (state: string, controllable: boolean): unknown => ({
    id: 'd',
    state,
    channels: [{ ...channel, controllable }],
  });
  const read = (value: unknown) => minersOf([value] as Parameters<typeof minersOf>[0]);
  expect(read(device('online', false))).toEqual([]);
  expect(read(device('online', true))).toMatchObject([{ setpoint: true }]);
  expect(read(device('offline', true))).toMatchObject([{ setpoint: null }]);
});

it.each([
  undefined,
  '',
  'no json',
  '{}',
  '{"enabled":true}',
  JSON.stringify({ ...DEFAULT_PRESENCE, enabled: true, port: 0 }),
])('settings that cannot be read (%j) count as switched off', (kept) =>
  expect(readPresenceSettings(kept)).toEqual(DEFAULT_PRESENCE),
);
