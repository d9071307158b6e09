import type { ControlKind } from '../../../preload/contract/devices.ts';
import { channelId } from '../../ids.ts';
import type { ChannelSpec, ControlSpec } from '../types.ts';
import type { FamilyChoice } from './model.ts';
import { SLOTS } from './table.ts';

export const CHANNELS = {
  pv1: channelId('pv:1'),
  pv2: channelId('pv:2'),
  pv3: channelId('pv:3'),
  pv4: channelId('pv:4'),
  pv: channelId('pv'),
  battery: channelId('battery'),
  grid: channelId('grid'),
  grid1: channelId('grid:1'),
  grid2: channelId('grid:2'),
  grid3: channelId('grid:3'),
  load: channelId('load'),
  load1: channelId('load:1'),
  load2: channelId('load:2'),
  load3: channelId('load:3'),
  generator: channelId('generator'),
  inverter: channelId('inverter'),
  gridCharge: channelId('grid-charge-current'),
  gridChargeOn: channelId('grid-charge'),
  chargeLimit: channelId('max-charge-current'),
  dischargeLimit: channelId('max-discharge-current'),
  table: channelId('time-of-use'),
  todayPv: channelId('today:pv'),
  todayLoad: channelId('today:load'),
  todayGrid: channelId('today:grid'),
  todayBattery: channelId('today:battery'),
} as const;
export type ChannelName = keyof typeof CHANNELS;

/** What is read once a minute may be this old: two turns and a little. */
const SLOW_LIMIT_MS = 150_000;

/** The community's table allows 0 to 185 A; what this very inverter and battery bear may be less. */
const MOST_A = 185;

/** Settings are kept in non-volatile memory of unknown endurance, so they are written a few times a day at most. */
const setting = (control: ControlKind, defaultSafeState: ControlSpec['defaultSafeState'], because: string) => ({
  control,
  defaultSafeState,
  defaultRules: { minOnMs: 900_000, minOffMs: 900_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 12 },
  readBackAfterMs: 1_500,
  readBackWithinMs: 15_000,
  // A poll of 20 requests may be on the serial line already.
  wireLimitMs: 12_000,
  readEveryMs: 1_000,
  reconcileEveryMs: 60_000,
  effect: { kind: 'none' as const, because },
  deviceLease: false,
});

const AMPS: ControlKind = { kind: 'number', unit: 'A', minimum: 0, maximum: MOST_A, step: 1 };

export const GRID_CHARGE_CONTROL: ControlSpec = setting(
  AMPS,
  0,
  'The inverter charges from the grid only while its time-of-use slot and grid charging allow it.',
);
export const GRID_CHARGE_ON_CONTROL: ControlSpec = setting(
  { kind: 'switch' },
  false,
  'The inverter charges from the grid only while its time-of-use slot asks for it.',
);
/** As safe state a current that a small 48 V battery bears and that keeps a house's backup alive, about 2.5 kW. */
const SAFE_A = 50;
export const CHARGE_LIMIT_CONTROL: ControlSpec = setting(AMPS, SAFE_A, 'A limit shows only when more is on offer.');
export const DISCHARGE_LIMIT_CONTROL: ControlSpec = setting(AMPS, SAFE_A, 'A limit shows only when more is asked for.');

/** The smallest of these inverters has 3.6 kW; the table keeps 30 % and charges from the sun only. */
const SAFE_TABLE = ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00'].map((at) => `${at} 3000W 30%`).join('; ');

export const tableControl = (maximumW: number): ControlSpec => {
  const spec = setting(
    { kind: 'time-table', slots: SLOTS, maximumW },
    SAFE_TABLE,
    'A slot acts at its time, and as far as battery, loads and sun allow.',
  );
  return {
    ...spec,
    defaultRules: { ...spec.defaultRules, writeBudgetPerDay: 8 },
    readBackWithinMs: 30_000,
    wireLimitMs: 15_000,
  };
};

