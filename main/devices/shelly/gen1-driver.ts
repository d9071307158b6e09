import { z } from 'zod';
import { connectionSchema, type OptionField } from '../../../preload/contract/devices.ts';
import { type ChannelId, channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { ok, type Result } from '../../result.ts';
import type { ChannelActuator, ControlSpec, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { GEN1_CHANNELS, GEN1_VALVE_CHANNELS } from './channels.ts';
import { gen1RelayDiscovery, gen1ValveDiscovery } from './discovery.ts';
import { noSuchPart, nothingToRead, overloaded, wrongSetpoint } from './failures.ts';
import { createGen1Link, DEFAULT_USER, type Gen1Link } from './gen1-link.ts';
import {
  type Gen1Status,
  gen1LeaseEndsAt,
  gen1Readings,
  gen1StatusSchema,
  gen1Unused,
  relaySchema,
  valveTargetC,
} from './gen1-status.ts';

const settingsSchema = z.object({ mode: z.string().nullish() });

const relayActuator = (link: Gen1Link, id: number, spec: ControlSpec, now: () => number): ChannelActuator => ({
  channelId: channelId(`switch:${id}`),
  spec,
  write: async (value, { leaseMs, signal }) => {
    if (typeof value !== 'boolean') return wrongSetpoint('on or off');
    const timer = leaseMs === null ? '' : `&timer=${Math.ceil(leaseMs / 1000)}`;
    const answer = await link.command(`/relay/${id}?turn=${value ? 'on' : 'off'}${timer}`, signal);
    if (!answer.ok) return answer;
    // The answer shows the new state: accepted, nothing more. A trip shows here at once or in the read-back.
    const relay = relaySchema.safeParse(answer.value);
    const hasTripped = relay.success && relay.data.overpower === true && value && !relay.data.ison;
    return hasTripped ? overloaded(link.address, id) : ok(undefined);
  },
  readBack: async (signal) => {
    const askedAt = now();
    const answer = await link.get(`/relay/${id}`, relaySchema, signal);
    if (!answer.ok) return answer;
    return ok({
      value: answer.value.ison,
      leaseEndsAt: gen1LeaseEndsAt(answer.value, askedAt),
      measuredAt: askedAt,
    });
  },
});

const valveActuator = (link: Gen1Link, spec: ControlSpec, now: () => number): ChannelActuator => ({
  channelId: channelId('thermostat:0'),
  spec,
  write: async (value, { signal }) => {
    if (typeof value !== 'number') return wrongSetpoint('a temperature in °C');
    const answer = await link.command(`/thermostat/0?target_t_enabled=1&target_t=${value}`, signal);
    return answer.ok ? ok(undefined) : answer;
  },
  readBack: async (signal) => {
    const askedAt = now();
    const answer = await link.get('/status', gen1StatusSchema, signal);
    if (!answer.ok) return answer;
    const value = valveTargetC(answer.value);
    return value === null
      ? noSuchPart(link.address, 'target temperature: it is steered by position')
      : ok({ value, leaseEndsAt: null, measuredAt: askedAt });
  },
});

const openGen1 =
  (channels: Driver['channels']) =>
  ({ connection, secret }: OpenOptions, { clock, http, log }: DriverDeps): OpenDevice => {
    const link = createGen1Link({ connection, secret, clock, http });
    const declared = new Set<ChannelId>(channels.map((channel) => channel.channelId));
    let isCover: boolean | null = null;
    let last: readonly Reading[] = [];

    const readingsOf = (status: Gen1Status, askedAt: number): readonly Reading[] =>
      gen1Readings(status, { measuredAt: askedAt, receivedAt: clock.now() }, isCover === true).filter((reading) =>
        declared.has(reading.channelId),
      );

    /** In roller mode the relays drive a motor; asked once, and only of boxes that can be both. */
    const look = async (status: Gen1Status, signal: AbortSignal): Promise<Result<void>> => {
      if (isCover !== null) return ok(undefined);
      if (!status.rollers?.length) {
        isCover = false;
        return ok(undefined);
      }
      const settings = await link.get('/settings', settingsSchema, signal);
      if (!settings.ok) return settings;
      isCover = settings.value.mode === 'roller';
      if (isCover) log.info('The cover of a Shelly is left alone.', { address: link.address });
      return ok(undefined);
    };

    const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
      const askedAt = clock.now();
      const status = await link.get('/status', gen1StatusSchema, signal);
      if (!status.ok) return status;
      const same = link.confirm(status.value.mac);
      if (!same.ok) return same;
      const looked = await look(status.value, signal);
      if (!looked.ok) return looked;
      const readings = readingsOf(status.value, askedAt);
      if (readings.length === 0) return nothingToRead(link.address, gen1Unused(status.value));
      last = readings;
      return ok(readings);
    };

    return {
      reader: { identify: link.identify, read, diagnostics: link.diagnostics },
      actuators: channels.flatMap(({ channelId: id, control }) => {
        if (control === null) return [];
        return [
          id.startsWith('switch:')
            ? relayActuator(link, Number(id.slice('switch:'.length)), control, clock.now)
            : valveActuator(link, control, clock.now),
        ];
      }),
      present: () => [...new Set(last.map((reading) => reading.channelId))],
      close: async () => link.close(),
    };
  };

const ACCOUNT: OptionField = {
  name: 'account',
  label: 'User name',
  help: 'As set in its web page under restricted login; usually admin.',
  kind: 'text',
  required: false,
  default: DEFAULT_USER,
};

const COMMON = {
  vendor: 'Shelly',
  reach: 'local',
  connectionSchema,
  defaultPort: 80,
  needsUnitId: false,
  takesPassword: true,
  encryption: 'off',
  secret: { label: 'Password', help: 'The one of the restricted login in its web page. Empty where none is set.' },
  options: [ACCOUNT],
  parallelRequests: 1,
  busKey: ({ host, port }: { readonly host: string; readonly port: number }) => `shelly:${host}:${port}`,
} as const;

/** Relays, plugs and meters of the first generation. */
export const shellyGen1: Driver = {
  ...COMMON,
  id: 'shelly-gen1',
  label: 'Shelly, first generation',
  products: ['1', '1PM', '1L', '2.5', '4Pro', 'Plug', 'Plug S', 'EM', '3EM', 'H&T on mains'],
  deviceClass: 'plug',
  discovery: gen1RelayDiscovery,
  pollPeriodMs: 10_000,
  freshnessLimitMs: 35_000,
  channels: GEN1_CHANNELS,
  open: openGen1(GEN1_CHANNELS),
};

/** The radiator valve with Wi-Fi: it lives on a battery, so it is asked once a minute. */
export const shellyGen1Valve: Driver = {
  ...COMMON,
  id: 'shelly-trv',
  label: 'Shelly radiator valve, first generation',
  products: ['TRV (SHTRV-01)'],
  deviceClass: 'heating',
  discovery: gen1ValveDiscovery,
  pollPeriodMs: 60_000,
  fastestPollMs: 60_000,
  freshnessLimitMs: 240_000,
  channels: GEN1_VALVE_CHANNELS,
  open: openGen1(GEN1_VALVE_CHANNELS),
};
