import type { z } from 'zod';
import type { ChannelId, Metric, Setpoint } from '../../preload/contract/base.ts';
import type {
  ChannelRole,
  Connection,
  ControlKind,
  DeviceClass,
  DeviceRules,
  OptionField,
} from '../../preload/contract/devices.ts';
import type { Clock } from '../clock.ts';
import type { RateLimiter } from '../http/rate-limiter.ts';
import type { HttpClient } from '../http/types.ts';
import type { Log } from '../log.ts';
import type { Reading } from '../reading.ts';
import type { Result } from '../result.ts';

/** Who this is, bound to serial number, MAC or portal id, because addresses move. */
export interface DeviceIdentity {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string | null;
}

/** How the effect of a write shows in measured power. */
export type EffectCheck =
  /** A switch: on moves the channel's power above `onAboveW`, off below `offBelowW`, within `withinMs`. */
  | {
      readonly kind: 'power-follows-switch';
      readonly onAboveW: number;
      readonly offBelowW: number;
      readonly withinMs: number;
    }
  /** No meter, or the setting acts only together with others: the read-back is all there is. */
  | { readonly kind: 'none'; readonly because: string };

/** What a driver declares of a controllable channel. */
export interface ControlSpec {
  readonly control: ControlKind;
  /** The vendor's safest value; the person may choose another in the channel's configuration. */
  readonly defaultSafeState: Setpoint;
  /** Non-zero defaults of the envelope. */
  readonly defaultRules: DeviceRules;
  /** Read-back is trusted this long after a write at the earliest (device settling), and awaited this long at most. */
  readonly readBackAfterMs: number;
  readonly readBackWithinMs: number;
  readonly effect: EffectCheck;
  /** Left out: as the commander does by default. For devices behind a cloud or a slow bus. */
  readonly wireLimitMs?: number;
  /** Pause between two read-backs after a write, and between two looks when nothing was commanded. */
  readonly readEveryMs?: number;
  readonly reconcileEveryMs?: number;
  /** True where the device itself ends a command after the lease (`toggle_after`): the commander arms and renews it. */
  readonly deviceLease: boolean;
}

/** What a channel really is, as the device says. */
export interface ReadBack {
  readonly value: Setpoint;
  /** When the device's own lease ends; null when none runs. */
  readonly leaseEndsAt: number | null;
  readonly measuredAt: number;
}

/**
 * The writing end of one channel. Only main/control may import this type's users: see actuator-vault.ts and the floors
 * check. `write` means accepted by the device, nothing more.
 */
export interface ChannelActuator {
  readonly channelId: ChannelId;
  readonly spec: ControlSpec;
  write(
    value: Setpoint,
    options: { readonly leaseMs: number | null; readonly signal: AbortSignal },
  ): Promise<Result<void>>;
  readBack(signal: AbortSignal): Promise<Result<ReadBack>>;
}

/** Counted since the device was opened: for the Health page and a diagnosis file. */
export interface DeviceDiagnostics {
  readonly requests: number;
  readonly failures: number;
  /** Replies and pushes that were cut short, malformed or not ours. */
  readonly rejected: number;
}

/** The reading end of a device. `listen` exists only where the device pushes. */
export interface DeviceReader {
  identify(signal: AbortSignal): Promise<Result<DeviceIdentity>>;
  read(signal: AbortSignal): Promise<Result<readonly Reading[]>>;
  listen?(onReadings: (readings: readonly Reading[]) => void): () => void;
  diagnostics?(): DeviceDiagnostics;
}

/** A connected device. A missing capability is an absent property, never a method that throws. */
export interface OpenDevice {
  readonly reader: DeviceReader;
  /** Of every channel that the driver could control; the host hands on those of the saved channels only. */
  readonly actuators: readonly ChannelActuator[];
  /** After the first read: the channels that this very device has. Absent: all that the driver declares. */
  present?(): readonly ChannelId[];
  /** Ends every socket and timer. */
  close(): Promise<void>;
}

