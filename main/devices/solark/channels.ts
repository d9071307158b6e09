import type { ChannelSpec, ControlSpec } from '../types.ts';
import { CHANNELS } from './decode.ts';

/** Kept in non-volatile memory of unknown endurance, so it is written a few times a day at most. */
export const GRID_CHARGE_CONTROL: ControlSpec = {
  control: { kind: 'number', unit: 'A', minimum: 0, maximum: 185, step: 1 },
  defaultSafeState: 0,
  defaultRules: { minOnMs: 900_000, minOffMs: 900_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 12 },
  readBackAfterMs: 1_500,
  readBackWithinMs: 15_000,
  effect: {
    kind: 'none',
    because: 'The inverter charges from the grid only while its time-of-use slot and grid charging allow it.',
  },
  deviceLease: false,
};

const ENERGY_KWH: readonly [number, number] = [0, 10_000_000];
const DAY_KWH: readonly [number, number] = [0, 1_000];
const POWER_W: readonly [number, number] = [-32_768, 32_767];

const pvString = (channelId: ChannelSpec['channelId'], label: string): ChannelSpec => ({
  channelId,
  label,
  suggestedRole: 'pv',
  metrics: ['powerW', 'voltageV', 'currentA'],
  bounds: { powerW: [0, 20_000], voltageV: [0, 600], currentA: [0, 60] },
  control: null,
});

const today = (channelId: ChannelSpec['channelId'], label: string, both: boolean): ChannelSpec => ({
  channelId,
  label,
  suggestedRole: 'none',
  metrics: both ? ['energyImportKwh', 'energyExportKwh'] : ['energyKwh'],
  bounds: both ? { energyImportKwh: DAY_KWH, energyExportKwh: DAY_KWH } : { energyKwh: DAY_KWH },
  control: null,
});

export const SOLARK_CHANNELS: readonly ChannelSpec[] = [
  pvString(CHANNELS.pv1, 'Solar string 1'),
  pvString(CHANNELS.pv2, 'Solar string 2'),
  {
    channelId: CHANNELS.battery,
    label: 'Battery',
    suggestedRole: 'battery',
    metrics: ['powerW', 'voltageV', 'currentA', 'socPct', 'tempC', 'energyImportKwh', 'energyExportKwh'],
    bounds: {
      powerW: POWER_W,
      voltageV: [30, 70],
      currentA: [-328, 328],
      socPct: [0, 100],
      tempC: [-40, 80],
      energyImportKwh: ENERGY_KWH,
      energyExportKwh: ENERGY_KWH,
    },
    control: null,
  },
  {
    channelId: CHANNELS.grid,
    label: 'Grid',
    suggestedRole: 'grid',
    metrics: ['powerW', 'voltageV', 'frequencyHz', 'energyImportKwh', 'energyExportKwh'],
    bounds: {
      powerW: POWER_W,
      voltageV: [0, 300],
      frequencyHz: [40, 70],
      energyImportKwh: ENERGY_KWH,
      energyExportKwh: ENERGY_KWH,
    },
    control: null,
  },
  {
    channelId: CHANNELS.load,
    label: 'Loads',
    suggestedRole: 'load',
    metrics: ['powerW', 'energyKwh'],
    bounds: { powerW: [-500, 32_767], energyKwh: ENERGY_KWH },
    control: null,
  },
  {
    channelId: CHANNELS.inverter,
    label: 'Inverter',
    suggestedRole: 'none',
    metrics: ['powerW', 'tempC', 'faultCode', 'stateCode'],
    bounds: { powerW: POWER_W, tempC: [-40, 120], faultCode: [0, 64], stateCode: [0, 255] },
    control: null,
  },
  {
    channelId: CHANNELS.gridCharge,
    label: 'Charge current from the grid',
    suggestedRole: 'none',
    metrics: ['limitA'],
    bounds: { limitA: [0, 500] },
    control: GRID_CHARGE_CONTROL,
  },
  today(CHANNELS.todayPv, 'Solar energy today, by the inverter’s clock', false),
  today(CHANNELS.todayLoad, 'Load energy today, by the inverter’s clock', false),
  today(CHANNELS.todayGrid, 'Grid energy today, by the inverter’s clock', true),
  today(CHANNELS.todayBattery, 'Battery energy today, by the inverter’s clock', true),
];
