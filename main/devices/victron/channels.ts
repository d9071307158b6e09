import type { Metric } from '../../../preload/contract/base.ts';
import type { Connection, OptionField } from '../../../preload/contract/devices.ts';
import { channelId } from '../../ids.ts';
import type { ChannelSpec } from '../types.ts';
import { CHANNELS, GRID_PHASES, LOAD_PHASES } from './channel-ids.ts';
import {
  CHARGE_LIMIT_CONTROL,
  DISCHARGE_LIMIT_CONTROL,
  MINIMUM_SOC_CONTROL,
  RELAY_CONTROL,
  SETPOINT_CONTROL,
} from './controls.ts';

const POWER_W: readonly [number, number] = [-150_000, 150_000];
const ENERGY_KWH: readonly [number, number] = [0, 10_000_000];
const COUNTERS = ['energyImportKwh', 'energyExportKwh'] as const;
const COUNTER_BOUNDS = { energyImportKwh: ENERGY_KWH, energyExportKwh: ENERGY_KWH };

const BATTERY: ChannelSpec = {
  channelId: CHANNELS.battery,
  label: 'Battery',
  suggestedRole: 'battery',
  metrics: [
    'powerW',
    'voltageV',
    'currentA',
    'socPct',
    'tempC',
    'sohPct',
    'capacityKwh',
    'chargeLimitA',
    'dischargeLimitA',
  ],
  bounds: {
    powerW: [-40_000, 40_000],
    voltageV: [8, 70],
    currentA: [-2_000, 2_000],
    socPct: [0, 100],
    tempC: [-40, 80],
    sohPct: [1, 100],
    capacityKwh: [0.1, 2_000],
    chargeLimitA: [0, 3_000],
    dischargeLimitA: [0, 3_000],
  },
  control: null,
};

const GRID: ChannelSpec = {
  channelId: CHANNELS.grid,
  label: 'Grid',
  suggestedRole: 'grid',
  metrics: ['powerW'],
  bounds: { powerW: POWER_W },
  control: null,
};

/** A channel with further values, where this door has them. */
const withMore = (spec: ChannelSpec, metrics: readonly Metric[], bounds: ChannelSpec['bounds']): ChannelSpec => ({
  ...spec,
  metrics: [...spec.metrics, ...metrics],
  bounds: { ...spec.bounds, ...bounds },
});

const LOADS_AND_SOLAR: readonly ChannelSpec[] = [
  {
    channelId: CHANNELS.pv,
    label: 'Solar',
    suggestedRole: 'pv',
    metrics: ['powerW'],
    bounds: { powerW: [0, 150_000] },
    control: null,
  },
  {
    channelId: CHANNELS.load,
    label: 'Loads',
    suggestedRole: 'load',
    metrics: ['powerW'],
    bounds: { powerW: [0, 150_000] },
    control: null,
  },
];

/** To look at: the house is reckoned from the sums. Only there where more than one phase is. */
const PHASES: readonly ChannelSpec[] = [
  ...GRID_PHASES.map((name, at) => ({ channelId: CHANNELS[name], label: `Grid L${at + 1}` })),
  ...LOAD_PHASES.map((name, at) => ({ channelId: CHANNELS[name], label: `Loads L${at + 1}` })),
].map((named) => ({
  ...named,
  suggestedRole: 'none',
  metrics: ['powerW'],
  bounds: { powerW: [-50_000, 50_000] },
  control: null,
}));

const SETTINGS: readonly ChannelSpec[] = [
  {
    channelId: CHANNELS.setpoint,
    label: 'Grid setpoint',
    suggestedRole: 'none',
    metrics: ['setpointW'],
    bounds: { setpointW: POWER_W },
    control: SETPOINT_CONTROL,
  },
  {
    channelId: CHANNELS.minimumSoc,
    label: 'Minimum state of charge',
    suggestedRole: 'none',
    metrics: ['minSocPct'],
    bounds: { minSocPct: [0, 100] },
    control: MINIMUM_SOC_CONTROL,
  },
  {
    channelId: CHANNELS.chargeLimit,
    label: 'Charge current limit (-1: none)',
    suggestedRole: 'none',
    metrics: ['chargeLimitA'],
    bounds: { chargeLimitA: [0, 3_000] },
    control: CHARGE_LIMIT_CONTROL,
  },
  {
    channelId: CHANNELS.dischargeLimit,
    label: 'Discharge power limit (-1: none)',
    suggestedRole: 'none',
    metrics: ['powerLimitW'],
    bounds: { powerLimitW: [0, 330_000] },
    control: DISCHARGE_LIMIT_CONTROL,
  },
  ...[CHANNELS.relay1, CHANNELS.relay2].map(
    (id, at): ChannelSpec => ({
      channelId: id,
      label: `GX relay ${at + 1}`,
      suggestedRole: 'none',
      metrics: ['on'],
      bounds: { on: [0, 1] },
      control: RELAY_CONTROL,
    }),
  ),
];

/** Over Modbus TCP. */
export const GX_CHANNELS: readonly ChannelSpec[] = [BATTERY, GRID, ...LOADS_AND_SOLAR, ...PHASES, ...SETTINGS];

const WITH_COUNTERS: readonly ChannelSpec[] = [
  withMore(BATTERY, COUNTERS, COUNTER_BOUNDS),
  withMore(GRID, ['frequencyHz', ...COUNTERS], { frequencyHz: [40, 70], ...COUNTER_BOUNDS }),
  ...LOADS_AND_SOLAR,
  ...PHASES,
];

/** Which temperature sensors are read; a GX names them by their instance. */
export const SENSORS_OPTION: OptionField = {
  name: 'sensors',
  label: 'Temperature sensors',
  help: 'Instance numbers with commas, such as 24, 25; shown in the device list of the GX. Empty: none.',
  kind: 'text',
  required: false,
};

/** The instances that the connection names; what is no number is left out. */
export const sensorsOf = ({ options }: Connection): readonly number[] => {
  const parts = (options?.[SENSORS_OPTION.name] ?? '').split(/[\s,;]+/);
  return [...new Set(parts.filter((part) => /^\d{1,5}$/.test(part)).map(Number))];
};

export const sensorChannel = (instance: number) => channelId(`temperature:${instance}`);

const sensorSpec = (instance: number): ChannelSpec => ({
  channelId: sensorChannel(instance),
  label: `Temperature ${instance}`,
  suggestedRole: 'none',
  metrics: ['tempC', 'humidityPct'],
  bounds: { tempC: [-60, 150], humidityPct: [0, 100] },
  control: null,
});

/** Through VRM: the same values, and nothing to control. */
export const vrmChannels = (connection: Connection): readonly ChannelSpec[] => [
  ...WITH_COUNTERS,
  ...sensorsOf(connection).map(sensorSpec),
];

/** Over MQTT. */
export const gxMqttChannels = (connection: Connection): readonly ChannelSpec[] => [
  ...WITH_COUNTERS,
  ...SETTINGS,
  ...sensorsOf(connection).map(sensorSpec),
];
