import type { Metric, Quality } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { Block } from '../modbus/block.ts';
import { INPUT_NOT_AVAILABLE } from './registers.ts';

export const CHANNELS = {
  battery: channelId('battery'),
  grid: channelId('grid'),
  pv: channelId('pv'),
  load: channelId('load'),
  setpoint: channelId('grid-setpoint'),
  minimumSoc: channelId('minimum-soc'),
} as const;

/** One poll. A block that this installation does not have is null. */
export interface GxPoll {
  readonly battery: Block;
  readonly narrowAc: Block;
  readonly wideAc: Block | null;
  readonly dcPv: Block;
  readonly dcLoads: Block;
  readonly setpoint: Block | null;
  readonly minimumSoc: Block | null;
  readonly service: { readonly values: Block; readonly limits: Block | null } | null;
}

type Value = readonly [channel: keyof typeof CHANNELS, metric: Metric, value: number, quality?: Quality];

/**
 * Turns registers into readings. A GX answers 0 for a value that it does not have, so 0 counts as a measurement only
 * where something else shows that the sensor is there.
 */
export const gxReadings = (
  poll: GxPoll,
  times: { readonly measuredAt: number; readonly receivedAt: number },
): readonly Reading[] =>
  [...acValues(poll), ...batteryValues(poll), ...settingValues(poll)].map(([channel, metric, value, quality]) => ({
    channelId: CHANNELS[channel],
    metric,
    value: value === 0 ? 0 : value,
    quality: quality ?? 'good',
    ...times,
  }));

const sum = (addresses: readonly number[], read: (address: number) => number): number =>
  addresses.reduce((total, address) => total + read(address), 0);

const acValues = ({ narrowAc, wideAc, dcPv, dcLoads }: GxPoll): readonly Value[] => {
  const gridW = wideAc ? sum([908, 910, 912], wideAc.i32) : sum([820, 821, 822], narrowAc.i16);
  const acLoadW = wideAc ? sum([902, 904, 906], wideAc.u32) : sum([817, 818, 819], narrowAc.u16);
  const acPvW = wideAc
    ? sum([884, 886, 888, 890, 892, 894, 896, 898, 900], wideAc.u32)
    : sum([808, 809, 810, 811, 812, 813, 814, 815, 816], narrowAc.u16);
  const loadW = acLoadW + dcLoads.i16(860);
  const gridKnown = gridW !== 0 || narrowAc.i16(826) !== INPUT_NOT_AVAILABLE;
  return [
    ['pv', 'powerW', acPvW + dcPv.u16(850)],
    ...(gridKnown ? ([['grid', 'powerW', gridW]] satisfies Value[]) : []),
    // Exactly 0 W on every phase is a system without load measurement, not a house in which nothing runs.
    ...(loadW === 0 ? [] : ([['load', 'powerW', loadW]] satisfies Value[])),
  ];
};

/** No battery has 0 V: without a voltage its monitor is silent, and current and power say nothing either. */
const batteryValues = ({ battery, service }: GxPoll): readonly Value[] => {
  const voltageV = battery.u16(840) / 10;
  const wholeSocPct = battery.u16(843);
  if (voltageV === 0 && wholeSocPct === 0) return [];
  const fineSocPct = service ? service.values.u16(266) / 10 : 0;
  // The service's tenths are taken only where they tell the same as the system's whole percent.
  const socPct = fineSocPct > 0 && Math.abs(fineSocPct - wholeSocPct) <= 1 ? fineSocPct : wholeSocPct;
  const electric: readonly Value[] =
    voltageV === 0
      ? []
      : [
          ['battery', 'powerW', battery.i16(842)],
          ['battery', 'voltageV', voltageV],
          ['battery', 'currentA', battery.i16(841) / 10],
        ];
  return [
    ...electric,
    // An empty battery and a monitor without a state of charge look alike: kept to look at, not to decide on.
    ['battery', 'socPct', socPct, socPct === 0 ? 'suspect' : 'good'],
    ...(service ? serviceValues(service.values, service.limits) : []),
  ];
};

const serviceValues = (values: Block, limits: Block | null): readonly Value[] => {
  const found: Value[] = [];
  const tempC = values.i16(262) / 10;
  if (tempC !== 0) found.push(['battery', 'tempC', tempC]);
  if (!limits) return found;
  const sohPct = limits.u16(304) / 10;
  if (sohPct > 0) found.push(['battery', 'sohPct', sohPct]);
  const capacityAh = limits.u16(309) / 10;
  const voltageV = values.u16(259) / 100;
  if (capacityAh > 0 && voltageV > 0) {
    found.push(['battery', 'capacityKwh', (capacityAh * nominalVoltage(voltageV)) / 1_000]);
  }
  // A BMS that gives limits also gives a charge voltage; then 0 A means that it forbids, else that it says nothing.
  if (limits.u16(305) > 0) {
    found.push(['battery', 'chargeLimitA', limits.u16(307) / 10]);
    found.push(['battery', 'dischargeLimitA', limits.u16(308) / 10]);
  }
  return found;
};

/** 12, 24 or 48 V class by the voltage now; LFP packs of 4, 8 and 16 cells. */
const nominalVoltage = (voltageV: number): number => (voltageV < 18 ? 12.8 : voltageV < 36 ? 25.6 : 51.2);

const settingValues = ({ setpoint, minimumSoc }: GxPoll): readonly Value[] => [
  ...(setpoint ? ([['setpoint', 'setpointW', setpoint.i32(2716)]] satisfies Value[]) : []),
  ...(minimumSoc ? ([['minimumSoc', 'minSocPct', minimumSoc.u16(2901) / 10]] satisfies Value[]) : []),
];
