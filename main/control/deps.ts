import type { Clock } from '../clock.ts';
import type { ChannelActuator } from '../devices/types.ts';
import type { EventBus } from '../events.ts';
import type { ChannelId, DeviceId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';
import type { BestEffort } from './best-effort.ts';

/** The lookup that the commander took out of the vault; no other file of this room can get at an actuator otherwise. */
interface Actuators {
  get(deviceId: DeviceId, channelId: ChannelId): ChannelActuator | undefined;
}

/** Spans of the room, ms. Tests shorten them; the product uses the defaults. */
export interface Timings {
  /** How often every controllable channel is read back. */
  readonly reconcileMs: number;
  /** How often leases are looked at: their ends are boundaries on which others rely to the second. */
  readonly leaseTickMs: number;
  /** A device that does not answer a stop is asked again after this. */
  readonly stopRetryMs: number;
  /** A write or a read-back that takes longer is given up, so that a hung device holds nobody up. */
  readonly wireLimitMs: number;
  readonly readEveryMs: number;
  /** Waits before the second and the third attempt. */
  readonly backOffMs: readonly number[];
  /** How long a command of automation lasts when nobody says otherwise. */
  readonly defaultLeaseMs: number;
  /** The timer armed on the device itself; renewed at half of it. */
  readonly deviceLeaseMs: number;
  /** How long after a command its value may still turn up late without being somebody else's doing. */
  readonly echoMs: number;
}

export const DEFAULT_TIMINGS: Timings = {
  reconcileMs: 30_000,
  leaseTickMs: 1_500,
  stopRetryMs: 10_000,
  wireLimitMs: 5_000,
  readEveryMs: 500,
  backOffMs: [500, 2_000],
  defaultLeaseMs: 900_000,
  deviceLeaseMs: 600_000,
  echoMs: 60_000,
};

/** What the parts of the room share. */
export interface Ground {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly actuators: Actuators;
  /** False once another process has taken the data folder over: then nothing may be written to any device. */
  readonly stillOwner: () => boolean;
  readonly timings: Timings;
  readonly bestEffort: BestEffort;
}

export type ChannelKey = `${DeviceId}/${ChannelId}`;
export const keyOf = (deviceId: DeviceId, channelId: ChannelId): ChannelKey => `${deviceId}/${channelId}`;