type Range = readonly [number, number];
const ENERGY_KWH: Range = [0, 10_000_000];
const DAY_KWH: Range = [0, 2_000];
const LIMIT_A: Range = [0, 500];

/** What a model can show at most: a value beyond it is a fault of the line. */
interface Ratings {
  readonly powerW: number;
  readonly stringW: number;
  readonly stringV: number;
  readonly battery: Range;
  readonly tableW: number;
}

const RATINGS: Readonly<Record<FamilyChoice, Ratings>> = {
  auto: { powerW: 40_000, stringW: 20_000, stringV: 1_000, battery: [30, 70], tableW: 30_000 },
  'single-phase': { powerW: 32_000, stringW: 15_000, stringV: 600, battery: [30, 70], tableW: 18_000 },
  'three-phase-lv': { powerW: 60_000, stringW: 20_000, stringV: 1_000, battery: [30, 70], tableW: 30_000 },
  'three-phase-hv': { powerW: 300_000, stringW: 80_000, stringV: 1_100, battery: [80, 1_000], tableW: 100_000 },
};

/** Every metric of these is read once a minute. */
const slowly = (spec: ChannelSpec): ChannelSpec => ({
  ...spec,
  freshnessLimits: Object.fromEntries(spec.metrics.map((metric) => [metric, SLOW_LIMIT_MS])),
});

const today = (channel: ChannelSpec['channelId'], label: string, both: boolean): ChannelSpec =>
  slowly({
    channelId: channel,
    label: `${label} today, by the inverter’s clock`,
    suggestedRole: 'none',
    metrics: both ? ['energyImportKwh', 'energyExportKwh'] : ['energyKwh'],
    bounds: both ? { energyImportKwh: DAY_KWH, energyExportKwh: DAY_KWH } : { energyKwh: DAY_KWH },
    control: null,
  });

const limit = (channel: ChannelSpec['channelId'], label: string, control: ControlSpec): ChannelSpec =>
  slowly({
    channelId: channel,
    label,
    suggestedRole: 'none',
    metrics: ['limitA'],
    bounds: { limitA: LIMIT_A },
    control,
  });

const onOff = (channel: ChannelSpec['channelId'], label: string, control: ControlSpec): ChannelSpec =>
  slowly({ channelId: channel, label, suggestedRole: 'none', metrics: ['on'], bounds: { on: [0, 1] }, control });

