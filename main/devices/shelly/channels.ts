import type { Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';

export const RELAYS = [0, 1, 2, 3] as const;
export const PHASES = ['a', 'b', 'c'] as const;
export type Phase = (typeof PHASES)[number];
export const CLAMPS = [0, 1, 2] as const;
/** 0 is built in, 100 and up are on the add-on. */
export const THERMOMETERS = [0, 100, 101, 102, 103, 104] as const;
/** Ids are given from 200 on, in the order of pairing. */
export const VALVES = [200, 201, 202, 203, 204, 205, 206, 207] as const;

type Bounds = Readonly<Partial<Record<Metric, readonly [number, number]>>>;

/** 16 A at 280 V is the most that any relay switches; the meter's sign shows a reversed wire. */
const RELAY_BOUNDS: Bounds = {
  powerW: [-4_600, 4_600],
  on: [0, 1],
  energyKwh: [0, 1_000_000],
  energyExportKwh: [0, 1_000_000],
  tempC: [-40, 130],
  voltageV: [80, 300],
  currentA: [-20, 20],
  frequencyHz: [40, 70],
  faultCode: [0, 9],
};

/** The largest clamps take 400 A. */
const METER_BOUNDS: Bounds = {
  powerW: [-110_000, 110_000],
  energyKwh: [0, 10_000_000],
  energyExportKwh: [0, 10_000_000],
  voltageV: [80, 300],
  currentA: [-420, 420],
  frequencyHz: [40, 70],
};

const CLIMATE_BOUNDS: Bounds = {
  tempC: [-40, 80],
  targetTempC: [0, 40],
  valvePct: [0, 100],
  on: [0, 1],
};

const SWITCH_RULES = { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 600 } as const;

/** A relay on the local network. It is good for some 100,000 switches, and most loads do not like short cycles. */
const RELAY_CONTROL: ControlSpec = {
  control: { kind: 'switch' },
  defaultSafeState: false,
  defaultRules: SWITCH_RULES,
  readBackAfterMs: 250,
  readBackWithinMs: 10_000,
  // An overpower trip follows the switch by 2 to 3 s, a miner's supply starts within 20 s.
  effect: { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 30_000 },
  deviceLease: true,
};

/** The same relay behind the cloud: one request a second for the whole account, power on change and once a minute. */
const CLOUD_RELAY_CONTROL: ControlSpec = {
  ...RELAY_CONTROL,
  defaultRules: { ...SWITCH_RULES, writeBudgetPerDay: 200 },
  readBackAfterMs: 1_500,
  readBackWithinMs: 30_000,
  effect: { kind: 'power-follows-switch', onAboveW: 10, offBelowW: 8, withinMs: 120_000 },
  wireLimitMs: 25_000,
  readEveryMs: 4_000,
  reconcileEveryMs: 100_000,
};

/** A target temperature, °C. Each write may cost battery or flash, so a day has few. */
const targetControl = (range: {
  readonly minimum: number;
  readonly maximum: number;
  readonly writesPerDay: number;
  readonly spec?: Partial<ControlSpec>;
}): ControlSpec => ({
  control: { kind: 'number', unit: '°C', minimum: range.minimum, maximum: range.maximum, step: 0.5 },
  // Warm enough for people and pipes, and no waste.
  defaultSafeState: 18,
  defaultRules: {
    minOnMs: 900_000,
    minOffMs: 900_000,
    maxSwitchesPerHour: 4,
    writeBudgetPerDay: range.writesPerDay,
  },
  readBackAfterMs: 500,
  readBackWithinMs: 15_000,
  effect: { kind: 'none', because: 'a room warms over hours: its target is read back, its power is not measured' },
  deviceLease: false,
  ...range.spec,
});

const WALL_CONTROL = targetControl({ minimum: 5, maximum: 35, writesPerDay: 24 });
/** Radio to a valve that sleeps: accepted within a minute, shown when it speaks next. */
const VALVE_CONTROL = targetControl({
  minimum: 4,
  maximum: 30,
  writesPerDay: 12,
  spec: {
    wireLimitMs: 65_000,
    readBackAfterMs: 2_000,
    readBackWithinMs: 120_000,
    readEveryMs: 5_000,
    reconcileEveryMs: 60_000,
  },
});

const named = (base: string, index: number): string => (index === 0 ? base : `${base} ${index + 1}`);

const relayChannels = (control: ControlSpec): readonly ChannelSpec[] =>
  RELAYS.map((id) => ({
    channelId: channelId(`switch:${id}`),
    label: named('Relay', id),
    suggestedRole: 'other-load',
    metrics: [
      'powerW',
      'on',
      'energyKwh',
      'energyExportKwh',
      'tempC',
      'voltageV',
      'currentA',
      'frequencyHz',
      'faultCode',
    ],
    bounds: RELAY_BOUNDS,
    control,
  }));

const METER_METRICS: readonly Metric[] = [
  'powerW',
  'energyKwh',
  'energyExportKwh',
  'voltageV',
  'currentA',
  'frequencyHz',
];

/** What a meter measures is known to the wiring only: the person says it. Three phases together are mostly the grid. */
const METER_CHANNELS: readonly ChannelSpec[] = [
  {
    channelId: channelId('em:0'),
    label: 'Meter, all phases',
    suggestedRole: 'grid',
    metrics: ['powerW', 'energyKwh', 'energyExportKwh', 'currentA'],
    bounds: { ...METER_BOUNDS, powerW: [-330_000, 330_000], currentA: [-1_260, 1_260] },
    control: null,
  },
  ...PHASES.map(
    (phase): ChannelSpec => ({
      channelId: channelId(`em:0:${phase}`),
      label: `Meter, phase ${phase.toUpperCase()}`,
      suggestedRole: 'none',
      metrics: METER_METRICS,
      bounds: METER_BOUNDS,
      control: null,
    }),
  ),
  ...CLAMPS.map(
    (id): ChannelSpec => ({
      channelId: channelId(`em1:${id}`),
      label: `Meter ${id + 1}`,
      suggestedRole: 'none',
      metrics: METER_METRICS,
      bounds: METER_BOUNDS,
      control: null,
    }),
  ),
  {
    channelId: channelId('pm1:0'),
    label: 'Meter of a load',
    suggestedRole: 'none',
    metrics: METER_METRICS,
    bounds: METER_BOUNDS,
    control: null,
  },
];

const THERMOMETER_CHANNELS: readonly ChannelSpec[] = THERMOMETERS.map((id) => ({
  channelId: channelId(`temperature:${id}`),
  label: id === 0 ? 'Thermometer' : `Thermometer ${id - 99} of the add-on`,
  suggestedRole: 'none',
  metrics: id === 0 ? ['tempC', 'humidityPct'] : ['tempC'],
  bounds: { tempC: [-60, 130], humidityPct: [0, 100] },
  control: null,
}));

/** A wall display, and over the cloud (without control) a valve of the first generation. */
const thermostatChannel = (control: ControlSpec | null, metrics: readonly Metric[]): ChannelSpec => ({
  channelId: channelId('thermostat:0'),
  label: 'Thermostat',
  suggestedRole: 'climate',
  metrics,
  bounds: CLIMATE_BOUNDS,
  control,
});

export const GEN2_CHANNELS: readonly ChannelSpec[] = [
  ...relayChannels(RELAY_CONTROL),
  ...METER_CHANNELS,
  ...THERMOMETER_CHANNELS,
  thermostatChannel(WALL_CONTROL, ['tempC', 'targetTempC', 'on']),
  ...VALVES.map(
    (id, index): ChannelSpec => ({
      channelId: channelId(`blutrv:${id}`),
      label: named('Radiator valve', index),
      suggestedRole: 'climate',
      metrics: ['tempC', 'targetTempC', 'valvePct'],
      bounds: CLIMATE_BOUNDS,
      control: VALVE_CONTROL,
    }),
  ),
];

/** Range as the vendor gives it: 4 to 31 °C. */
const GEN1_VALVE_CONTROL = targetControl({
  minimum: 4,
  maximum: 31,
  writesPerDay: 12,
  spec: { wireLimitMs: 15_000, readBackWithinMs: 60_000, readEveryMs: 5_000, reconcileEveryMs: 100_000 },
});

export const GEN1_CHANNELS: readonly ChannelSpec[] = [
  ...relayChannels(RELAY_CONTROL),
  ...METER_CHANNELS,
  ...THERMOMETER_CHANNELS,
];

export const GEN1_VALVE_CHANNELS: readonly ChannelSpec[] = [
  thermostatChannel(GEN1_VALVE_CONTROL, ['tempC', 'targetTempC', 'valvePct']),
];

export const CLOUD_CHANNELS: readonly ChannelSpec[] = [
  ...relayChannels(CLOUD_RELAY_CONTROL),
  ...METER_CHANNELS,
  ...THERMOMETER_CHANNELS,
  thermostatChannel(null, ['tempC', 'targetTempC', 'valvePct', 'on']),
];
