import { connectionSchema } from '../../../preload/contract/devices.ts';
import type { ChannelId } from '../../ids.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { checkedNumber } from '../modbus/setting.ts';
import type { ChannelActuator, DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { SETTINGS, THERMIA_CHANNELS } from './channels.ts';
import { CHANNELS, degrees, thermiaReadings, valueAt } from './decode.ts';
import { COILS, DEMANDS, HOLDINGS, INPUTS, UNIT } from './registers.ts';
import { createThermiaBus, type ThermiaBus } from './thermia-bus.ts';

const notThermia = (host: string) =>
  permanent(
    'device.not-recognised',
    `What answers at ${host} does not read like a Thermia heat pump of the Genesis platform.`,
    'Check the address, and switch Modbus TCP on in the service menu of the heat pump, under BMC.',
  );

const notThere = (label: string) =>
  permanent('device.no-control', `This heat pump has no setting "${label}".`, 'Leave this channel out.');

const HOT_WATER_SPAN_C = 2;

/**
 * Reads only, and tells this platform from any other that answers on the port: a demand of its list, a version, a comfort
 * setting between 10 and 40 °C. It names no serial number.
 */
const recognised = async (bus: ThermiaBus, host: string, signal: AbortSignal): Promise<Result<string>> => {
  const demand = await bus.input(INPUTS.demand, signal);
  if (!demand.ok) return demand;
  const version = await bus.input(INPUTS.version, signal);
  if (!version.ok) return version;
  const comfort = await bus.holding(HOLDINGS.comfort, signal);
  if (!comfort.ok) return comfort;
  const comfortC = degrees(valueAt(comfort.value, HOLDINGS.comfort, 5));
  const isOne =
    DEMANDS.has(demand.value?.[0] ?? -1) &&
    version.value?.every((part) => part < 1_000) === true &&
    (comfortC === null || (comfortC >= 10 && comfortC <= 40));
  return isOne && version.value ? ok(version.value.join('.')) : notThermia(host);
};

const open = ({ connection }: OpenOptions, { clock }: DriverDeps): OpenDevice => {
  const { host, port, unitId } = connection;
  const bus = createThermiaBus({ host, port, unitId, clock });
  const unit = unitId ?? UNIT;
  let present: readonly ChannelId[] | null = null;

  const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
    const version = await recognised(bus, host, signal);
    if (!version.ok) return version;
    const power = await bus.input(INPUTS.power, signal);
    if (!power.ok) return power;
    const model = power.value === null ? 'Thermia Genesis mega' : 'Thermia Genesis inverter';
    return ok({ serial: `thermia at ${host.toLowerCase()}:${port}`, model, firmware: version.value });
  };

  /** A temperature setting in hundredths of a degree. */
  const setting = (
    { channelId, control, label }: (typeof SETTINGS)['room' | 'hotWater' | 'hotWaterStart'],
    range: { readonly start: number; readonly count: number },
    address: number,
    isAllowed?: (wantedC: number, signal: AbortSignal) => Promise<Result<void>>,
  ): ChannelActuator => ({
    channelId,
    spec: control,
    write: async (value, { signal }) => {
      const wanted = checkedNumber(control.control, value);
      if (!wanted.ok) return wanted;
      const fits = (await isAllowed?.(wanted.value, signal)) ?? ok(undefined);
      return fits.ok ? bus.client.writeSingle(unit, address, Math.round(wanted.value * 100), signal) : fits;
    },
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const words = await bus.holding(range, signal);
      if (!words.ok) return words;
      const value = degrees(valueAt(words.value, range, address));
      return value === null ? notThere(label) : ok({ value, leaseEndsAt: null, measuredAt });
    },
  });

  /** Hot water that starts above where it stops would never rest. */
  const hotWaterFits = async (
    change: { readonly startC: number } | { readonly stopC: number },
    signal: AbortSignal,
  ): Promise<Result<void>> => {
    const words = await bus.holding(HOLDINGS.hotWater, signal);
    if (!words.ok) return words;
    const startC = 'startC' in change ? change.startC : degrees(valueAt(words.value, HOLDINGS.hotWater, 22));
    const stopC = 'stopC' in change ? change.stopC : degrees(valueAt(words.value, HOLDINGS.hotWater, 23));
    if (startC === null || stopC === null || stopC - startC >= HOT_WATER_SPAN_C) return ok(undefined);
    return permanent(
      'device.value-refused',
      `Hot water would start at ${startC} °C and stop at ${stopC} °C.`,
      `Keep the start at least ${HOT_WATER_SPAN_C} °C below the stop; change the other one first.`,
    );
  };

  const coil = (
    { channelId, control, label }: (typeof SETTINGS)['allowHeating' | 'allowHotWater'],
    address: number,
  ): ChannelActuator => ({
    channelId,
    spec: control,
    write: async (value, { signal }) =>
      typeof value === 'boolean'
        ? bus.client.writeCoil(unit, address, value, signal)
        : permanent('device.wrong-setpoint', `"${label}" takes on or off.`, 'Ask for on or off.'),
    readBack: async (signal) => {
      const measuredAt = clock.now();
      const bits = await bus.coils(COILS.allowed, signal);
      if (!bits.ok) return bits;
      const bit = bits.value?.[address - COILS.allowed.start];
      return bit === undefined ? notThere(label) : ok({ value: bit === 1, leaseEndsAt: null, measuredAt });
    },
  });

  return {
    reader: {
      identify,
      read: async (signal) => {
        const measuredAt = clock.now();
        const poll = await bus.poll(signal);
        if (!poll.ok) return poll;
        // Without what it serves there is nothing to be read at all: something else answers.
        if (poll.value.inputs.demand === null) return notThermia(host);
        const readings = thermiaReadings(poll.value, { measuredAt, receivedAt: clock.now() });
        present = Object.values(CHANNELS).filter((id) =>
          // A zone whose setting is not there cannot be set, but is read all the same.
          readings.some(({ channelId }) => channelId === id),
        );
        return ok(readings);
      },
      diagnostics: () => {
        const { requests, failures, malformed, unmatched } = bus.client.counters();
        return { requests, failures, rejected: malformed + unmatched };
      },
    },
    actuators: [
      setting(SETTINGS.room, HOLDINGS.comfort, 5),
      setting(SETTINGS.hotWater, HOLDINGS.hotWater, 23, (stopC, signal) => hotWaterFits({ stopC }, signal)),
      setting(SETTINGS.hotWaterStart, HOLDINGS.hotWater, 22, (startC, signal) => hotWaterFits({ startC }, signal)),
      coil(SETTINGS.allowHeating, 9),
      coil(SETTINGS.allowHotWater, 8),
    ],
    present: () => present ?? Object.values(CHANNELS),
    close: () => bus.client.close(),
  };
};

/** Thermia heat pumps of the Genesis platform over their own Modbus TCP. */
export const thermiaGenesis: Driver = {
  id: 'thermia-genesis',
  label: 'Thermia heat pump (Genesis)',
  vendor: 'Thermia',
  products: ['Thermia Mega', 'Thermia Calibra', 'Thermia Atlas', 'other inverter models of the Genesis platform'],
  deviceClass: 'heating',
  reach: 'local',
  connectionSchema,
  defaultPort: 502,
  needsUnitId: false,
  takesPassword: false,
  discovery: {
    scanPort: 502,
    recognise: async ({ host, port }, { clock }, signal) => {
      const bus = createThermiaBus({ host, port, unitId: UNIT, clock });
      try {
        const found = await recognised(bus, host, signal);
        return found.ok ? { identity: null, model: 'Thermia Genesis', unitId: UNIT } : null;
      } finally {
        await bus.client.close();
      }
    },
  },
  pollPeriodMs: 60_000,
  freshnessLimitMs: 210_000,
  parallelRequests: 1,
  channels: THERMIA_CHANNELS,
  busKey: ({ host, port }) => `modbus-tcp:${host.toLowerCase()}:${port}`,
  open,
};
