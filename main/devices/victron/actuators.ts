import type { Clock } from '../../clock.ts';
import type { ChannelId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { BlockBus, BlockRange } from '../modbus/bus.ts';
import type { ModbusClient } from '../modbus/client.ts';
import { checkedNumber } from '../modbus/setting.ts';
import { i16, wordOfI16, wordsOfI32HighFirst } from '../modbus/words.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import { CHANNELS } from './channel-ids.ts';
import {
  CHARGE_LIMIT_CONTROL,
  DISCHARGE_LIMIT_CONTROL,
  MINIMUM_SOC_CONTROL,
  NO_LIMIT,
  RELAY_CONTROL,
  SETPOINT_CONTROL,
} from './controls.ts';
import { dynamicEssSteers } from './failures.ts';
import { BLOCKS, SYSTEM_UNIT } from './registers.ts';

interface Deps {
  readonly client: ModbusClient;
  readonly bus: BlockBus;
  readonly clock: Clock;
  readonly log: Log;
}

/** A number in one register or two. */
interface Setting {
  readonly channelId: ChannelId;
  readonly spec: ControlSpec;
  readonly range: BlockRange;
  decode(words: readonly number[]): number;
  encode(value: number): readonly number[];
  before?(value: number, signal: AbortSignal): Promise<Result<void>>;
}

const i32Of = ([high = 0, low = 0]: readonly number[]): number => (high * 0x1_0000 + low) | 0;

const setting = ({ client, clock }: Deps, { channelId, spec, range, decode, encode, before }: Setting) => {
  const read = (signal: AbortSignal) => client.readHolding(SYSTEM_UNIT, range.start, range.count, signal);
  return {
    channelId,
    spec,
    read,
    write: async (value, { signal }) => {
      const number = checkedNumber(spec.control, value);
      if (!number.ok) return number;
      const allowed = (await before?.(number.value, signal)) ?? ok(undefined);
      if (!allowed.ok) return allowed;
      return client.writeMultiple(SYSTEM_UNIT, range.start, encode(number.value), signal);
    },
    readBack: async (signal) => {
      const askedAt = clock.now();
      const words = await read(signal);
      return words.ok ? ok({ value: decode(words.value), leaseEndsAt: null, measuredAt: askedAt }) : words;
    },
  } satisfies ChannelActuator & { read: unknown };
};

/** What is kept in flash stays for ever, so what stood there first is written to the log before it is changed. */
const stored = (deps: Deps, what: string, parts: Omit<Setting, 'before'>): ChannelActuator => {
  let originalKnown = false;
  const { read, ...actuator } = setting(deps, {
    ...parts,
    before: async (wanted, signal) => {
      if (originalKnown) return ok(undefined);
      const original = await read(signal);
      if (!original.ok) return original;
      originalKnown = true;
      deps.log.info(`${what} before the first change`, { original: parts.decode(original.value), wanted });
      return ok(undefined);
    },
  });
  return actuator;
};

/** 2716: a GX that plans by itself would overwrite it within minutes, so two masters are refused. */
const gridSetpoint = (deps: Deps): ChannelActuator => {
  const { read: _, ...actuator } = setting(deps, {
    channelId: CHANNELS.setpoint,
    spec: SETPOINT_CONTROL,
    range: BLOCKS.setpoint,
    decode: i32Of,
    encode: wordsOfI32HighFirst,
    before: async (value, signal) => {
      if (value === 0) return ok(undefined); // Handing back is always right.
      const mode = await deps.bus.readIfThere(SYSTEM_UNIT, BLOCKS.dynamicEss, signal);
      if (!mode.ok) return mode;
      return !mode.value || mode.value.u16(BLOCKS.dynamicEss.start) === 0 ? ok(undefined) : dynamicEssSteers();
    },
  });
  return actuator;
};

/** 2720 in watts; where the firmware has only 2704, that one in tens of watts. */
const dischargeLimit = (deps: Deps): ChannelActuator => {
  const shared = { channelId: CHANNELS.dischargeLimit, spec: DISCHARGE_LIMIT_CONTROL };
  const what = 'Discharge power limit';
  const wide = stored(deps, what, {
    ...shared,
    range: BLOCKS.wideDischargeLimit,
    decode: i32Of,
    encode: wordsOfI32HighFirst,
  });
  const narrow = stored(deps, what, {
    ...shared,
    range: { start: BLOCKS.limits.start, count: 1 },
    decode: ([word = 0]) => (i16(word) < 0 ? NO_LIMIT : i16(word) * 10),
    encode: (value) => [wordOfI16(value < 0 ? NO_LIMIT : value / 10)],
  });
  const which = async (signal: AbortSignal): Promise<Result<ChannelActuator>> => {
    const found = await deps.bus.readIfThere(SYSTEM_UNIT, BLOCKS.wideDischargeLimit, signal);
    return found.ok ? ok(found.value ? wide : narrow) : found;
  };
  return {
    ...shared,
    write: async (value, options) => {
      const register = await which(options.signal);
      if (!register.ok) return register;
      if (register.value === narrow && typeof value === 'number' && value > 0 && value % 10 !== 0)
        return permanent(
          'device.value-refused',
          `This GX takes the limit in tens of watts, not ${value} W.`,
          'Choose a multiple of 10, or update Venus OS.',
        );
      return register.value.write(value, options);
    },
    readBack: async (signal) => {
      const register = await which(signal);
      return register.ok ? register.value.readBack(signal) : register;
    },
  };
};

const relay = ({ client, clock }: Deps, channelId: ChannelId, address: number): ChannelActuator => ({
  channelId,
  spec: RELAY_CONTROL,
  write: async (value, { signal }) =>
    typeof value === 'boolean'
      ? client.writeMultiple(SYSTEM_UNIT, address, [Number(value)], signal)
      : permanent('device.wrong-setpoint', 'A relay takes on or off.', 'Ask for on or off.'),
  readBack: async (signal) => {
    const askedAt = clock.now();
    const words = await client.readHolding(SYSTEM_UNIT, address, 1, signal);
    return words.ok ? ok({ value: words.value[0] !== 0, leaseEndsAt: null, measuredAt: askedAt }) : words;
  },
});

/** Everything that this driver writes, all of it at unit 100. The stored grid setpoint 2700 is never touched. */
export const gxActuators = (deps: Deps): readonly ChannelActuator[] => [
  gridSetpoint(deps),
  stored(deps, 'Minimum state of charge', {
    channelId: CHANNELS.minimumSoc,
    spec: MINIMUM_SOC_CONTROL,
    range: BLOCKS.minimumSoc,
    decode: ([word = 0]) => word / 10,
    encode: (value) => [Math.round(value * 10)],
  }),
  stored(deps, 'Charge current limit', {
    channelId: CHANNELS.chargeLimit,
    spec: CHARGE_LIMIT_CONTROL,
    range: { start: BLOCKS.limits.start + 1, count: 1 },
    decode: ([word = 0]) => i16(word),
    encode: (value) => [wordOfI16(value)],
  }),
  dischargeLimit(deps),
  relay(deps, CHANNELS.relay1, BLOCKS.relays.start),
  relay(deps, CHANNELS.relay2, BLOCKS.relays.start + 1),
];
