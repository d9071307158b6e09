import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { ChannelId } from '../../ids.ts';
import { ok, type Result } from '../../result.ts';
import { blockBus } from '../modbus/bus.ts';
import { createModbusClient } from '../modbus/client.ts';
import type { ModbusFailure } from '../modbus/failures.ts';
import type { DeviceIdentity, Driver, OpenDevice } from '../types.ts';
import { gxActuators } from './actuators.ts';
import { batteryService } from './battery-service.ts';
import { GX_CHANNELS } from './channels.ts';
import { type GxPoll, gxPresent, gxReadings } from './decode.ts';
import { gxDiscovery } from './discovery.ts';
import { notAGx } from './failures.ts';
import { BLOCKS, GX_EXCEPTIONS, SYSTEM_UNIT } from './registers.ts';

const SERIAL = /^[0-9A-Za-z]{6,12}$/;

/**
 * Victron GX devices (Cerbo GX, Ekrano GX, Venus GX, Color Control GX, MultiPlus-II GX and others with Venus OS) over
 * Modbus TCP on the local network. `unitId` of the connection is the battery's own unit, where a person knows it.
 */
export const victronGx: Driver = {
  id: 'victron-gx',
  label: 'Victron GX (Modbus TCP)',
  vendor: 'Victron Energy',
  products: ['Cerbo GX', 'Ekrano GX', 'Venus GX', 'Color Control GX', 'MultiPlus-II GX', 'EasySolar-II GX'],
  deviceClass: 'inverter',
  reach: 'local',
  connectionSchema,
  defaultPort: 502,
  needsUnitId: false,
  takesPassword: false,
  discovery: gxDiscovery,
  pollPeriodMs: 5_000,
  freshnessLimitMs: 17_500,
  parallelRequests: 1,
  channels: GX_CHANNELS,
  busKey: ({ host, port }) => `modbus-tcp:${host.toLowerCase()}:${port}`,
  open: ({ connection }, { clock, log }): OpenDevice => {
    const client = createModbusClient({
      host: connection.host,
      port: connection.port,
      clock,
      meanings: GX_EXCEPTIONS,
    });
    const bus = blockBus(client);
    const service = batteryService(bus, connection.unitId, { clock, log });
    const system = (range: { readonly start: number; readonly count: number }, signal: AbortSignal) =>
      bus.read(SYSTEM_UNIT, range, signal);
    const systemIfThere = (range: { readonly start: number; readonly count: number }, signal: AbortSignal) =>
      bus.readIfThere(SYSTEM_UNIT, range, signal);

    const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
      const block = await system(BLOCKS.serial, signal);
      if (!block.ok) return block.error.exception === 2 ? notAGx(connection.host) : block;
      const serial = block.value.ascii(BLOCKS.serial.start, BLOCKS.serial.count);
      if (!SERIAL.test(serial)) return notAGx(connection.host);
      const firmware = await systemIfThere(BLOCKS.firmware, signal);
      if (!firmware.ok) return firmware;
      return ok({ serial, model: 'Victron GX', firmware: firmware.value && versionOf(firmware.value.u32(834)) });
    };

    const poll = async (signal: AbortSignal): Promise<Result<GxPoll, ModbusFailure>> => {
      const battery = await system(BLOCKS.battery, signal);
      if (!battery.ok) return battery;
      const narrowAc = await system(BLOCKS.narrowAc, signal);
      if (!narrowAc.ok) return narrowAc;
      // Firmware before the 32-bit registers refuses them: the 16-bit ones end at 32 kW a phase, which is enough there.
      const wideAc = await systemIfThere(BLOCKS.wideAc, signal);
      if (!wideAc.ok) return wideAc;
      const dcPv = await system(BLOCKS.dcPv, signal);
      if (!dcPv.ok) return dcPv;
      const dcLoads = await system(BLOCKS.dcLoads, signal);
      if (!dcLoads.ok) return dcLoads;
      const setpoint = await systemIfThere(BLOCKS.setpoint, signal);
      if (!setpoint.ok) return setpoint;
      const minimumSoc = await systemIfThere(BLOCKS.minimumSoc, signal);
      if (!minimumSoc.ok) return minimumSoc;
      const limits = await systemIfThere(BLOCKS.limits, signal);
      if (!limits.ok) return limits;
      const wideDischargeLimit = await systemIfThere(BLOCKS.wideDischargeLimit, signal);
      if (!wideDischargeLimit.ok) return wideDischargeLimit;
      const own = await service.read(battery.value.u16(840) / 10, signal);
      if (!own.ok) return own;
      return ok({
        battery: battery.value,
        narrowAc: narrowAc.value,
        wideAc: wideAc.value,
        dcPv: dcPv.value,
        dcLoads: dcLoads.value,
        setpoint: setpoint.value,
        minimumSoc: minimumSoc.value,
        limits: limits.value,
        wideDischargeLimit: wideDischargeLimit.value,
        service: own.value,
      });
    };

    let present: readonly ChannelId[] = GX_CHANNELS.map(({ channelId }) => channelId);
    const deps = { client, bus, clock, log };
    return {
      reader: {
        identify,
        read: async (signal) => {
          // A register says nothing of its age: it was measured at the earliest when the poll began.
          const measuredAt = clock.now();
          const polled = await poll(signal);
          if (!polled.ok) return polled;
          const readings = gxReadings(polled.value, { measuredAt, receivedAt: clock.now() });
          present = gxPresent(polled.value, readings);
          return ok(readings);
        },
        diagnostics: () => {
          const { requests, failures, malformed, unmatched } = client.counters();
          return { requests, failures, rejected: malformed + unmatched };
        },
      },
      actuators: gxActuators(deps),
      present: () => present,
      close: () => client.close(),
    };
  },
};

/** Register 834 as the GX packs it: major and minor in binary-coded decimal, then the beta number (0 or FF: release). */
const versionOf = (packed: number): string => {
  const beta = packed & 0xff;
  const digits = (byte: number): string => byte.toString(16).padStart(2, '0');
  const release = `v${(packed >>> 24).toString(16)}.${digits((packed >>> 16) & 0xff)}`;
  return beta === 0 || beta === 0xff ? release : `${release}~${Number.parseInt(digits(beta), 10) || beta}`;
};
