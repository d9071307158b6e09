import { channelIdSchema, deviceIdSchema, type Measure, siteIdSchema } from '../../preload/contract/base.ts';
import type { ChannelConfig } from '../../preload/contract/devices.ts';
import type { FlowLoad, LiveState } from '../../preload/contract/site.ts';

const NOON = Date.UTC(2026, 5, 17, 12);

/** A fresh value in the unit; null makes it absent. */
export const fresh = (value: number | null, unit = 'W'): Measure => ({
  value,
  unit,
  measuredAt: value === null ? null : NOON,
  limitMs: 60_000,
  freshness: value === null ? 'absent' : 'fresh',
});

/** The same value, measured `ageMs` before noon and beyond its limit. */
export const stale = (value: number, ageMs: number, unit = 'W'): Measure => ({
  value,
  unit,
  measuredAt: NOON - ageMs,
  limitMs: 60_000,
  freshness: 'stale',
});

export const channelConfig = (more: Partial<ChannelConfig> = {}): ChannelConfig => ({
  channelId: channelIdSchema.parse('switch:0'),
  name: 'Miner A',
  role: 'miner',
  use: 'primary',
  priority: 1,
  safeState: false,
  ratedPowerW: 3200,
  rules: { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 50 },
  controllable: true,
  ...more,
});

export const flowLoad = (name: string, powerW: number | null, more: Partial<FlowLoad> = {}): FlowLoad => ({
  deviceId: deviceIdSchema.parse(`plug-${name}`),
  channelId: channelIdSchema.parse('switch:0'),
  name,
  role: 'miner',
  priority: 1,
  power: fresh(powerW),
  on: powerW === null ? null : powerW > 50,
  note: '',
  ...more,
});

/** A sunny noon: 6 kW sun, 2 kW into the battery, 1 kW exported. */
export const liveState = (more: Partial<LiveState> = {}): LiveState => ({
  siteId: siteIdSchema.parse('home'),
  at: NOON,
  pvW: fresh(6000),
  gridW: fresh(-1000),
  batteryW: fresh(2000),
  loadW: fresh(3000),
  householdW: fresh(3000),
  socPct: fresh(71, '%'),
  batteryTempC: fresh(24, '°C'),
  batteryVoltageV: fresh(53, 'V'),
  unmeasuredW: 0,
  balanced: true,
  loads: [],
  ...more,
});
