import type { Setpoint } from '../../../preload/contract/base.ts';
import { parseTimeTable } from '../../../preload/contract/time-table.ts';
import type { Clock } from '../../clock.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import {
  CHANNELS,
  CHARGE_LIMIT_CONTROL,
  DISCHARGE_LIMIT_CONTROL,
  GRID_CHARGE_CONTROL,
  GRID_CHARGE_ON_CONTROL,
} from './channels.ts';
import type { Inverter } from './inverter.ts';
import type { Family } from './model.ts';
import type { FamilyRegisters } from './registers.ts';
import { SLOTS, tableIn, tableRanges, tableWords, writesOf } from './table.ts';

/** Highest currents that battery and settings were seen at since the device was opened, by register. */
export interface SeenCurrents {
  see(address: number, amps: number): void;
  most(address: number): number;
}

export const createSeenCurrents = (): SeenCurrents => {
  const seen = new Map<number, number>();
  return {
    see: (address, amps) => void seen.set(address, Math.max(amps, seen.get(address) ?? 0)),
    most: (address) => seen.get(address) ?? 0,
  };
};

interface Parts {
  readonly inverter: Inverter;
  readonly clock: Clock;
  readonly seen: SeenCurrents;
}

type AmpsRegister = 'chargeA' | 'dischargeA' | 'gridChargeA';

const BATTERY_LIMIT: Readonly<Record<AmpsRegister, 'bmsChargeA' | 'bmsDischargeA'>> = {
  chargeA: 'bmsChargeA',
  dischargeA: 'bmsDischargeA',
  gridChargeA: 'bmsChargeA',
};

const refused = (message: string, advice: string) => permanent('device.value-refused', message, advice);

const amps = (
  { inverter, clock, seen }: Parts,
  channel: ChannelActuator['channelId'],
  spec: ControlSpec,
  name: AmpsRegister,
): ChannelActuator => {
  /** The setting as it is, and what the battery was seen to allow; 0 where it does not say. */
  const look = async (at: FamilyRegisters, signal: AbortSignal): Promise<Result<Block>> => {
    const battery = at[BATTERY_LIMIT[name]];
    const block = await inverter.read(
      [
        { start: at[name], count: 1 },
        { start: battery, count: 1, optional: true },
      ],
      signal,
    );
    if (!block.ok) return block;
    seen.see(at[name], block.value.u16(at[name]));
    if (block.value.has(battery)) seen.see(battery, block.value.i16(battery));
    return block;
  };
  return {
    channelId: channel,
    spec,
    write: async (value, { signal }) => {
      const wished = checkedNumber(spec.control, value);
      if (!wished.ok) return wished;
      const family = await inverter.family(signal);
      if (!family.ok) return family;
      const at = family.value.registers;
      const now = await look(at, signal);
      if (!now.ok) return now;
      const wholeA = Math.round(wished.value);
      if (inverter.stands(now.value, at[name], wholeA)) return ok(undefined);
      // The battery's own limit moves with its charge: what it allowed before, and what stood there before, may return.
      const batteryA = seen.most(at[BATTERY_LIMIT[name]]);
      if (batteryA > 0 && wholeA > batteryA && wholeA > seen.most(at[name]))
        return refused(
          `${wholeA} A is more than the battery allows: ${batteryA} A.`,
          `Choose ${batteryA} A or less; a battery that is full or cold allows less for a while.`,
        );
      return inverter.write(at[name], [wholeA], signal);
    },
    readBack: async (signal) => {
      const family = await inverter.family(signal);
      if (!family.ok) return family;
      const at = family.value.registers;
      const now = await look(at, signal);
      return now.ok ? ok({ value: now.value.u16(at[name]), leaseEndsAt: null, measuredAt: clock.now() }) : now;
    },
  };
};

