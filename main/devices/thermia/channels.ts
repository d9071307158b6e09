import type { ChannelId } from '../../ids.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { CHANNELS } from './decode.ts';

/** A compressor has run and rest times of 10 to 30 min of its own; settings live in non-volatile memory. */
const GENTLY = { minOnMs: 1_800_000, minOffMs: 1_800_000, maxSwitchesPerHour: 2, writeBudgetPerDay: 12 } as const;

const slow = (control: ControlSpec['control'], defaultSafeState: number | boolean): ControlSpec => ({
  control,
  defaultSafeState,
  defaultRules: GENTLY,
  readBackAfterMs: 500,
  readBackWithinMs: 15_000,
  effect: { kind: 'none', because: 'The heat pump follows a setting after minutes, by its own run and rest times.' },
  deviceLease: false,
  wireLimitMs: 15_000,
  readEveryMs: 3_000,
  reconcileEveryMs: 60_000,
});

const temperature = (minimum: number, maximum: number, safe: number): ControlSpec =>
  slow({ kind: 'number', unit: '°C', minimum, maximum, step: 0.5 }, safe);

const AIR_C: readonly [number, number] = [-60, 80];
const WATER_C: readonly [number, number] = [-30, 120];
const SETTING_C: readonly [number, number] = [0, 80];

/** A room or a tank: where it is and where it shall be. */
const zone = (
  channelId: ChannelId,
  label: string,
  tempC: readonly [number, number],
  control: ControlSpec,
): ChannelSpec & { readonly control: ControlSpec } => ({
  channelId,
  label,
  suggestedRole: 'climate',
  metrics: ['tempC', 'targetTempC'],
  bounds: { tempC, targetTempC: SETTING_C },
  control,
});

const allowed = (channelId: ChannelId, label: string): ChannelSpec & { readonly control: ControlSpec } => ({
  channelId,
  label,
  suggestedRole: 'none',
  metrics: ['on'],
  bounds: { on: [0, 1] },
  // Normal operation is the safe state: a house must not freeze because a program died.
  control: slow({ kind: 'switch' }, true),
});

const thermometer = (channelId: ChannelId, label: string, tempC: readonly [number, number]): ChannelSpec => ({
  channelId,
  label,
  suggestedRole: 'none',
  metrics: ['tempC'],
  bounds: { tempC },
  control: null,
});

/** What can be set, with what it means for the person's house. */
export const SETTINGS = {
  room: zone(CHANNELS.room, 'Room', AIR_C, temperature(10, 40, 20)),
  hotWater: zone(CHANNELS.hotWater, 'Hot water (stop temperature)', WATER_C, temperature(35, 60, 50)),
  hotWaterStart: {
    channelId: CHANNELS.hotWaterStart,
    label: 'Hot water (start temperature)',
    suggestedRole: 'none',
    metrics: ['targetTempC'],
    bounds: { targetTempC: SETTING_C },
    control: temperature(35, 60, 42),
  },
  allowHeating: allowed(CHANNELS.allowHeating, 'Heating allowed'),
  allowHotWater: allowed(CHANNELS.allowHotWater, 'Hot water allowed'),
} as const satisfies Record<string, ChannelSpec & { readonly control: ControlSpec }>;

export const THERMIA_CHANNELS: readonly ChannelSpec[] = [
  {
    channelId: CHANNELS.heatPump,
    label: 'Heat pump',
    suggestedRole: 'heat-pump',
    metrics: ['powerW', 'energyKwh', 'stateCode', 'on', 'faultCode'],
    bounds: { powerW: [0, 30_000], energyKwh: [0, 10_000_000], stateCode: [0, 255], on: [0, 1], faultCode: [0, 3] },
    control: null,
  },
  ...Object.values(SETTINGS),
  thermometer(CHANNELS.outdoor, 'Outdoor', AIR_C),
  thermometer(CHANNELS.supply, 'Supply line', WATER_C),
];
