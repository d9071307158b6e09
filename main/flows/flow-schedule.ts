import type { Clock } from '../clock.ts';
import type { SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { type CronJob, type CronScheduler, cronOf } from './cron.ts';
import type { FlowDefinition, FlowRhythm } from './types.ts';

/** Later than this, a firing is not run any more: the next one comes with fresh data. */
const TOO_LATE_MS = 60_000;

/** A firing that sleep or a clock jump swallowed. */
export interface MissedFiring {
  readonly siteId: SiteId;
  readonly flow: FlowDefinition;
  readonly dueAt: number;
}

interface Entry {
  readonly siteId: SiteId;
  readonly flow: FlowDefinition;
  readonly zone: string;
  readonly cron: string;
  job: CronJob | null;
}

/** The standing appointments of all flows in all homes that are run. */
export interface FlowSchedule {
  /** Makes the appointments follow the homes and their settings; leaves those alone that still hold. */
  sync(): void;
  /** After sleep or a clock jump the timers are wrong: reports what was missed and makes every appointment anew. */
  renew(): void;
  nextAt(siteId: SiteId, flow: string): number | null;
  clear(): void;
}

const nameOf = (siteId: SiteId, flow: string): string => `${siteId}\n${flow}`;

export const createFlowSchedule = (deps: {
  readonly clock: Clock;
  readonly log: Log;
  readonly scheduler: CronScheduler;
  readonly flows: readonly FlowDefinition[];
  readonly zoneOf: (siteId: SiteId) => string;
  readonly rhythmOf: (siteId: SiteId) => FlowRhythm;
  readonly sitesToRun: () => readonly SiteId[];
  readonly onDue: (siteId: SiteId, flow: FlowDefinition) => void;
  readonly onMissed: (missed: MissedFiring) => void;
}): FlowSchedule => {
  const entries = new Map<string, Entry>();

  const isTooLate = (dueAt: number | null): dueAt is number => dueAt !== null && deps.clock.now() - dueAt > TOO_LATE_MS;

  const appoint = (entry: Entry): void => {
    entry.job?.cancel();
    const { siteId, flow, zone, cron } = entry;
    entry.job = deps.scheduler(cron, zone, (dueAt) => due(entry, dueAt));
    if (entry.job === null) deps.log.error('A flow has no valid schedule.', { flow: flow.name, cron, siteId });
  };

  const due = (entry: Entry, dueAt: number): void => {
    sync();
    if (entries.get(nameOf(entry.siteId, entry.flow.name)) !== entry) return;
    if (isTooLate(dueAt)) {
      // Anew from now on: otherwise every firing of the lost span would be called one after the other.
      appoint(entry);
      deps.onMissed({ siteId: entry.siteId, flow: entry.flow, dueAt });
    } else deps.onDue(entry.siteId, entry.flow);
  };

  const sync = (): void => {
    const wanted = new Set<string>();
    for (const siteId of deps.sitesToRun()) {
      const zone = deps.zoneOf(siteId);
      const rhythm = deps.rhythmOf(siteId);
      for (const flow of deps.flows) {
        const cron = cronOf(flow, rhythm);
        if (cron === null) continue;
        const name = nameOf(siteId, flow.name);
        wanted.add(name);
        const known = entries.get(name);
        if (known?.zone === zone && known.cron === cron) continue;
        known?.job?.cancel();
        const entry: Entry = { siteId, flow, zone, cron, job: null };
        entries.set(name, entry);
        appoint(entry);
      }
    }
    for (const [name, entry] of [...entries]) {
      if (wanted.has(name)) continue;
      entry.job?.cancel();
      entries.delete(name);
    }
  };

  return {
    sync,
    renew: () => {
      sync();
      for (const entry of entries.values()) {
        const dueAt = entry.job?.nextAt() ?? null;
        appoint(entry);
        if (isTooLate(dueAt)) deps.onMissed({ siteId: entry.siteId, flow: entry.flow, dueAt });
      }
    },
    nextAt: (siteId, flow) => entries.get(nameOf(siteId, flow))?.job?.nextAt() ?? null,
    clear: () => {
      for (const entry of entries.values()) entry.job?.cancel();
      entries.clear();
    },
  };
};
