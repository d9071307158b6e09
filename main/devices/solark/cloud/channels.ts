import { channelId } from '../../../ids.ts';
import type { ChannelSpec, ControlSpec } from '../../types.ts';
import { tableControl } from '../channels.ts';

export const CLOUD_CHANNELS = {
  pv: channelId('pv'),
  pv1: channelId('pv:1'),
  pv2: channelId('pv:2'),
  pv3: channelId('pv:3'),
  pv4: channelId('pv:4'),
  battery: channelId('battery'),
  grid: channelId('grid'),
  load: channelId('load'),
  generator: channelId('generator'),
  inverter: channelId('inverter'),
  table: channelId('time-of-use'),
  todayPv: channelId('today:pv'),
  todayGrid: channelId('today:grid'),
  todayBattery: channelId('today:battery'),
} as const;
export type CloudChannelName = keyof typeof CLOUD_CHANNELS;

const MOST_TABLE_W = 30_000;
/** The cloud hands a table on when the inverter asks for it, and shows it when the inverter has said so. */
export const CLOUD_TABLE_CONTROL: ControlSpec = {
  ...tableControl(MOST_TABLE_W),
  readBackAfterMs: 30_000,
  readBackWithinMs: 120_000,
  readEveryMs: 15_000,
  reconcileEveryMs: 100_000,
  wireLimitMs: 40_000,
};

type Range = readonly [number, number];
const POWER_W: Range = [-300_000, 300_000];
const ENERGY_KWH: Range = [0, 10_000_000];
const DAY_KWH: Range = [0, 2_000];

const pvString = (channel: ChannelSpec['channelId'], number: number): ChannelSpec => ({
  channelId: channel,
  label: `Solar string ${number}`,
  // Its power is in the sum already.
  suggestedRole: 'none',
  metrics: ['powerW', 'voltageV', 'currentA'],
  bounds: { powerW: [0, 80_000], voltageV: [0, 1_100], currentA: [0, 80] },
  control: null,
});

const today = (channel: ChannelSpec['channelId'], label: string, both: boolean): ChannelSpec => ({
  channelId: channel,
  label: `${label} today, by the inverter’s clock`,
  suggestedRole: 'none',
  metrics: both ? ['energyImportKwh', 'energyExportKwh'] : ['energyKwh'],
  bounds: both ? { energyImportKwh: DAY_KWH, energyExportKwh: DAY_KWH } : { energyKwh: DAY_KWH },
  control: null,
});

const READ_ONLY: readonly ChannelSpec[] = [
  {
    channelId: CLOUD_CHANNELS.pv,
    label: 'Solar',
    suggestedRole: 'pv',
    metrics: ['powerW', 'energyKwh'],
    bounds: { powerW: [0, 300_000], energyKwh: ENERGY_KWH },
    control: null,
  },
  pvString(CLOUD_CHANNELS.pv1, 1),
  pvString(CLOUD_CHANNELS.pv2, 2),
  pvString(CLOUD_CHANNELS.pv3, 3),
  pvString(CLOUD_CHANNELS.pv4, 4),
  {
    channelId: CLOUD_CHANNELS.battery,
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
      powerW: POWER_W,
      voltageV: [30, 1_000],
      currentA: [-1_000, 1_000],
      socPct: [0, 100],
      tempC: [-40, 80],
      chargeLimitA: [0, 1_000],
      dischargeLimitA: [0, 1_000],
      energyImportKwh: ENERGY_KWH,
      energyExportKwh: ENERGY_KWH,
    },
    control: null,
  },
  {
    channelId: CLOUD_CHANNELS.grid,
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
    channelId: CLOUD_CHANNELS.load,
    label: 'Loads',
    suggestedRole: 'load',
    metrics: ['powerW'],
    bounds: { powerW: [-500, 300_000] },
    control: null,
  },
  {
    channelId: CLOUD_CHANNELS.generator,
    label: 'Generator',
    suggestedRole: 'none',
    metrics: ['powerW'],
    bounds: { powerW: POWER_W },
    control: null,
  },
  {
    channelId: CLOUD_CHANNELS.inverter,
    label: 'Inverter',
    suggestedRole: 'none',
    metrics: ['stateCode'],
    bounds: { stateCode: [0, 255] },
    control: null,
  },
  today(CLOUD_CHANNELS.todayPv, 'Solar energy', false),
  today(CLOUD_CHANNELS.todayGrid, 'Grid energy', true),
  today(CLOUD_CHANNELS.todayBattery, 'Battery energy', true),
];

const TABLE: ChannelSpec = {
  channelId: CLOUD_CHANNELS.table,
  label: 'Time-of-use table',
  suggestedRole: 'none',
  metrics: [],
  bounds: {},
  control: CLOUD_TABLE_CONTROL,
};

export const cloudChannels = (tables: boolean): readonly ChannelSpec[] => (tables ? [...READ_ONLY, TABLE] : READ_ONLY);
