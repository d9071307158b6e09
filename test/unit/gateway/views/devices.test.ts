import { describe, expect, it } from 'vitest';
import type { ChannelSpec } from '../../../../main/devices/types.ts';
import { type DeviceInput, deviceViewOf } from '../../../../main/gateway/views/devices.ts';
import { pricesOf } from '../../../../main/gateway/views/prices.ts';
import { channelId, deviceId, siteId } from '../../../../main/ids.ts';
import { METRIC_UNITS, type Metric } from '../../../../preload/contract/base.ts';
import { deviceViewSchema } from '../../../../preload/contract/devices.ts';
import { priceViewSchema } from '../../../../preload/contract/insight.ts';
import { channelConfig } from '../../../support/house-views.ts';
import { poller } from '../../../support/pollers.ts';

const NOW = Date.UTC(2026, 5, 17, 12);
const SWITCH = channelId('switch:0');
const spec = {
  channelId: SWITCH,
  metrics: ['powerW', 'on'],
  control: { control: { kind: 'switch' } },
} as unknown as ChannelSpec;

const reading = (metric: Metric, value: number, ageMs: number) => ({
  channelId: SWITCH,
  metric,
  value,
  measuredAt: NOW - ageMs,
  receivedAt: NOW - ageMs,
  quality: 'good' as const,
  limitMs: 35_000,
});

const input = (more: Partial<DeviceInput> = {}, ageMs = 1_000): DeviceInput => ({
  now: NOW,
  record: {
    id: deviceId('plug-a'),
    siteId: siteId('home'),
    driverId: 'shelly-gen2',
    name: 'Miner A',
    identity: 'mac-1',
    connection: { host: '10.0.0.4', port: 80 },
    channels: [channelConfig()],
  },
  driver: { label: 'Shelly Plus', channels: [spec] },
  poller: poller('Miner A'),
  latest: (_, metric) => (metric === 'powerW' ? reading(metric, 3200, ageMs) : undefined),
  control: () => ({ setpoint: true, setpointSince: NOW - 5, hold: null, pending: null, trouble: null }),
  energyTodayKwh: () => 1.5,
  ...more,
});

describe('a device as the contract shows it', () => {
  it('joins what the rooms know', () => {
    const view = deviceViewOf(input());
    expect(deviceViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ driverLabel: 'Shelly Plus', state: 'online', identity: 'mac-1' });
    expect(view.channels[0]).toMatchObject({
      control: { kind: 'switch' },
      setpoint: true,
      energyTodayKwh: 1.5,
      measures: { powerW: { value: 3200, unit: METRIC_UNITS.powerW, freshness: 'fresh' } },
    });
  });

  it('what was never measured is not there', () => {
    expect(Object.keys(deviceViewOf(input()).channels[0]?.measures ?? {})).toEqual(['powerW']);
  });

  it.each([
    ['late', 25_000, undefined],
    ['stale', 36_000, undefined],
    ['stale', 1_000, poller('Miner A', { state: 'offline' })],
  ] as const)('a value is %s when it is %d ms old (poller %j)', (freshness, ageMs, offline) => {
    const view = deviceViewOf(input(offline ? { poller: offline } : {}, ageMs));
    expect(view.channels[0]?.measures.powerW?.freshness).toBe(freshness);
  });

  it('is starting before its first poll', () => {
    expect(deviceViewOf(input({ poller: undefined }))).toMatchObject({ state: 'starting', lastSeenAt: null });
  });

  it('says so when this version knows no driver for it', () => {
    const view = deviceViewOf(input({ driver: undefined }));
    expect(view).toMatchObject({ state: 'offline', driverLabel: 'shelly-gen2' });
    expect(view.problem?.advice).toContain('remove the device');
  });
});

describe('prices', () => {
  const site = { id: siteId('home'), currency: 'EUR' };
  const span = { site, from: NOW, to: NOW + 7_200_000 };
  const rows = [{ at: NOW, stepMs: 3_600_000, importPerKwh: 0.3, exportPerKwh: 0.1, source: 'day-ahead' }];
  const fixed = { fixedImportPerKwh: 0.28, fixedExportPerKwh: null };

  it.each([
    ['stored', rows, fixed, 'day-ahead', [0.3]],
    ['fixed', [], fixed, 'the fixed price in the settings', [0.28]],
    ['none', [], { fixedImportPerKwh: null, fixedExportPerKwh: 0.1 }, null, []],
  ])('%s', (_, stored, settings, source, expected) => {
    const view = pricesOf({ ...span, rows: stored, settings });
    expect(priceViewSchema.parse(view)).toEqual(view);
    expect(view.source).toBe(source);
    expect(view.prices.map((price) => price.importPerKwh)).toEqual(expected);
  });
});
