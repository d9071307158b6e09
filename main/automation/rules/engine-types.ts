import type { RuleView } from '../../../preload/contract/rules.ts';
import type { Clock } from '../../clock.ts';
import type { Commander } from '../../control/types.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import type { WorldDeps } from './live-world.ts';
import type { NamesDeps } from './rule-names.ts';
import type { RuleWorld } from './types.ts';

export interface RulesDeps {
  readonly store: WorldDeps['store'] &
    NamesDeps['store'] &
    Pick<Store, 'rules' | 'sites' | 'state' | 'stops' | 'channelControl' | 'events' | 'transaction'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly commander: Pick<Commander, 'submit' | 'view' | 'mode' | 'setMode' | 'pending' | 'endLease' | 'withdraw'>;
  readonly telemetry: Pick<Telemetry, 'live' | 'latest' | 'channels' | 'pollers'>;
  readonly feeds: WorldDeps['feeds'];
  /** Sites whose rules run. */
  siteIds(): readonly SiteId[];
  driverOf: NamesDeps['driverOf'];
  workflowName: NamesDeps['workflowName'];
  runWorkflow(siteId: SiteId, workflowId: string, who: string): Result<{ readonly runId: string }>;
}

export interface Rules {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  /** The rules with their state now; asks for nothing. */
  list(siteId: SiteId): readonly RuleView[];
  /** The stored rules or the test mode changed: they are read anew and looked at soon. */
  reload(siteId: SiteId): void;
  /** The present as rules see it: for checks, presets and workflows. Null for an unknown site. */
  world(siteId: SiteId): RuleWorld | null;
  lastTick(siteId: SiteId): { readonly at: number; readonly tookMs: number } | null;
}
