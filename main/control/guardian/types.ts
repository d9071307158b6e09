import type { Setpoint, SiteId } from '../../../preload/contract/base.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import type { ChannelSnapshot, Commander, EmergencyStop } from '../types.ts';

export interface GuardianDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly store: Pick<Store, 'settings' | 'channelControl' | 'events'>;
  readonly telemetry: Pick<Telemetry, 'live' | 'latest' | 'channels'>;
  readonly commander: Pick<Commander, 'channels' | 'submit' | 'mode' | 'view' | 'releaseHold' | 'giveBack'>;
  readonly emergencyStop: Pick<EmergencyStop, 'activate' | 'state'>;
  safetyOf(siteId: SiteId): Safety;
  /** Parts of it that could not be read and stand at their defaults. */
  unreadableOf(siteId: SiteId): readonly string[];
  siteIds(): readonly SiteId[];
  /** When the rules last ran; the Health page tells whether anybody still decides. */
  lastAutomationRunAt(siteId: SiteId): number | null;
}

export interface Guardian {
  start(signal: AbortSignal): void;
  stop(): void;
  /** How the guard is doing, in one sentence. */
  condition(siteId: SiteId): { readonly state: 'ok' | 'degraded' | 'failed' | 'off'; readonly sentence: string };
}

/** Something that the guard wants: it only ever takes power away. */
export interface GuardWish {
  readonly channel: ChannelSnapshot;
  readonly to: Setpoint;
  readonly code: string;
  readonly reason: string;
  readonly ifIgnored: string;
  readonly holdMs: number;
  readonly leaseMs: number | null;
}
