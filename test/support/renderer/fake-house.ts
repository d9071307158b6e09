import type { ChannelId, DeviceId, Measure, SiteId } from '../../../preload/contract/base.ts';
import type { ChannelView, DeviceView } from '../../../preload/contract/devices.ts';
import type { Site } from '../../../preload/contract/site.ts';

export const SITE_ID = 'birch-lane' as SiteId;
const ZONE = 'Europe/Berlin';

export const site = (demo: boolean): Site => ({
  id: SITE_ID,
  name: demo ? 'Demo home' : 'Birch Lane 12',
  latitude: 52.5,
  longitude: 13.4,
  timeZone: ZONE,
  currency: 'EUR',
  demo,
  provenance: demo ? 'Its numbers are real measurements of a home in 2024, played as if they were today.' : null,
});

export const measure = (value: number | null, unit: string, at: number, ageMs = 3000, limitMs = 60_000): Measure => ({
  value,
  unit,
  measuredAt: value === null ? null : at - ageMs,
  limitMs,
  freshness: value === null ? 'absent' : ageMs > limitMs ? 'stale' : ageMs > limitMs / 2 ? 'late' : 'fresh',
});

const rules = { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 60 };

const channel = (now: number, part: Partial<ChannelView> & Pick<ChannelView, 'name' | 'role'>): ChannelView => ({
  channelId: 'switch:0' as ChannelId,
  use: 'primary',
  priority: 3,
  safeState: false,
  ratedPowerW: 2000,
  rules,
  controllable: true,
  control: { kind: 'switch' },
  measures: { powerW: measure(0, 'W', now) },
  setpoint: false,
  setpointSince: now - 4_000_000,
  energyTodayKwh: 0,
  hold: null,
  pending: null,
  trouble: null,
  ...part,
});

const device = (
  now: number,
  id: string,
  name: string,
  driverLabel: string,
  channels: ChannelView[],
  part: Partial<DeviceView> = {},
): DeviceView => ({
  id: id as DeviceId,
  siteId: SITE_ID,
  driverId: driverLabel.startsWith('Shelly')
    ? 'shelly-gen2'
    : driverLabel.startsWith('Victron')
      ? 'victron-gx'
      : 'solark',
  driverLabel,
  name,
  identity: `${id}-a8032ab1`,
  connection: { host: '127.0.0.1', port: 15_020, unitId: 1 },
  state: 'online',
  lastSeenAt: now - 2000,
  problem: null,
  nextPollAt: now + 3000,
  channels,
  ...part,
});

/** Devices in every state that the cards can show. */
export const fakeDevices = (now: number): DeviceView[] => [
  device(now, 'miner-a', 'Miner A', 'Shelly Plus Plug S', [
    channel(now, {
      name: 'Miner A',
      role: 'miner',
      priority: 2,
      setpoint: true,
      measures: { powerW: measure(3260, 'W', now), voltageV: measure(231.4, 'V', now) },
      energyTodayKwh: 12.9,
      hold: {
        owner: 'The plan',
        origin: 'plan',
        reason: 'The sun carries it.',
        since: now - 14_000_000,
        until: now + 13_000_000,
      },
    }),
  ]),
  device(now, 'water', 'Water heater', 'Shelly Pro 2', [
    channel(now, {
      name: 'Water heater',
      role: 'water-heater',
      priority: 1,
      setpoint: true,
      measures: { powerW: measure(2000, 'W', now, 42_000), tempC: measure(52, '°C', now) },
      energyTodayKwh: 1.4,
      hold: {
        owner: 'Hot water from the sun',
        origin: 'rule',
        reason: 'The sun leaves 2.4 kW over.',
        since: now - 240_000,
        until: now + 360_000,
      },
    }),
  ]),
  device(now, 'heat-pump', 'Heat pump', 'Sol-Ark 15K', [
    channel(now, {
      name: 'Heat pump',
      role: 'other-load',
      setpoint: 1200,
      control: { kind: 'number', unit: 'W', minimum: 0, maximum: 3000, step: 100 },
      measures: { powerW: measure(420, 'W', now) },
      energyTodayKwh: 2.2,
      pending: { actionId: 'a-2', value: 900, step: 'sent', since: now - 2000 },
    }),
  ]),
  device(now, 'charger', 'Garage socket', 'Shelly Pro 2', [
    channel(now, {
      name: 'Garage socket',
      role: 'other-load',
      priority: 5,
      measures: { powerW: measure(0, 'W', now) },
      trouble: {
        actionId: 'a-3',
        verdict: 'not-confirmed',
        sentence: 'Accepted, but it still reads off.',
        at: now - 240_000,
      },
    }),
  ]),
  device(now, 'miner-b', 'Miner B', 'Shelly Plus Plug S', [
    channel(now, {
      name: 'Miner B',
      role: 'miner',
      priority: 4,
      measures: { powerW: measure(6, 'W', now) },
      energyTodayKwh: 5.3,
      hold: {
        owner: 'Guard of the house',
        origin: 'safety',
        reason: 'Phase 1 carried 27 A of 25 A.',
        since: now - 60_000,
        until: now + 540_000,
      },
    }),
  ]),
  device(now, 'dehumidifier', 'Dehumidifier', 'Shelly Plus Plug S', [
    channel(now, {
      name: 'Dehumidifier',
      role: 'other-load',
      priority: 6,
      setpoint: true,
      measures: { powerW: measure(310, 'W', now) },
      energyTodayKwh: 1.9,
      hold: { owner: 'Mara', origin: 'manual', reason: 'By hand.', since: now - 720_000, until: now + 1_080_000 },
    }),
  ]),
  device(
    now,
    'workshop',
    'Workshop plug',
    'Shelly Plus Plug S',
    [
      channel(now, {
        name: 'Workshop plug',
        role: 'other-load',
        priority: 7,
        setpoint: null,
        setpointSince: null,
        measures: { powerW: measure(142, 'W', now, 840_000) },
        energyTodayKwh: null,
      }),
    ],
    {
      state: 'offline',
      lastSeenAt: now - 840_000,
      problem: {
        message: 'It does not answer on 192.168.1.77.',
        advice: 'Check its power and the wireless network.',
        since: now - 840_000,
      },
      nextPollAt: now + 22_000,
    },
  ),
  device(now, 'inverter', 'Inverter', 'Sol-Ark 15K', [
    channel(now, {
      channelId: 'pv' as ChannelId,
      name: 'Roof',
      role: 'pv',
      control: null,
      controllable: false,
      measures: { powerW: measure(9180, 'W', now), energyKwh: measure(31.4, 'kWh', now) },
    }),
    channel(now, {
      channelId: 'grid' as ChannelId,
      name: 'Grid meter',
      role: 'grid',
      control: null,
      controllable: false,
      measures: {
        powerW: measure(-180, 'W', now),
        frequencyHz: measure(50.01, 'Hz', now),
        voltageV: measure(230.8, 'V', now),
      },
    }),
  ]),
  device(now, 'battery', 'Battery', 'Victron Cerbo GX', [
    channel(now, {
      channelId: 'battery' as ChannelId,
      name: 'House battery',
      role: 'battery',
      control: null,
      controllable: false,
      measures: {
        socPct: measure(71, '%', now),
        powerW: measure(2460, 'W', now),
        voltageV: measure(52.9, 'V', now),
        currentA: measure(46.5, 'A', now),
        tempC: measure(24.6, '°C', now, 300_000),
      },
    }),
  ]),
];
