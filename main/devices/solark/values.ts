import type { Metric, Quality } from '../../../preload/contract/base.ts';
import type { Block } from '../modbus/block.ts';
import type { ChannelName } from './channels.ts';
import type { FamilyRegisters } from './registers.ts';
import { isInForce } from './table.ts';

export type Value = readonly [channel: ChannelName, metric: Metric, value: number, quality?: Quality];

/** What an inverter has shown of itself so far. */
export interface Shown {
  /** Strings 3 and 4 count once they delivered, or where the person says how many there are. */
  readonly strings: number;
  /** Whether the AUX port is a generator's; null until the settings were read. */
  readonly hasGenerator: boolean | null;
  /** Whether high words of the powers are filled: older models leave them 0. */
  readonly wide: boolean;
}

/** A raw 0 would be −100 °C: no sensor. */
export const temperatureC = (raw: number): number | null => (raw === 0 ? null : (raw - 1_000) / 10);

/** Faults are 64 bits; the manual numbers them F01 to F64. The lowest one set, 0 for none. */
export const firstFault = (words: readonly number[]): number => {
  const at = words.findIndex((word) => word !== 0);
  const word = words[at];
  return word === undefined ? 0 : at * 16 + Math.log2(word & -word) + 1;
};

/** The value unless there is none. */
export const unlessNull = (channel: Value[0], metric: Value[1], value: number | null): readonly Value[] =>
  value === null ? [] : [[channel, metric, value]];

export interface BatteryRaw {
  readonly voltageV: number;
  readonly socPct: number;
  /** + discharging, as the family counts. */
  readonly dischargeW: number;
  readonly dischargeA: number;
  readonly tempRaw: number;
}

/** No battery has 0 V: none is connected. Without a BMS the level may read 0: kept to look at, not to decide on. */
export const batteryValues = ({ voltageV, socPct, dischargeW, dischargeA, tempRaw }: BatteryRaw): readonly Value[] =>
  voltageV === 0
    ? []
    : [
        ['battery', 'powerW', -dischargeW],
        ['battery', 'currentA', -dischargeA],
        ['battery', 'voltageV', voltageV],
        ['battery', 'socPct', socPct, socPct === 0 ? 'suspect' : 'good'],
        ...unlessNull('battery', 'tempC', temperatureC(tempRaw)),
      ];

/** 0 A or less is a BMS that does not say. */
const bmsLimit = (block: Block, address: number): number | null =>
  block.has(address) && block.i16(address) > 0 ? block.i16(address) : null;

export const settingValues = (block: Block, at: FamilyRegisters): readonly Value[] => [
  ['chargeLimit', 'limitA', block.u16(at.chargeA)],
  ['dischargeLimit', 'limitA', block.u16(at.dischargeA)],
  ['gridCharge', 'limitA', block.u16(at.gridChargeA)],
  ['gridChargeOn', 'on', block.u16(at.gridCharge) & 1],
  ['table', 'on', Number(isInForce(block, at.table))],
  ...unlessNull('battery', 'chargeLimitA', bmsLimit(block, at.bmsChargeA)),
  ...unlessNull('battery', 'dischargeLimitA', bmsLimit(block, at.bmsDischargeA)),
];
