import type { ChannelSpec, ControlSpec } from '../types.ts';
import { CHANNELS } from './decode.ts';

/** The product's own default: half-way safe for any lithium battery; the person chooses another per home. */
const SAFE_MINIMUM_SOC_PCT = 30;
const MOST_GRID_W = 32_000;

/** Volatile, so it may follow the house; 0 gives control back to the setpoint stored in the GX. */
export const SETPOINT_CONTROL: ControlSpec = {
  control: { kind: 'number', unit: 'W', minimum: -MOST_GRID_W, maximum: MOST_GRID_W, step: 10 },
  defaultSafeState: 0,
  defaultRules: { minOnMs: 10_000, minOffMs: 10_000, maxSwitchesPerHour: 240, writeBudgetPerDay: 4_000 },
  readBackAfterMs: 1_000,
  readBackWithinMs: 10_000,
  effect: {
    kind: 'none',
    because: 'Grid power follows the setpoint only as far as panels, loads and battery limits allow.',
  },
  deviceLease: false,
};

/** Stored in flash and for ever: changed seldom. */
export const MINIMUM_SOC_CONTROL: ControlSpec = {
  control: { kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 },
  defaultSafeState: SAFE_MINIMUM_SOC_PCT,
  defaultRules: { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 6, writeBudgetPerDay: 24 },
  readBackAfterMs: 1_000,
  readBackWithinMs: 15_000,
  effect: { kind: 'none', because: 'A minimum acts only once the battery has come down to it.' },
  deviceLease: false,
};

const POWER_W: readonly [number, number] = [-150_000, 150_000];

export const GX_CHANNELS: readonly ChannelSpec[] = [
  {
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
  },
  {
    channelId: CHANNELS.grid,
    label: 'Grid',
    suggestedRole: 'grid',
    metrics: ['powerW'],
    bounds: { powerW: POWER_W },
    control: null,
  },
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
];
