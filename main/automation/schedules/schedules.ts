import type { RuleAction } from '../../../preload/contract/rules.ts';
import type { Schedule, ScheduleView } from '../../../preload/contract/workflows.ts';
import type { Clock } from '../../clock.ts';
import type { Commander } from '../../control/types.ts';
import type { EventBus } from '../../events.ts';
import { newId, type SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, permanent, type Result } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import type { ScheduleRun } from '../../store/workflows.ts';
import { localTime } from '../../zone.ts';
import type { Acting } from '../acting.ts';
import { capital, joined, saySpanOf, sentenceOfAction } from '../rules/sentences.ts';
import type { RuleNames } from '../rules/types.ts';
import { LEFT_MS } from '../workflows/run-workflow.ts';
import { occurrencesAfter, occurrencesWithin, problemOfWhen, sayWhen } from './occurrences.ts';

/** Looked at so often at least, so that a clock that was moved is noticed. */
const LONGEST_SLEEP_MS = 60_000;
/** What came due longer ago was missed: it is told, never made up for. */
const LATE_MS = 120_000;
/** Of a long absence only the last missed times of each schedule are told. */
const MISSED_TOLD = 1;
const SHOWN_NEXT = 3;

export interface SchedulesDeps {
  readonly store: Pick<Store, 'workflows' | 'stops' | 'events' | 'state' | 'sites'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly commander: Pick<Commander, 'mode'>;
  readonly act: Acting;
  siteIds(): readonly SiteId[];
  names(siteId: SiteId): RuleNames;
  /** What is wrong with an action for this home, in one sentence; null where nothing is. */
  problemOf(siteId: SiteId, action: RuleAction): string | null;
}

export interface Schedules {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  list(siteId: SiteId): readonly ScheduleView[];
  save(siteId: SiteId, schedule: Schedule): Result<void>;
  remove(siteId: SiteId, scheduleId: string): Result<void>;
}

const unknown = () =>
  permanent('schedule.unknown', 'There is no such schedule in this home.', 'Look at the list again.');

