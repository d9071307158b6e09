import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Connection, connectionSchema } from '../../../preload/contract/devices.ts';
import type { RateLimiter } from '../../http/rate-limiter.ts';
import { type ChannelId, channelId } from '../../ids.ts';
import type { Reading } from '../../reading.ts';
import { fail, ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { ChannelActuator, ControlSpec, Driver, DriverDeps, OpenDevice, OpenOptions } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { CLOUD_CHANNELS } from './channels.ts';
import { type CloudAccount, createCloudAccount, type SeenDevice } from './cloud-account.ts';
import { deviceOffline, keyMissing, undated, updatedAt } from './cloud-answer.ts';
import { type CloudRelay, cloudReadings, cloudRelay, cloudUnused } from './cloud-status.ts';
import { noSuchPart, nothingToRead, wrongSetpoint } from './failures.ts';

const REQUEST_RULE = { burst: 1, refillMs: 1_100 };
/** What another device of the account has asked for lately counts for this one too. */
const SHARE_MS = 60_000;
/** While a command is followed up, news is wanted sooner. */
const FOLLOW_MS = 120_000;
const FOLLOW_SHARE_MS = 4_000;
/** Whole seconds and two clocks: how far the cloud's time may lie before ours and still be after a command. */
const CLOCK_SLACK_MS = 1_500;
/** A command that changes nothing gives the device nothing to report; after this long its silence is its consent. */
const UNCHANGED_AFTER_MS = 5_000;

/** One account a house, however many of its devices are open: found by the limiter that they share. */
const accounts = new WeakMap<RateLimiter, CloudAccount>();

const accountOf = (connection: Connection, key: string, { http, clock, limiterOf }: DriverDeps): CloudAccount => {
  const base = webAddress(connection, 'verify');
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const limiter = limiterOf(`shelly-cloud:${base}:${digest}`, REQUEST_RULE);
  const known = accounts.get(limiter);
  if (known) return known;
  const fingerprint = agreedFingerprint(connection);
  const made = createCloudAccount({ http, clock, limiter, base, host: connection.host, key, fingerprint });
  accounts.set(limiter, made);
  return made;
};

interface Write {
  readonly at: number;
  readonly ms: number;
  /** Whether the relay was so already, as far as was known. */
  readonly changesNothing: boolean;
}

const open = ({ connection, secret }: OpenOptions, deps: DriverDeps): OpenDevice => {
  const { clock, log } = deps;
  const { host } = connection;
  const id = connection.options?.['deviceId'] ?? '';
  const life = new AbortController();
  const account = secret === null ? null : accountOf(connection, secret, deps);
  const leave = account?.join(id) ?? (() => undefined);
  const writes = new Map<number, Write>();
  let last: SeenDevice | null = null;
  let toldUnused = false;
  /** When that was asked which was read last. */
  let servedMs = Number.NEGATIVE_INFINITY;
  const counts = { requests: 0, failures: 0, rejected: 0 };

  const counted = <Value>(result: Result<Value>): Result<Value> => {
    counts.requests += 1;
    if (!result.ok) counts.failures += 1;
    if (!result.ok && result.error.code === 'device.malformed') counts.rejected += 1;
    return result;
  };

  const see = async (sinceMs: number, asked: AbortSignal): Promise<Result<SeenDevice>> => {
    if (!account) return keyMissing(host);
    const { signal, end } = eitherSignal(asked, life.signal);
    const found = await account.see(id, sinceMs, signal);
    end();
    if (found.ok) last = found.value;
    return found;
  };

  /** As `see`, of a device that the cloud is connected to now. */
  const seeOnline = async (sinceMs: number, signal: AbortSignal): Promise<Result<SeenDevice>> => {
    const found = await see(sinceMs, signal);
    return !found.ok || Number(found.value.device.online) === 1 ? found : deviceOffline(id);
  };

  /** News for each read: what others of the account asked for lately is news the first time only. */
  const newsSinceMs = (): number => {
    const nowMs = clock.monotonicMs();
    const isFollowing = [...writes.values()].some(({ ms }) => nowMs - ms < FOLLOW_MS);
    return isFollowing ? nowMs - FOLLOW_SHARE_MS : Math.max(nowMs - SHARE_MS, servedMs);
  };

  const read = async (signal: AbortSignal): Promise<Result<readonly Reading[]>> => {
    const found = await seeOnline(newsSinceMs(), signal);
    if (found.ok) servedMs = found.value.askedMs;
    if (!found.ok) return found;
    const { device, receivedAt } = found.value;
    const at = updatedAt(device);
    if (at === null) return undated(id);
    const readings = cloudReadings(device, { measuredAt: Math.min(at, receivedAt), receivedAt });
    if (!readings.ok) return readings;
    const unused = cloudUnused(device);
    if (readings.value.length === 0) return nothingToRead(`${host} (${id})`, unused);
    if (unused.length > 0 && !toldUnused) log.info('Covers and lights of a Shelly are left alone.', { id });
    toldUnused = true;
    return readings;
  };

  /**
   * A state that the connected cloud shows holds at the time when it was asked: a change would have been reported. Not so
   * right after a command: then only a report that is newer than the command shows what became of it.
   */
  const holdsAt = ({ device, askedAt, cloudAheadMs }: SeenDevice, channel: number): number => {
    const write = writes.get(channel);
    if (!write) return askedAt;
    const reportedAt = updatedAt(device);
    if (reportedAt !== null && reportedAt - cloudAheadMs >= write.at - CLOCK_SLACK_MS) return askedAt;
    if (write.changesNothing && askedAt - write.at >= UNCHANGED_AFTER_MS) return askedAt;
    return Math.min(reportedAt ?? 0, write.at - 1_000);
  };

  const relayIn = ({ device, askedAt }: SeenDevice, channel: number): CloudRelay | null =>
    cloudRelay(device, channel, updatedAt(device) ?? askedAt);

  const relay = (channel: number, spec: ControlSpec): ChannelActuator => ({
    channelId: channelId(`switch:${channel}`),
    spec,
    write: async (value, { leaseMs, signal }) => {
      if (typeof value !== 'boolean') return wrongSetpoint('on or off');
      if (!account) return keyMissing(host);
      const before = last && relayIn(last, channel);
      const body = {
        id,
        channel,
        on: value,
        ...(leaseMs === null ? {} : { toggle_after: Math.ceil(leaseMs / 1000) }),
      };
      const changesNothing = before?.on === value;
      writes.set(channel, { at: clock.now(), ms: clock.monotonicMs(), changesNothing });
      const ending = eitherSignal(signal, life.signal);
      const taken = await account.command('/v2/devices/api/set/switch', id, body, ending.signal);
      ending.end();
      return counted(taken);
    },
    readBack: async (signal) => {
      const found = counted(await seeOnline(clock.monotonicMs(), signal));
      if (!found.ok) return found;
      const shown = relayIn(found.value, channel);
      if (!shown) return noSuchPart(`${host} (${id})`, `relay ${channel}`);
      return ok({ value: shown.on, leaseEndsAt: shown.leaseEndsAt, measuredAt: holdsAt(found.value, channel) });
    },
  });

  return {
    reader: {
      identify: async (signal) => {
        const found = counted(await see(clock.monotonicMs() - SHARE_MS, signal));
        if (!found.ok) return fail(found.error);
        const { device } = found.value;
        // Most ids are the MAC: as such they name the same device as on the local network.
        return ok({ serial: device.id.toUpperCase(), model: device.code ?? 'Shelly', firmware: null });
      },
      read: async (signal) => counted(await read(signal)),
      diagnostics: () => ({ ...counts }),
    },
    actuators: CLOUD_CHANNELS.flatMap(({ channelId: name, control }) =>
      control === null ? [] : [relay(Number(name.slice('switch:'.length)), control)],
    ),
    present: () => {
      const readings = last ? cloudReadings(last.device, { measuredAt: 0, receivedAt: 0 }) : ok([]);
      return readings.ok ? [...new Set<ChannelId>(readings.value.map((reading) => reading.channelId))] : [];
    },
    close: async () => {
      life.abort();
      leave();
    },
  };
};

/** The app shows the server as an address: `https://shelly-13-eu.shelly.cloud:6022/jrpc` becomes its name. */
const serverName = (text: string): string => text.replace(/^[a-z]+:\/\//i, '').replace(/[:/].*$/, '');

const cloudConnectionSchema: z.ZodType<Connection> = z
  .unknown()
  .pipe(connectionSchema)
  .transform((connection) => ({
    ...connection,
    host: serverName(connection.host),
    options: { ...connection.options, deviceId: connection.options?.['deviceId']?.trim().toLowerCase() ?? '' },
  }))
  .refine(({ host }) => host !== '', 'the server is missing')
  .refine(({ options }) => /^[0-9a-z_-]{4,40}$/.test(options.deviceId), 'the device id is missing or is none');

/** Any Shelly that is connected to the vendor's cloud, for homes that cannot be reached from here. */
export const shellyCloud: Driver = {
  id: 'shelly-cloud',
  label: 'Shelly over its cloud',
  vendor: 'Shelly',
  products: ['Relays, plugs and meters of every generation that are connected to the Shelly cloud'],
  deviceClass: 'plug',
  reach: 'cloud',
  connectionSchema: cloudConnectionSchema,
  defaultPort: 443,
  needsUnitId: false,
  takesPassword: true,
  encryption: 'verify',
  secret: {
    label: 'Authorization cloud key',
    help: 'In the Shelly app: User settings, Authorization cloud key. The server stands beside it.',
  },
  options: [
    {
      name: 'deviceId',
      label: 'Device id',
      help: 'In the Shelly app: the device, Settings, Device information. Twelve letters and digits.',
      kind: 'text',
      required: true,
    },
  ],
  pollPeriodMs: 120_000,
  freshnessLimitMs: 420_000,
  parallelRequests: 1,
  channels: CLOUD_CHANNELS,
  busKey: ({ host }) => `shelly-cloud:${serverName(host)}`,
  open,
};
