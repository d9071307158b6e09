import type { Automation } from '../automation/automation.ts';
import type { Commander } from '../control/types.ts';
import { createDeadMan } from '../health/dead-man.ts';
import { createHealth, type HealthDeps } from '../health/health.ts';
import { deviceHeartbeat, flowHeartbeat, ruleHeartbeat } from '../health/heartbeats.ts';
import { createNoticeRouting } from '../health/routing/routing.ts';
import type { Messengers } from '../messengers/types.ts';
import type { Store } from '../store/types.ts';

export interface HealthRoomsDeps extends Omit<HealthDeps, 'mode' | 'store'> {
  readonly store: Store;
  readonly commander: Commander;
  readonly messengers: Messengers;
  readonly automation: Pick<Automation, 'lastRunAt'>;
}

/** Builds what watches the house and tells the person: its condition, where notices go, and the alert when nothing works. */
export const createHealthRooms = (deps: HealthRoomsDeps) => {
  const { store, clock, log, bus, telemetry, flows, siteIds, commander, messengers, automation } = deps;
  const mode: HealthDeps['mode'] = (id) => commander.mode(id);
  return {
    health: createHealth({ ...deps, mode }),
    routing: createNoticeRouting({
      ...{ bus, store, messengers, clock, log, siteIds },
      settingsOf: (id) => store.messages.settings(id),
      zoneOf: (id) => store.sites.get(id)?.timeZone ?? 'UTC',
    }),
    deadMan: createDeadMan({
      ...{ store, bus, clock, log, siteIds },
      // Rules that are asked to run seldom are not silent between two runs.
      limitMs: (id) => Math.max(store.messages.settings(id).deadManMs, store.settings.get(id).rulesEveryMs + 60_000),
      heartbeats: [
        ruleHeartbeat({ store, mode, lastAutomationRunAt: (id) => automation.lastRunAt(id) }),
        deviceHeartbeat(telemetry),
        flowHeartbeat(flows),
      ],
    }),
  };
};
