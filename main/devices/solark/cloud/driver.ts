import { z } from 'zod';
import { connectionSchema } from '../../../../preload/contract/devices.ts';
import type { ChannelId } from '../../../ids.ts';
import type { Reading } from '../../../reading.ts';
import { ok, permanent, type Result } from '../../../result.ts';
import type { ChannelActuator, DeviceIdentity, Driver, DriverDeps, OpenDevice, OpenOptions } from '../../types.ts';
import { createCloudApi } from './api.ts';
import { CLOUD_CHANNELS, CLOUD_TABLE_CONTROL, cloudChannels } from './channels.ts';
import { fromTheFuture, undated } from './failures.ts';
import { type ChosenInverter, findInverter, findPlant } from './plant.ts';
import { cloudReadings } from './readings.ts';
import { CLOUD_OPTIONS, type CloudChoice, cloudChoice, hostOf, SERVICES, writesTables } from './services.ts';
import { batterySchema, flowSchema, gridSchema, inputSchema, settingsSchema } from './shapes.ts';
import { bodyFor, tableOf } from './table-settings.ts';

/** Clocks differ a little; beyond it a time is wrong. */
const AHEAD_MS = 60_000;

const open = (options: OpenOptions, deps: DriverDeps): OpenDevice => {
  const { connection } = options;
  const { clock } = deps;
  const choice: CloudChoice = cloudChoice(connection) ?? {
    service: 'solarkcloud',
    account: '',
    plant: '',
    inverter: '',
    tables: 'off',
  };
  const host = hostOf(connection, choice.service);
  const api = createCloudApi(options, choice, deps);
  let plantId: string | null = null;
  let present: readonly ChannelId[] | null = null;

  /** Asked anew for each poll: it says when the inverter was last heard of. */
  const inverterNow = async (signal: AbortSignal): Promise<Result<ChosenInverter>> => {
    if (plantId === null) {
      const plant = await findPlant(api, choice, signal);
      if (!plant.ok) return plant;
      plantId = plant.value;
    }
    return findInverter(api, plantId, choice, signal);
  };

  const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
    const found = await inverterNow(signal);
    if (!found.ok) return found;
    const { sn, model, version } = found.value.info;
    return ok({
      // The same inverter over its local link is another source.
      serial: `solark_cloud_${sn}`,
      model: model || `Hybrid inverter in ${SERVICES[choice.service].label}`,
      firmware: version?.masterVer || version?.softVer || null,
    });
  };

  const timeOf = ({ info }: ChosenInverter): Result<number> => {
    const at = Date.parse(info.updateAt ?? '');
    if (Number.isNaN(at)) return undated(host);
    const aheadMs = at - clock.now();
    return aheadMs > AHEAD_MS ? fromTheFuture(host, Math.round(aheadMs / 60_000)) : ok(Math.min(at, clock.now()));
  };

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const found = await inverterNow(signal);
    if (!found.ok) return found;
    const measuredAt = timeOf(found.value);
    if (!measuredAt.ok) return measuredAt;
    const { info, alone } = found.value;
    const sn = encodeURIComponent(info.sn);
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    // With several inverters the plant's flow is the sum of all.
    const flowPath = alone
      ? `/api/v1/plant/energy/${encodeURIComponent(found.value.plantId)}/flow?date=${day}`
      : `/api/v1/inverter/${sn}/flow`;
    const flow = await api.ask({ path: flowPath, what: 'the flow', schema: flowSchema }, signal);
    if (!flow.ok) return flow;
    const battery = await api.ask(
      {
        path: `/api/v1/inverter/battery/${sn}/realtime?sn=${sn}&lan=en`,
        what: 'the battery',
        schema: batterySchema,
      },
      signal,
    );
    if (!battery.ok) return battery;
    const grid = await api.ask(
      { path: `/api/v1/inverter/grid/${sn}/realtime?sn=${sn}`, what: 'the grid', schema: gridSchema },
      signal,
    );
    if (!grid.ok) return grid;
    const input = await api.ask(
      { path: `/api/v1/inverter/${sn}/realtime/input`, what: 'the solar strings', schema: inputSchema },
      signal,
    );
    if (!input.ok) return input;
    const readings = cloudReadings(
      { flow: flow.value, battery: battery.value, grid: grid.value, input: input.value, status: info.status },
      { measuredAt: measuredAt.value, receivedAt: clock.now() },
    );
    present = [...new Set([...readings.map(({ channelId }) => channelId), CLOUD_CHANNELS.table])];
    return ok(readings);
  };

  const settingsNow = async (signal: AbortSignal) => {
    const found = await inverterNow(signal);
    if (!found.ok) return found;
    const sn = found.value.info.sn;
    const path = `/api/v1/common/setting/${encodeURIComponent(sn)}/read`;
    const settings = await api.ask({ path, what: 'the settings', schema: settingsSchema }, signal);
    return settings.ok ? ok({ sn, settings: settings.value }) : settings;
  };

  const table: ChannelActuator = {
    channelId: CLOUD_CHANNELS.table,
    spec: CLOUD_TABLE_CONTROL,
    write: async (value, { signal }) => {
      if (typeof value !== 'string')
        return permanent('device.value-refused', `This setting does not take ${value}.`, 'Write a whole table.');
      const now = await settingsNow(signal);
      if (!now.ok) return now;
      const { sn, settings } = now.value;
      const body = bodyFor(value, settings, sn);
      if (!body.ok || body.value === null) return body.ok ? ok(undefined) : body;
      const path = `/api/v1/common/setting/${encodeURIComponent(sn)}/set`;
      const set = await api.ask({ path, what: 'the new table', schema: z.unknown(), body: body.value }, signal);
      return set.ok ? ok(undefined) : set;
    },
    readBack: async (signal) => {
      const askedAt = clock.now();
      const now = await settingsNow(signal);
      if (!now.ok) return now;
      const text = tableOf(now.value.settings);
      return text.ok ? ok({ value: text.value, leaseEndsAt: null, measuredAt: askedAt }) : text;
    },
  };

  return {
    reader: { identify, read, diagnostics: api.counters },
    actuators: writesTables(choice) ? [table] : [],
    present: () => present ?? cloudChannels(writesTables(choice)).map(({ channelId }) => channelId),
    close: async () => api.close(),
  };
};

