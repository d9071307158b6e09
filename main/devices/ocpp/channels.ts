import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import { CALL_TIMEOUT_MS } from './call-lane.ts';
import type { Connector } from './memory.ts';
import type { ChargerSettings } from './settings.ts';

export const CHARGING = channelId('charging');
export const CURRENT_LIMIT = channelId('current-limit');

/** Three phases of 80 A: more than any charger of a home. */
const MOST_W = 60_000;
const MOST_A = 80;
/** Cars ramp up and down for half a minute. */
const EFFECT_MS = 60_000;

const WIRE = {
  readBackAfterMs: 1_000,
  readBackWithinMs: 30_000,
  wireLimitMs: CALL_TIMEOUT_MS + 5_000,
  readEveryMs: 3_000,
  deviceLease: true,
} as const;

const chargingControl = ({ fallbackA }: ChargerSettings): ControlSpec => ({
  control: { kind: 'switch' },
  // What the charger goes back to by itself: the current that the person allows for the time without us.
  defaultSafeState: fallbackA > 0,
  // Contactors wear, and a car that is paused for less than five minutes may report a fault.
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 300 },
  ...WIRE,
  // A pause must show. That it charges need not: the car may be full or away, and then 0 W is right.
  effect: { kind: 'power-follows-switch', onAboveW: -1, offBelowW: 100, withinMs: EFFECT_MS },
});

const limitControl = ({ maximumA, fallbackA }: ChargerSettings): ControlSpec => ({
  control: { kind: 'number', unit: 'A', minimum: 0, maximum: maximumA, step: 1 },
  defaultSafeState: Math.min(fallbackA, maximumA),
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 300 },
  ...WIRE,
  effect: { kind: 'none', because: 'A limit shows only when the car reaches it.' },
});

export const chargerChannels = (settings: ChargerSettings): readonly ChannelSpec[] => [
  {
    channelId: CHARGING,
    label: 'Charger',
    suggestedRole: 'ev',
    metrics: ['powerW', 'on', 'energyKwh', 'socPct', 'currentA', 'voltageV'],
    bounds: {
      powerW: [0, MOST_W],
      on: [0, 1],
      energyKwh: [0, 10_000_000],
      socPct: [0, 100],
      currentA: [0, MOST_A],
      voltageV: [80, 300],
    },
    control: chargingControl(settings),
  },
  {
    channelId: CURRENT_LIMIT,
    label: 'Current limit',
    suggestedRole: 'none',
    metrics: ['limitA'],
    bounds: { limitA: [0, MOST_A] },
    control: limitControl(settings),
  },
];

/** A charger without a car draws nothing; everything else is for its meter to say. */
const NO_CAR = 'Available';

/** What is known of a plug. Its status is of now, because the charger was just heard; values are as old as they say. */
export const chargerReadings = ({ status, samples }: Connector, now: number): readonly Reading[] => {
  const readings: Reading[] = [];
  const add = (id: Reading['channelId'], metric: Reading['metric'], name: Parameters<typeof samples.get>[0]): void => {
    const sample = samples.get(name);
    if (!sample) return;
    const { value, measuredAt, receivedAt, estimated } = sample;
    readings.push({ channelId: id, metric, value, measuredAt, receivedAt, quality: estimated ? 'estimated' : 'good' });
  };
  const ofNow = { measuredAt: now, receivedAt: now };
  if (status !== null)
    readings.push({
      ...ofNow,
      channelId: CHARGING,
      metric: 'on',
      value: Number(status === 'Charging'),
      quality: 'good',
    });
  const isOldNews = (samples.get('powerW')?.measuredAt ?? 0) < now - 60_000;
  if (status === NO_CAR && isOldNews)
    readings.push({ ...ofNow, channelId: CHARGING, metric: 'powerW', value: 0, quality: 'estimated' });
  else add(CHARGING, 'powerW', 'powerW');
  add(CHARGING, 'energyKwh', 'energyKwh');
  // The car that is charged is gone with its state of charge.
  if (status !== NO_CAR) add(CHARGING, 'socPct', 'socPct');
  add(CHARGING, 'currentA', 'currentA');
  add(CHARGING, 'voltageV', 'voltageV');
  add(CURRENT_LIMIT, 'limitA', 'offeredA');
  return readings;
};