/** Every channel that a model of the chosen family may have. */
export const solarkChannels = (choice: FamilyChoice): readonly ChannelSpec[] => {
  const ratings = RATINGS[choice];
  const powerW: Range = [-ratings.powerW, ratings.powerW];
  const pvString = (channel: ChannelSpec['channelId'], number: number): ChannelSpec => ({
    channelId: channel,
    label: `Solar string ${number}`,
    suggestedRole: 'pv',
    // A fourth input shows its power alone.
    metrics: number === 4 ? ['powerW'] : ['powerW', 'voltageV', 'currentA'],
    bounds:
      number === 4
        ? { powerW: [0, ratings.stringW] }
        : { powerW: [0, ratings.stringW], voltageV: [0, ratings.stringV], currentA: [0, 80] },
    freshnessLimits: { voltageV: SLOW_LIMIT_MS, currentA: SLOW_LIMIT_MS },
    control: null,
  });
  const phase = (channel: ChannelSpec['channelId'], label: string, volts: boolean): ChannelSpec => ({
    channelId: channel,
    label,
    suggestedRole: 'none',
    metrics: volts ? ['powerW', 'voltageV'] : ['powerW'],
    bounds: volts ? { powerW, voltageV: [0, 300] } : { powerW },
    control: null,
  });
  return [
    pvString(CHANNELS.pv1, 1),
    pvString(CHANNELS.pv2, 2),
    pvString(CHANNELS.pv3, 3),
    pvString(CHANNELS.pv4, 4),
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
        'chargeLimitA',
        'dischargeLimitA',
        'energyImportKwh',
        'energyExportKwh',
      ],
      bounds: {
        powerW,
        voltageV: ratings.battery,
        currentA: [-328, 328],
        socPct: [0, 100],
        tempC: [-40, 80],
        chargeLimitA: LIMIT_A,
        dischargeLimitA: LIMIT_A,
        energyImportKwh: ENERGY_KWH,
        energyExportKwh: ENERGY_KWH,
      },
      freshnessLimits: {
        chargeLimitA: SLOW_LIMIT_MS,
        dischargeLimitA: SLOW_LIMIT_MS,
        energyImportKwh: SLOW_LIMIT_MS,
        energyExportKwh: SLOW_LIMIT_MS,
      },
      control: null,
    },
    {
      channelId: CHANNELS.grid,
      label: 'Grid',
      suggestedRole: 'grid',
      metrics: ['powerW', 'voltageV', 'frequencyHz', 'energyImportKwh', 'energyExportKwh'],
      bounds: {
        powerW,
        voltageV: [0, 300],
        frequencyHz: [40, 70],
        energyImportKwh: ENERGY_KWH,
        energyExportKwh: ENERGY_KWH,
      },
      freshnessLimits: { frequencyHz: SLOW_LIMIT_MS, energyImportKwh: SLOW_LIMIT_MS, energyExportKwh: SLOW_LIMIT_MS },
      control: null,
    },
    {
      channelId: CHANNELS.load,
      label: 'Loads',
      suggestedRole: 'load',
      metrics: ['powerW', 'energyKwh'],
      bounds: { powerW: [-500, ratings.powerW], energyKwh: ENERGY_KWH },
      freshnessLimits: { energyKwh: SLOW_LIMIT_MS },
      control: null,
    },
    {
      channelId: CHANNELS.inverter,
      label: 'Inverter',
      suggestedRole: 'none',
      metrics: ['powerW', 'tempC', 'faultCode', 'stateCode'],
      bounds: { powerW, tempC: [-40, 120], faultCode: [0, 64], stateCode: [0, 255] },
      freshnessLimits: { tempC: SLOW_LIMIT_MS, faultCode: SLOW_LIMIT_MS, stateCode: SLOW_LIMIT_MS },
      control: null,
    },
    phase(CHANNELS.grid1, 'Grid, phase 1', true),
    phase(CHANNELS.grid2, 'Grid, phase 2', true),
    phase(CHANNELS.grid3, 'Grid, phase 3', true),
    phase(CHANNELS.load1, 'Loads, phase 1', false),
    phase(CHANNELS.load2, 'Loads, phase 2', false),
    phase(CHANNELS.load3, 'Loads, phase 3', false),
    phase(CHANNELS.generator, 'Generator', false),
    slowly({
      channelId: CHANNELS.pv,
      label: 'All solar strings',
      suggestedRole: 'none',
      metrics: ['energyKwh'],
      bounds: { energyKwh: ENERGY_KWH },
      control: null,
    }),
    limit(CHANNELS.gridCharge, 'Charge current from the grid', GRID_CHARGE_CONTROL),
    onOff(CHANNELS.gridChargeOn, 'Charging from the grid', GRID_CHARGE_ON_CONTROL),
    limit(CHANNELS.chargeLimit, 'Most charge current', CHARGE_LIMIT_CONTROL),
    limit(CHANNELS.dischargeLimit, 'Most discharge current', DISCHARGE_LIMIT_CONTROL),
    onOff(CHANNELS.table, 'Time-of-use table', tableControl(ratings.tableW)),
    today(CHANNELS.todayPv, 'Solar energy', false),
    today(CHANNELS.todayLoad, 'Load energy', false),
    today(CHANNELS.todayGrid, 'Grid energy', true),
    today(CHANNELS.todayBattery, 'Battery energy', true),
  ];
};