/** MySolArk, Sunsynk Connect and Inteless: one design of cloud, three names. For homes without a local link. */
export const solarkCloud: Driver = {
  id: 'solark-cloud',
  label: 'Sol-Ark, Sunsynk or Deye inverter through its cloud',
  vendor: 'Sol-Ark',
  products: [
    'Sol-Ark inverters in MySolArk (solarkcloud.com)',
    'Sunsynk inverters in Sunsynk Connect (sunsynk.net)',
    'Deye inverters in Inteless (pv.inteless.com)',
  ],
  deviceClass: 'inverter',
  reach: 'cloud',
  connectionSchema: connectionSchema.refine((connection) => cloudChoice(connection) !== null, {
    path: ['options'],
    message: 'there is no such cloud: choose one',
  }),
  defaultHost: SERVICES.solarkcloud.host,
  defaultPort: 443,
  needsUnitId: false,
  takesPassword: true,
  secret: { label: 'Password', help: 'The one with which you log in to the vendor’s app or web page.' },
  encryption: 'verify',
  options: CLOUD_OPTIONS,
  pollPeriodMs: 120_000,
  // The inverter sends about every five minutes: three of them and a little.
  freshnessLimitMs: 960_000,
  parallelRequests: 1,
  channels: cloudChannels(false),
  channelsFor: (connection) => {
    const choice = cloudChoice(connection);
    return cloudChannels(choice !== null && writesTables(choice));
  },
  busKey: (connection) => {
    const choice = cloudChoice(connection);
    const host = choice ? hostOf(connection, choice.service) : connection.host;
    return `solark-cloud:${host.toLowerCase()}:${connection.port}:${choice?.account.toLowerCase() ?? ''}`;
  },
  open,
};
