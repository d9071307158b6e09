import { connectionSchema } from '../../../preload/contract/devices.ts';
import { ok, type Result } from '../../result.ts';
import type { Block } from '../modbus/block.ts';
import { type BlockRange, blockBus } from '../modbus/bus.ts';
import { createModbusClient } from '../modbus/client.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type { ChannelActuator, DeviceIdentity, Driver, OpenDevice } from '../types.ts';
import { GRID_CHARGE_CONTROL, SOLARK_CHANNELS } from './channels.ts';
import { CHANNELS, type SolarkPoll, solarkReadings } from './decode.ts';
import { checkedClass, serialOf } from './model.ts';
import { BLOCKS, DEFAULT_UNIT, PAUSE_MS, SOLARK_EXCEPTIONS } from './registers.ts';

/** What has no turn in every poll: the two groups take turns, so that a value is at most two polls old. */
const SLOW_GROUPS = [
  ['strings', 'runState', 'gridCharge'],
  ['energy', 'temperatures'],
] as const;

type SlowBlock = (typeof SLOW_GROUPS)[number][number];

/**
 * Sol-Ark, Deye and Sunsynk hybrids of the single and split phase class, behind a gateway that turns Modbus TCP into
 * the inverter's RS-485.
 */
export const solark: Driver = {
  id: 'solark',
  label: 'Sol-Ark, Deye or Sunsynk inverter',
  vendor: 'Sol-Ark',
  products: ['Sol-Ark 5K, 8K, 12K, 15K', 'Deye SUN-SG hybrids, single phase', 'Sunsynk ECCO hybrids, single phase'],
  deviceClass: 'inverter',
  reach: 'local',
  connectionSchema: connectionSchema.refine(({ unitId }) => unitId !== 0, {
    path: ['unitId'],
    message: 'Unit id 0 never answers: look up "Modbus SN" in the inverter’s menu, usually 1.',
  }),
  defaultPort: 502,
  needsUnitId: true,
  takesPassword: false,
  pollPeriodMs: 5_000,
  freshnessLimitMs: 17_500,
  parallelRequests: 1,
  channels: SOLARK_CHANNELS,
  busKey: ({ host, port }) => `modbus-tcp:${host.toLowerCase()}:${port}`,
  open: ({ connection }, { clock, log }): OpenDevice => {
    const unitId = connection.unitId ?? DEFAULT_UNIT;
    const client = createModbusClient({
      host: connection.host,
      port: connection.port,
      clock,
      pauseMs: PAUSE_MS,
      meanings: SOLARK_EXCEPTIONS,
    });
    const bus = blockBus(client);
    const block = (range: BlockRange, signal: AbortSignal) => bus.read(unitId, range, signal);
    let classChecked = false;
    let warnedOfMoreStrings = false;
    let polls = 0;

    const identity = async (signal: AbortSignal): Promise<Result<Block>> => {
      const found = await block(BLOCKS.identity, signal);
      if (!found.ok) return found;
      const known = checkedClass(found.value.u16(0));
      classChecked = known.ok;
      return known.ok ? found : known;
    };
    /** No register but 0 is read or written before the class is known. */
    const known = async (signal: AbortSignal): Promise<Result<void>> => {
      if (classChecked) return ok(undefined);
      const found = await identity(signal);
      return found.ok ? ok(undefined) : found;
    };

    const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
      const found = await identity(signal);
      if (!found.ok) return found;
      const serial = serialOf(found.value, connection.host);
      if (!serial.ok) return serial;
      const rated = await block(BLOCKS.ratedPower, signal);
      if (!rated.ok) return rated;
      const ratedKw = rated.value.u32Low(16, 17) / 10_000;
      return ok({ serial: serial.value, model: `Hybrid inverter, ${ratedKw} kW`, firmware: null });
    };

    const poll = async (signal: AbortSignal): Promise<Result<SolarkPoll>> => {
      const fastGrid = await block(BLOCKS.fastGrid, signal);
      if (!fastGrid.ok) return fastGrid;
      const fastPower = await block(BLOCKS.fastPower, signal);
      if (!fastPower.ok) return fastPower;
      const fastBattery = await block(BLOCKS.fastBattery, signal);
      if (!fastBattery.ok) return fastBattery;
      const slow: Partial<Record<SlowBlock, Block>> = {};
      for (const name of polls === 0 ? SLOW_GROUPS.flat() : (SLOW_GROUPS[polls % 2] ?? [])) {
        const found = await block(BLOCKS[name], signal);
        if (!found.ok) return found;
        slow[name] = found.value;
      }
      polls += 1;
      return ok({ fastGrid: fastGrid.value, fastPower: fastPower.value, fastBattery: fastBattery.value, ...slow });
    };

    const warnOfMoreStrings = (fastPower: Block): void => {
      if (warnedOfMoreStrings || (fastPower.u16(188) === 0 && fastPower.u16(189) === 0)) return;
      warnedOfMoreStrings = true;
      log.warn('The inverter has a third or fourth solar string, which is not read', { host: connection.host });
    };

    const gridCharge: ChannelActuator = {
      channelId: CHANNELS.gridCharge,
      spec: GRID_CHARGE_CONTROL,
      write: async (value, { signal }) => {
        const amps = checkedNumber(GRID_CHARGE_CONTROL.control, value);
        if (!amps.ok) return amps;
        const right = await known(signal);
        if (!right.ok) return right;
        // Function 16 even for one register: the family does not rely on function 6.
        return client.writeMultiple(unitId, BLOCKS.gridCharge.start, [Math.round(amps.value)], signal);
      },
      readBack: async (signal) => {
        const right = await known(signal);
        if (!right.ok) return right;
        const found = await block(BLOCKS.gridCharge, signal);
        if (!found.ok) return found;
        return ok({ value: found.value.u16(BLOCKS.gridCharge.start), leaseEndsAt: null, measuredAt: clock.now() });
      },
    };

    return {
      reader: {
        identify,
        read: async (signal) => {
          const right = await known(signal);
          if (!right.ok) return right;
          const measuredAt = clock.now();
          const polled = await poll(signal);
          if (!polled.ok) return polled;
          warnOfMoreStrings(polled.value.fastPower);
          return ok(solarkReadings(polled.value, { measuredAt, receivedAt: clock.now() }));
        },
        diagnostics: () => {
          const { requests, failures, malformed, unmatched } = client.counters();
          return { requests, failures, rejected: malformed + unmatched };
        },
      },
      actuators: [gridCharge],
      close: () => client.close(),
    };
  },
};
