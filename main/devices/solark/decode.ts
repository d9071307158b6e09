import type { Metric, Quality } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { Block } from '../modbus/block.ts';

export const CHANNELS = {
  pv1: channelId('pv:1'),
  pv2: channelId('pv:2'),
  battery: channelId('battery'),
  grid: channelId('grid'),
  load: channelId('load'),
  inverter: channelId('inverter'),
  gridCharge: channelId('grid-charge-current'),
  todayPv: channelId('today:pv'),
  todayLoad: channelId('today:load'),
  todayGrid: channelId('today:grid'),
  todayBattery: channelId('today:battery'),
} as const;

/** The blocks of one poll; those that had no turn in it are absent. */
export interface SolarkPoll {
  readonly fastGrid: Block;
  readonly fastPower: Block;
  readonly fastBattery: Block;
  readonly strings?: Block;
  readonly runState?: Block;
  readonly gridCharge?: Block;
  readonly energy?: Block;
  readonly temperatures?: Block;
}

type Value = readonly [channel: keyof typeof CHANNELS, metric: Metric, value: number, quality?: Quality];

/** Readings in the product's signs: the family counts discharging as positive, so battery power and current turn round. */
export const solarkReadings = (
  poll: SolarkPoll,
  times: { readonly measuredAt: number; readonly receivedAt: number },
): readonly Reading[] =>
  [
    ...powerValues(poll),
    ...batteryValues(poll),
    ...(poll.strings ? stringValues(poll.strings) : []),
    ...(poll.energy ? energyValues(poll.energy) : []),
    ...inverterValues(poll),
  ].map(([channel, metric, value, quality]) => ({
    channelId: CHANNELS[channel],
    metric,
    value: value === 0 ? 0 : value, // −0 is 0.
    quality: quality ?? 'good',
    ...times,
  }));

const powerValues = ({ fastGrid, fastPower }: SolarkPoll): readonly Value[] => [
  ['pv1', 'powerW', fastPower.u16(186)],
  ['pv2', 'powerW', fastPower.u16(187)],
  // 172 is the whole house at the current transformers; 169 is only what passes the inverter's own terminals.
  ['grid', 'powerW', fastPower.i16(172)],
  ['grid', 'voltageV', fastGrid.u16(150) / 10],
  ['load', 'powerW', fastPower.i16(178)],
];

const batteryValues = ({ fastPower, fastBattery }: SolarkPoll): readonly Value[] => {
  const voltageV = fastPower.u16(183) / 100;
  const socPct = fastPower.u16(184);
  if (voltageV === 0) return []; // No battery has 0 V: none is connected.
  const tempC = temperatureC(fastPower.u16(182));
  return [
    ['battery', 'powerW', -fastBattery.i16(190)],
    ['battery', 'currentA', -fastBattery.i16(191) / 100],
    ['battery', 'voltageV', voltageV],
    // Without a BMS the state of charge may read 0: kept to look at, not to decide on.
    ['battery', 'socPct', socPct, socPct === 0 ? 'suspect' : 'good'],
    ...(tempC === null ? [] : ([['battery', 'tempC', tempC]] satisfies Value[])),
  ];
};

/** A raw 0 would be −100 °C: no sensor. */
const temperatureC = (raw: number): number | null => (raw === 0 ? null : (raw - 1_000) / 10);

const stringValues = (strings: Block): readonly Value[] => [
  ['pv1', 'voltageV', strings.u16(109) / 10],
  ['pv1', 'currentA', strings.u16(110) / 10],
  ['pv2', 'voltageV', strings.u16(111) / 10],
  ['pv2', 'currentA', strings.u16(112) / 10],
  ['inverter', 'faultCode', firstFault([103, 104, 105, 106].map(strings.u16))],
  ['todayPv', 'energyKwh', strings.u16(108) / 10],
];

/** Faults are 64 bits; the manual numbers them F01 to F64. The lowest one set, 0 for none. */
export const firstFault = (words: readonly number[]): number => {
  const at = words.findIndex((word) => word !== 0);
  const word = words[at];
  return word === undefined ? 0 : at * 16 + Math.log2(word & -word) + 1;
};

const energyValues = (energy: Block): readonly Value[] => {
  const frequencyHz = energy.u16(79) / 100;
  return [
    ['battery', 'energyImportKwh', energy.u32Low(72, 73) / 10],
    ['battery', 'energyExportKwh', energy.u32Low(74, 75) / 10],
    // The frequency stands between the two words of total import.
    ['grid', 'energyImportKwh', energy.u32Low(78, 80) / 10],
    ['grid', 'energyExportKwh', energy.u32Low(81, 82) / 10],
    ...(frequencyHz === 0 ? [] : ([['grid', 'frequencyHz', frequencyHz]] satisfies Value[])),
    ['load', 'energyKwh', energy.u32Low(85, 86) / 10],
    ['todayBattery', 'energyImportKwh', energy.u16(70) / 10],
    ['todayBattery', 'energyExportKwh', energy.u16(71) / 10],
    ['todayGrid', 'energyImportKwh', energy.u16(76) / 10],
    ['todayGrid', 'energyExportKwh', energy.u16(77) / 10],
    ['todayLoad', 'energyKwh', energy.u16(84) / 10],
  ];
};

const inverterValues = ({ fastPower, runState, temperatures, gridCharge }: SolarkPoll): readonly Value[] => {
  const values: Value[] = [['inverter', 'powerW', fastPower.i16(175)]];
  if (runState) values.push(['inverter', 'stateCode', runState.u16(59)]);
  const tempC = temperatures ? temperatureC(temperatures.u16(91)) : null;
  if (tempC !== null) values.push(['inverter', 'tempC', tempC]);
  if (gridCharge) values.push(['gridCharge', 'limitA', gridCharge.u16(230)]);
  return values;
};