const gridChargeSwitch = ({ inverter, clock }: Parts): ChannelActuator => {
  const look = async (signal: AbortSignal): Promise<Result<{ readonly address: number; readonly block: Block }>> => {
    const family = await inverter.family(signal);
    if (!family.ok) return family;
    const address = family.value.registers.gridCharge;
    const block = await inverter.read([{ start: address, count: 1 }], signal);
    return block.ok ? ok({ address, block: block.value }) : block;
  };
  return {
    channelId: CHANNELS.gridChargeOn,
    spec: GRID_CHARGE_ON_CONTROL,
    write: async (value, { signal }) => {
      if (typeof value !== 'boolean')
        return refused(`This setting does not take ${value}.`, 'It is a switch: on or off.');
      const found = await look(signal);
      if (!found.ok) return found;
      const { address, block } = found.value;
      // The other bits of the register mean other things.
      const next = value ? block.u16(address) | 1 : block.u16(address) & ~1;
      return inverter.stands(block, address, next) ? ok(undefined) : inverter.write(address, [next], signal);
    },
    readBack: async (signal) => {
      const found = await look(signal);
      if (!found.ok) return found;
      const { address, block } = found.value;
      return ok({ value: (block.u16(address) & 1) === 1, leaseEndsAt: null, measuredAt: clock.now() });
    },
  };
};

/** A setting of a high-voltage model whose scale nobody has confirmed is neither shown nor written. */
export const hasTable = ({ highVoltage }: Family): boolean => !highVoltage;

const noTable = () =>
  permanent(
    'solark.table-unknown',
    'How a high-voltage model keeps the powers of its time-of-use table is not known for certain.',
    'Set the table at the inverter; its currents can be set from here.',
  );

/** The slots of a wish, or why they cannot be written: refused before anything is on the wire. */
const fitting = (value: Setpoint, ratedW: number) => {
  const table = parseTimeTable(String(value));
  if ('problem' in table) return refused(table.problem, 'Write all six slots in rising order.');
  if (table.slots.length !== SLOTS)
    return refused(
      `The inverter has ${SLOTS} slots, not ${table.slots.length}.`,
      `Write all ${SLOTS} slots; split one in two to fill them.`,
    );
  const beyond = table.slots.findIndex(({ powerW }) => powerW > ratedW);
  return beyond < 0
    ? ok(table)
    : refused(
        `Slot ${beyond + 1} asks for more than the inverter can do: ${ratedW} W.`,
        `Choose ${ratedW} W or less in every slot.`,
      );
};

const timeTable = ({ inverter, clock }: Parts, spec: ControlSpec): ChannelActuator => {
  const registersOf = async (signal: AbortSignal): Promise<Result<Family>> => {
    const family = await inverter.family(signal);
    if (!family.ok) return family;
    return hasTable(family.value) ? family : noTable();
  };
  return {
    channelId: CHANNELS.table,
    spec,
    write: async (value, { signal }) => {
      const family = await registersOf(signal);
      if (!family.ok) return family;
      const rated = await inverter.ratedW(family.value, signal);
      if (!rated.ok) return rated;
      const wished = fitting(value, rated.value);
      if (!wished.ok) return wished;
      const at = family.value.registers.table;
      const stands = await inverter.read(tableRanges(at), signal);
      if (!stands.ok) return stands;
      const words = tableWords(wished.value.slots, wished.value.inForce, stands.value, at);
      const isThere = (address: number, word: number): boolean => inverter.stands(stands.value, address, word);
      for (const { start, values } of writesOf(words, isThere, at)) {
        const written = await inverter.write(start, values, signal);
        if (!written.ok) return written;
      }
      return ok(undefined);
    },
    readBack: async (signal) => {
      const family = await registersOf(signal);
      if (!family.ok) return family;
      const at = family.value.registers.table;
      const stands = await inverter.read(tableRanges(at), signal);
      if (!stands.ok) return stands;
      const value = tableIn(stands.value, at);
      return value === null
        ? temporary(
            'device.malformed',
            'The time-of-use table of the inverter holds times or levels that cannot be.',
            'Set its slots once at the inverter’s display.',
          )
        : ok({ value, leaseEndsAt: null, measuredAt: clock.now() });
    },
  };
};

export const solarkActuators = (parts: Parts, tableSpec: ControlSpec): readonly ChannelActuator[] => [
  gridChargeSwitch(parts),
  amps(parts, CHANNELS.gridCharge, GRID_CHARGE_CONTROL, 'gridChargeA'),
  amps(parts, CHANNELS.chargeLimit, CHARGE_LIMIT_CONTROL, 'chargeA'),
  amps(parts, CHANNELS.dischargeLimit, DISCHARGE_LIMIT_CONTROL, 'dischargeA'),
  timeTable(parts, tableSpec),
];
