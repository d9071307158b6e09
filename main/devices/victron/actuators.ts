import type { Clock } from '../../clock.ts';
import type { ChannelId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import type { BlockBus } from '../modbus/bus.ts';
import type { ModbusClient } from '../modbus/client.ts';
import { checkedNumber } from '../modbus/setting.ts';
import { wordsOfI32HighFirst } from '../modbus/words.ts';
import type { ChannelActuator, ControlSpec } from '../types.ts';
import { MINIMUM_SOC_CONTROL, SETPOINT_CONTROL } from './channels.ts';
import { CHANNELS } from './decode.ts';
import { BLOCKS, SYSTEM_UNIT } from './registers.ts';

interface Deps {
  readonly client: ModbusClient;
  readonly bus: BlockBus;
  readonly clock: Clock;
  readonly log: Log;
}

interface Setting {
  readonly channelId: ChannelId;
  readonly spec: ControlSpec;
  readonly range: { readonly start: number; readonly count: number };
  decode(block: Block): number;
  encode(value: number): readonly number[];
  before(value: number, signal: AbortSignal): Promise<Result<void>>;
}

const actuator = ({ client, bus, clock }: Deps, setting: Setting): ChannelActuator => ({
  channelId: setting.channelId,
  spec: setting.spec,
  write: async (value, { signal }) => {
    const number = checkedNumber(setting.spec.control, value);
    if (!number.ok) return number;
    const allowed = await setting.before(number.value, signal);
    if (!allowed.ok) return allowed;
    return client.writeMultiple(SYSTEM_UNIT, setting.range.start, setting.encode(number.value), signal);
  },
  readBack: async (signal) => {
    const block = await bus.read(SYSTEM_UNIT, setting.range, signal);
    if (!block.ok) return block;
    return ok({ value: setting.decode(block.value), leaseEndsAt: null, measuredAt: clock.now() });
  },
});

/** 2716: a GX that plans by itself would overwrite it within minutes, so two masters are refused. */
export const gridSetpointActuator = (deps: Deps): ChannelActuator =>
  actuator(deps, {
    channelId: CHANNELS.setpoint,
    spec: SETPOINT_CONTROL,
    range: BLOCKS.setpoint,
    decode: (block) => block.i32(BLOCKS.setpoint.start),
    encode: wordsOfI32HighFirst,
    before: async (value, signal) => {
      if (value === 0) return ok(undefined); // Handing back is always right.
      const mode = await deps.bus.readIfThere(SYSTEM_UNIT, BLOCKS.dynamicEss, signal);
      if (!mode.ok) return mode;
      if (!mode.value || mode.value.u16(BLOCKS.dynamicEss.start) === 0) return ok(undefined);
      return permanent(
        'victron.dynamic-ess',
        'Dynamic ESS of the GX steers the battery itself.',
        'Choose one master: switch Dynamic ESS off in VRM, or leave the grid setpoint alone here.',
      );
    },
  });

/** 2901 stays for ever, so what stood there first is written to the log before it is changed. */
export const minimumSocActuator = (deps: Deps): ChannelActuator => {
  let originalKnown = false;
  return actuator(deps, {
    channelId: CHANNELS.minimumSoc,
    spec: MINIMUM_SOC_CONTROL,
    range: BLOCKS.minimumSoc,
    decode: (block) => block.u16(BLOCKS.minimumSoc.start) / 10,
    encode: (value) => [Math.round(value * 10)],
    before: async (value, signal) => {
      if (originalKnown) return ok(undefined);
      const original = await deps.bus.read(SYSTEM_UNIT, BLOCKS.minimumSoc, signal);
      if (!original.ok) return original;
      originalKnown = true;
      const originalPct = original.value.u16(BLOCKS.minimumSoc.start) / 10;
      deps.log.info('Minimum state of charge before the first change', { originalPct, wantedPct: value });
      return ok(undefined);
    },
  });
};
