import type { Metric, Quality } from '../../../preload/contract/base.ts';
import type { ChannelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import type { Block } from '../modbus/block.ts';
import { CHANNELS, GRID_PHASES, type GxChannel, LOAD_PHASES } from './channel-ids.ts';
import { NO_LIMIT } from './controls.ts';
import { nominalVoltage } from './nominal-voltage.ts';
import { BLOCKS, INPUT_NOT_AVAILABLE } from './registers.ts';

/** One poll. A block that this installation does not have is null. */
export interface GxPoll {
  readonly battery: Block;
  readonly narrowAc: Block;
  readonly wideAc: Block | null;
  readonly dcPv: Block;
  readonly dcLoads: Block;
  readonly setpoint: Block | null;
  readonly minimumSoc: Block | null;
  /** 2704 and 2705. */
  readonly limits: Block | null;
  /** 2720, the wide twin of 2704. */
  readonly wideDischargeLimit: Block | null;
  readonly service: { readonly values: Block; readonly limits: Block | null } | null;
}

type Value = readonly [channel: GxChannel, metric: Metric, value: number, quality?: Quality];

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

/** The channels that this installation has: what is measured, and what its firmware lets be set. */
export const gxPresent = (poll: GxPoll, readings: readonly Reading[]): readonly ChannelId[] => {
  const settable: readonly (readonly [GxChannel, boolean])[] = [
    ['setpoint', poll.setpoint !== null],
    ['minimumSoc', poll.minimumSoc !== null],
    ['chargeLimit', poll.limits !== null],
    ['dischargeLimit', poll.limits !== null || poll.wideDischargeLimit !== null],
  ];
  const named = settable.flatMap(([name, isThere]) => (isThere ? [CHANNELS[name]] : []));
  return [...new Set([...readings.map(({ channelId }) => channelId), ...named])];
};

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const acValues = ({ narrowAc, wideAc, dcPv, dcLoads }: GxPoll): readonly Value[] => {
  const gridPhasesW = wideAc ? [908, 910, 912].map(wideAc.i32) : [820, 821, 822].map(narrowAc.i16);
  const loadPhasesW = wideAc ? [902, 904, 906].map(wideAc.u32) : [817, 818, 819].map(narrowAc.u16);
  const acPvW = wideAc
    ? total([884, 886, 888, 890, 892, 894, 896, 898, 900].map(wideAc.u32))
    : total([808, 809, 810, 811, 812, 813, 814, 815, 816].map(narrowAc.u16));
  const gridW = total(gridPhasesW);
  const loadW = total(loadPhasesW) + dcLoads.i16(860);
  const gridKnown = gridPhasesW.some((powerW) => powerW !== 0) || narrowAc.i16(826) !== INPUT_NOT_AVAILABLE;
  // A phase that is not there reads 0 as well: a second one that carries load shows that there are several.
  const hasPhases = loadPhasesW.slice(1).some((powerW) => powerW !== 0);
  const phases = (names: readonly GxChannel[], powersW: readonly number[]): readonly Value[] =>
    hasPhases ? names.map((name, at) => [name, 'powerW', powersW[at] ?? 0]) : [];
  return [
    ['pv', 'powerW', acPvW + dcPv.u16(850)],
    ...(gridKnown ? ([['grid', 'powerW', gridW], ...phases(GRID_PHASES, gridPhasesW)] satisfies Value[]) : []),
    // Exactly 0 W on every phase is a system without load measurement, not a house in which nothing runs.
    ...(loadW === 0 ? [] : ([['load', 'powerW', loadW]] satisfies Value[])),
    ...phases(LOAD_PHASES, loadPhasesW),
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

/** Where no limit is set there is none to show. */
const limitValue = (channel: GxChannel, metric: Metric, limit: number | null): readonly Value[] =>
  limit === null || limit <= NO_LIMIT ? [] : [[channel, metric, limit]];

/** 2704 counts in tens of watts and so cannot tell "no limit" from 0 for certain: only more than 0 is a reading. */
export const dischargeLimitW = ({ limits, wideDischargeLimit }: Pick<GxPoll, 'limits' | 'wideDischargeLimit'>) => {
  if (wideDischargeLimit) return wideDischargeLimit.i32(BLOCKS.wideDischargeLimit.start);
  const tens = limits?.i16(BLOCKS.limits.start) ?? 0;
  return tens > 0 ? tens * 10 : null;
};

const settingValues = (poll: GxPoll): readonly Value[] => {
  const { setpoint, minimumSoc, limits, narrowAc } = poll;
  return [
    ...(setpoint ? ([['setpoint', 'setpointW', setpoint.i32(BLOCKS.setpoint.start)]] satisfies Value[]) : []),
    ...(minimumSoc
      ? ([['minimumSoc', 'minSocPct', minimumSoc.u16(BLOCKS.minimumSoc.start) / 10]] satisfies Value[])
      : []),
    ...limitValue('chargeLimit', 'chargeLimitA', limits?.i16(BLOCKS.limits.start + 1) ?? null),
    ...limitValue('dischargeLimit', 'powerLimitW', dischargeLimitW(poll)),
    ['relay1', 'on', narrowAc.u16(BLOCKS.relays.start) === 0 ? 0 : 1],
    ['relay2', 'on', narrowAc.u16(BLOCKS.relays.start + 1) === 0 ? 0 : 1],
  ];
};
