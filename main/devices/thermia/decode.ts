import type { Metric } from '../../../preload/contract/base.ts';
import { channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { i16, u32HighFirst } from '../modbus/words.ts';
import { ABSENT, type COILS, type DISCRETE, HOLDINGS, INPUTS } from './registers.ts';

export const CHANNELS = {
  heatPump: channelId('heat-pump'),
  room: channelId('room'),
  hotWater: channelId('hot-water'),
  hotWaterStart: channelId('hot-water-start'),
  allowHeating: channelId('allow-heating'),
  allowHotWater: channelId('allow-hot-water'),
  outdoor: channelId('outdoor'),
  supply: channelId('supply'),
} as const;

/** One poll; null where the model has no such registers. */
export interface ThermiaPoll {
  readonly inputs: Readonly<Record<Exclude<keyof typeof INPUTS, 'version'>, readonly number[] | null>>;
  readonly holdings: Readonly<Record<keyof typeof HOLDINGS, readonly number[] | null>>;
  readonly coils: Readonly<Record<keyof typeof COILS, readonly number[] | null>>;
  readonly discrete: Readonly<Record<keyof typeof DISCRETE, readonly number[] | null>>;
}

/** The signed value of a register among those of a block; null where it is not there or its sensor is not. */
export const valueAt = (
  words: readonly number[] | null,
  { start }: { readonly start: number },
  address: number,
): number | null => {
  const word = words?.[address - start];
  if (word === undefined) return null;
  const value = i16(word);
  return value === ABSENT ? null : value;
};

/** Hundredths of a degree. */
export const degrees = (raw: number | null): number | null => (raw === null ? null : raw / 100);

type Value = readonly [channel: keyof typeof CHANNELS, metric: Metric, value: number | null];

const powerW = (words: readonly number[] | null): number | null => {
  const phases = [78, 79, 80].flatMap((address) => valueAt(words, INPUTS.power, address) ?? []);
  return phases.length === 0 ? null : phases.reduce((sum, phase) => sum + phase, 0);
};

const energyKwh = (words: readonly number[] | null): number | null => {
  const [high, low] = words ?? [];
  return high === undefined || low === undefined || high === ABSENT ? null : u32HighFirst(high, low);
};

/** The gravest alarm: 1 class A, 2 class B, 3 class C, 0 none. */
const alarm = (bits: readonly number[] | null): number | null => (bits === null ? null : bits.indexOf(1) + 1);

export const thermiaReadings = (
  { inputs, holdings, coils, discrete }: ThermiaPoll,
  times: { readonly measuredAt: number; readonly receivedAt: number },
): readonly Reading[] => {
  const room = valueAt(inputs.room, INPUTS.room, 121);
  const values: readonly Value[] = [
    ['heatPump', 'powerW', powerW(inputs.power)],
    ['heatPump', 'energyKwh', energyKwh(inputs.energy)],
    ['heatPump', 'stateCode', valueAt(inputs.demand, INPUTS.demand, 1)],
    ['heatPump', 'on', discrete.compressor?.[0] ?? null],
    ['heatPump', 'faultCode', alarm(discrete.alarms)],
    // The room counts tenths, all others hundredths.
    ['room', 'tempC', room === null ? null : room / 10],
    ['room', 'targetTempC', degrees(valueAt(holdings.comfort, HOLDINGS.comfort, 5))],
    ['hotWater', 'tempC', degrees(valueAt(inputs.tank, INPUTS.tank, 17))],
    ['hotWater', 'targetTempC', degrees(valueAt(holdings.hotWater, HOLDINGS.hotWater, 23))],
    ['hotWaterStart', 'targetTempC', degrees(valueAt(holdings.hotWater, HOLDINGS.hotWater, 22))],
    ['allowHotWater', 'on', coils.allowed?.[0] ?? null],
    ['allowHeating', 'on', coils.allowed?.[1] ?? null],
    ['outdoor', 'tempC', degrees(valueAt(inputs.temperatures, INPUTS.temperatures, 13))],
    ['supply', 'tempC', degrees(valueAt(inputs.temperatures, INPUTS.temperatures, 12))],
  ];
  return values.flatMap(([channel, metric, value]) =>
    value === null ? [] : [{ channelId: CHANNELS[channel], metric, value, quality: 'good' as const, ...times }],
  );
};
