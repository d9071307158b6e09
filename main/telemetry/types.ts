import type { Metric, SiteId } from '../../preload/contract/base.ts';
import type { ChannelConfig, DeviceView } from '../../preload/contract/devices.ts';
import type { LiveState } from '../../preload/contract/site.ts';
import type { DeviceIdentity, DeviceReader, Driver } from '../devices/types.ts';
import type { ChannelId, DeviceId } from '../ids.ts';
import type { Reading } from '../reading.ts';
import type { Result } from '../result.ts';
import type { DeviceRecord } from '../store/types.ts';

/** A device that is open and may be polled. */
export interface PolledDevice {
  readonly record: DeviceRecord;
  readonly driver: Driver;
  readonly reader: DeviceReader;
}

/** The newest good reading of a channel's metric with its freshness limit. */
export interface FreshReading extends Reading {
  readonly limitMs: number;
  /** The usual time between two measurements of this signal, ms; null while too few were seen. */
  readonly observedMs?: number | null;
}

/** One poller as the Health page shows it; also the part of a DeviceView that telemetry knows. */
export interface PollerState {
  readonly deviceId: DeviceId;
  readonly name: string;
  readonly state: DeviceView['state'];
  readonly identity: DeviceIdentity | null;
  readonly periodMs: number;
  readonly lastOkAt: number | null;
  readonly problem: DeviceView['problem'];
  readonly consecutiveFailures: number;
  readonly nextAt: number | null;
  readonly polls24h: number;
  readonly errors24h: number;
  readonly rejected24h: number;
  readonly medianMs: number | null;
}

export interface Telemetry {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  add(device: PolledDevice): void;
  remove(deviceId: DeviceId): Promise<void>;
  /** Changes names, roles and priorities without reopening. */
  configure(record: DeviceRecord): void;
  /** Polls now, out of turn, and answers when the readings are in: after a write, and after sleep. */
  refresh(deviceId: DeviceId, signal: AbortSignal): Promise<Result<readonly Reading[]>>;
  /** The newest reading of a channel, however old; undefined when there never was one. */
  latest(deviceId: DeviceId, channelId: ChannelId, metric: Metric): FreshReading | undefined;
  /** The derived state of a site now. Frozen: it never changes once answered. */
  live(siteId: SiteId): LiveState;
  pollers(siteId: SiteId): readonly PollerState[];
  channels(siteId: SiteId): readonly { readonly deviceId: DeviceId; readonly config: ChannelConfig }[];
}