/** Does things at their times, once each: what comes due is claimed in the store first, what was missed is told. */
export const createSchedules = (deps: SchedulesDeps): Schedules => {
  const { store, clock, bus } = deps;
  const log = deps.log.room('schedules');
  let signal: AbortSignal | null = null;
  let cancelTimer: (() => void) | undefined;
  let ends: (() => void)[] = [];
  const open = new Set<Promise<void>>();

  const zoneOf = (siteId: SiteId): string => store.sites.get(siteId)?.timeZone ?? 'UTC';
  const tell = (siteId: SiteId): void => bus.emit('rules', { siteId, at: clock.now() });
  /** Up to when the times of a site have been looked at; kept, so that what was missed while away is known. */
  const lookedKey = (siteId: SiteId): string => `schedules-looked-at:${siteId}`;
  const lookedAt = (siteId: SiteId): number => {
    const kept = Number(store.state.get(lookedKey(siteId)));
    return Number.isFinite(kept) && kept > 0 ? Math.min(kept, clock.now()) : clock.now();
  };

  const notify = (siteId: SiteId, title: string, text: string): void => {
    const notice = { id: newId('notice'), at: clock.now(), level: 'attention' as const, title, text };
    store.events.add(siteId, { ...notice, kind: 'schedule' });
    bus.emit('notice', notice);
  };

  const whyNot = (siteId: SiteId): string | null => {
    if (store.stops.active(siteId) !== undefined) return 'The house was stopped.';
    return deps.commander.mode(siteId) === 'watch' ? 'The house was in Watch.' : null;
  };

  const perform = async (siteId: SiteId, schedule: Schedule, dueAt: number, life: AbortSignal): Promise<void> => {
    const names = deps.names(siteId);
    const wanting = {
      // A name that no rule has: a name owns what it borrowed.
      who: `Schedule: ${schedule.name}`,
      reason: `${schedule.name}: it is ${localTime(dueAt, zoneOf(siteId))}.`,
      reasonCode: 'SCHEDULE',
      leaseMs: schedule.durationMs ?? LEFT_MS,
    };
    const results = await Promise.all(
      schedule.actions.map(async (action) => ({ action, acted: await deps.act(siteId, action, wanting, life) })),
    );
    const failed = results.filter(({ acted }) => !acted.done);
    const sentence = results
      .map(({ action, acted }) => `${capital(sentenceOfAction(action, names))}: ${acted.sentence}`)
      .join(' ');
    const state: ScheduleRun['state'] =
      failed.length === 0 ? 'done' : failed.length === results.length ? 'refused' : 'partly';
    store.workflows.settle(siteId, schedule.id, dueAt, { state, sentence });
    if (state !== 'done') notify(siteId, schedule.name, sentence);
    tell(siteId);
  };

  const due = (siteId: SiteId, schedule: Schedule, dueAt: number, life: AbortSignal): void => {
    const run = (state: ScheduleRun['state'], sentence: string): boolean =>
      store.workflows.claim(siteId, schedule.id, dueAt, { at: dueAt, state, sentence });
    if (clock.now() - dueAt > LATE_MS) {
      const sentence = `CommandCenter was not running at ${localTime(dueAt, zoneOf(siteId))}. Nothing was made up for.`;
      if (run('missed', sentence)) notify(siteId, `${schedule.name} was missed`, sentence);
      return;
    }
    const why = whyNot(siteId);
    if (why !== null) {
      run('refused', why);
      return;
    }
    // Claimed as refused until it is known what came of it: a crash in between leaves it told, never done twice.
    if (!run('refused', 'CommandCenter ended while it was done. Look at the devices; nothing is repeated.')) return;
    const work: Promise<void> = perform(siteId, schedule, dueAt, life)
      .catch((thrown: unknown) =>
        log.error('A schedule ended with a bug.', { schedule: schedule.name, why: messageOf(thrown) }),
      )
      .finally(() => open.delete(work));
    open.add(work);
  };

  /** When the next time of a site comes; reckoned once and again after a change, since rules are slow to count. */
  const nexts = new Map<SiteId, number>();
  const nextOf = (siteId: SiteId): number => {
    const kept = nexts.get(siteId);
    if (kept !== undefined) return kept;
    const zone = zoneOf(siteId);
    const times = store.workflows
      .schedules(siteId)
      .flatMap(({ enabled, when }) => (enabled ? occurrencesAfter(when, zone, lookedAt(siteId), 1) : []));
    const next = Math.min(Number.POSITIVE_INFINITY, ...times);
    nexts.set(siteId, next);
    return next;
  };

  const lookAt = (siteId: SiteId, life: AbortSignal): void => {
    const from = lookedAt(siteId);
    const now = clock.now();
    if (nextOf(siteId) > now) {
      store.state.set(lookedKey(siteId), String(now));
      return;
    }
    const zone = zoneOf(siteId);
    let changed = false;
    for (const schedule of store.workflows.schedules(siteId)) {
      if (!schedule.enabled) continue;
      const times = occurrencesWithin(schedule.when, zone, from, now);
      const missed = times.filter((at) => now - at > LATE_MS);
      for (const at of [...missed.slice(-MISSED_TOLD), ...times.filter((time) => now - time <= LATE_MS)]) {
        due(siteId, schedule, at, life);
        changed = true;
      }
    }
    store.state.set(lookedKey(siteId), String(now));
    nexts.delete(siteId);
    if (changed) tell(siteId);
  };

  const nextAt = (): number => Math.min(clock.now() + LONGEST_SLEEP_MS, ...deps.siteIds().map(nextOf));
  /** A site's schedules or its zone may be others now, or the clock was moved. */
  const lookAnew = (): void => {
    nexts.clear();
    look();
  };

  const arm = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    if (!signal || signal.aborted) return;
    cancelTimer = clock.after(Math.max(0, nextAt() - clock.now()), look);
  };

  /** One site's full disk must not keep the schedules of other sites from their times. */
  const look = (): void => {
    const life = signal;
    if (!life || life.aborted) return;
    for (const siteId of deps.siteIds()) {
      try {
        lookAt(siteId, life);
      } catch (thrown) {
        log.error('The schedules could not be looked at.', { site: siteId, why: messageOf(thrown) });
      }
    }
    arm();
  };

  const viewOf = (siteId: SiteId, schedule: Schedule): ScheduleView => {
    const zone = zoneOf(siteId);
    const names = deps.names(siteId);
    const back = schedule.durationMs === null ? '' : ` for ${saySpanOf(schedule.durationMs)}`;
    const actions = joined(schedule.actions.map((action) => sentenceOfAction(action, names)));
    return {
      schedule,
      sentence: `${capital(sayWhen(schedule.when, zone))}: ${actions}${back}.`,
      nextAt: schedule.enabled ? [...occurrencesAfter(schedule.when, zone, clock.now(), SHOWN_NEXT)] : [],
      last: store.workflows.lastRun(siteId, schedule.id) ?? null,
    };
  };

  return {
    start: (life) => {
      if (life.aborted || signal) return;
      signal = life;
      ends = [bus.on('timeJump', lookAnew), bus.on('status', lookAnew)];
      lookAnew();
    },
    stop: async () => {
      signal = null;
      cancelTimer?.();
      cancelTimer = undefined;
      for (const end of ends.splice(0)) end();
      await Promise.all(open);
    },
    list: (siteId) => store.workflows.schedules(siteId).map((schedule) => viewOf(siteId, schedule)),
    save: (siteId, schedule) => {
      const time = problemOfWhen(schedule.when, zoneOf(siteId), clock.now());
      // An old one that is over may still be renamed or switched off.
      if (!time.ok && schedule.enabled) return time;
      for (const action of schedule.actions) {
        const problem = deps.problemOf(siteId, action);
        if (problem !== null) return permanent('schedule.wrong', problem, 'Correct the action. Nothing was changed.');
      }
      store.workflows.saveSchedule(siteId, schedule, clock.now());
      tell(siteId);
      nexts.delete(siteId);
      arm();
      return ok(undefined);
    },
    remove: (siteId, scheduleId) => {
      if (!store.workflows.removeSchedule(siteId, scheduleId)) return unknown();
      tell(siteId);
      nexts.delete(siteId);
      arm();
      return ok(undefined);
    },
  };
};