/** What a driver says of one channel before anything is read. */
export interface ChannelSpec {
  readonly channelId: ChannelId;
  readonly label: string;
  readonly suggestedRole: ChannelRole;
  readonly metrics: readonly Metric[];
  /** Plausible bounds; a reading outside is rejected and counted. */
  readonly bounds: Readonly<Partial<Record<Metric, readonly [number, number]>>>;
  /** Metrics that are read more seldom than the device is polled, with the age up to which they are fresh, ms. */
  readonly freshnessLimits?: Readonly<Partial<Record<Metric, number>>>;
  readonly control: ControlSpec | null;
}

export interface DriverDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly http: HttpClient;
  /** The one limiter of an account or host, however many devices spend from it. The first rule given stays. */
  limiterOf(account: string, rule: { readonly burst: number; readonly refillMs: number }): RateLimiter;
}

export interface OpenOptions {
  readonly connection: Connection;
  /** Password or token where the device asks for one; from the secret store, never from the database. */
  readonly secret: string | null;
}

/** What was heard or asked on the network while searching. */
export interface Sighting {
  readonly host: string;
  readonly port: number;
  /** mDNS: instance name and TXT records; empty for a scan. */
  readonly name: string;
  readonly txt: Readonly<Record<string, string>>;
}

export interface DiscoveryHints {
  /** Service types that it announces, such as `_shelly._tcp`. */
  readonly services?: readonly string[];
  /** Whether an announcement is of this driver's device; absent: the service type says enough. */
  claims?(sighting: Sighting): boolean;
  /** A port that a scan, which a person started, may knock at. */
  readonly scanPort?: number;
  /** Asks politely and once who is there; null when it is something else. */
  recognise?(
    sighting: Sighting,
    deps: DriverDeps,
    signal: AbortSignal,
  ): Promise<{ readonly identity: string | null; readonly model: string; readonly unitId?: number } | null>;
}

/** A line for a field of the form that a person may choose, with what it means. */
export interface SuggestedLine {
  readonly field: string;
  readonly line: string;
  readonly label: string;
}

/** One model of a known vendor: one object in one file, one line in the registry. */
export interface Driver {
  readonly id: string;
  readonly label: string;
  readonly vendor: string;
  /** Protocol families and models that this driver was written for. */
  readonly products: readonly string[];
  readonly deviceClass: DeviceClass;
  /** `local`: its address is typed or found. `cloud`: the vendor's host is known. `incoming`: it dials us. */
  readonly reach: 'local' | 'cloud' | 'incoming';
  readonly connectionSchema: z.ZodType<Connection>;
  /** The vendor's documented host; a person or a test may point elsewhere. */
  readonly defaultHost?: string;
  readonly defaultPort: number;
  readonly needsUnitId: boolean;
  readonly takesPassword: boolean;
  /** What the secret is called and where it is found; "Password" where left out. */
  readonly secret?: { readonly label: string; readonly help: string };
  /** Where the transport can be encrypted: how it speaks unless the person says otherwise. */
  readonly encryption?: 'off' | 'verify';
  /** Further fields of the connection, in the order of the form. */
  readonly options?: readonly OptionField[];
  /** Lines that may stand in a field of the form, from the device itself: the entities of a hub. Reads only. */
  suggestOptions?(
    options: OpenOptions,
    deps: DriverDeps,
    signal: AbortSignal,
  ): Promise<Result<readonly SuggestedLine[]>>;
  /** How it is found on a local network. */
  readonly discovery?: DiscoveryHints;
  readonly pollPeriodMs: number;
  /** The shortest period that it bears, where that is longer than any of its reach does. */
  readonly fastestPollMs?: number;
  /** A reading older than this is stale: by default three polls and a half. */
  readonly freshnessLimitMs: number;
  /** Requests that the device bears at once. */
  readonly parallelRequests: number;
  /** Every channel that a device of this driver may have. */
  readonly channels: readonly ChannelSpec[];
  /** Where the person says what the channels are (topics, entities): from the connection. Read with `channelsOf`. */
  channelsFor?(connection: Connection): readonly ChannelSpec[];
  /** `busKey` names the bus that several devices may share: one queue a bus. */
  busKey(connection: Connection): string;
  open(options: OpenOptions, deps: DriverDeps): OpenDevice;
}

/** The channels of a device at this connection. */
export const channelsOf = (
  driver: Pick<Driver, 'channels' | 'channelsFor'>,
  connection: Connection,
): readonly ChannelSpec[] => driver.channelsFor?.(connection) ?? driver.channels;
