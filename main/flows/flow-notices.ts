import type { FlowRun, Notice } from '../../preload/contract/house.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events.ts';
import { newId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';
import type { Store } from '../store/types.ts';
import { localHour } from '../zone.ts';
import type { MissedFiring } from './flow-schedule.ts';
import type { FlowDefinition } from './types.ts';

/** One sleep misses several flows: they are told in one sentence. */
const GATHER_MS = 1_000;

const clockTime = (at: number, zone: string): string => {
  const minutes = Math.round(localHour(at, zone) * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
};

const subjectOf = (flow: FlowDefinition, { siteId }: FlowRun): string => `flow/${flow.name}/${siteId}`;

/** What the runner tells people: kept as events, and shown as notices. */
export const createFlowNotices = (deps: {
  readonly store: Pick<Store, 'events'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly zoneOf: (siteId: SiteId) => string;
}) => {
  const { clock } = deps;
  const failing = new Set<string>();
  let gathered: MissedFiring[] = [];
  let cancelTimer: (() => void) | undefined;

  const tell = (siteId: SiteId, kind: string, text: Omit<Notice, 'id' | 'at'>): void => {
    const notice: Notice = { id: newId('notice'), at: clock.now(), ...text };
    try {
      deps.store.events.add(siteId, { ...notice, kind });
    } catch (thrown) {
      deps.log.error('An event could not be kept.', { kind, why: messageOf(thrown) });
    }
    deps.bus.emit('notice', notice);
  };

  const flush = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const bySite = Map.groupBy(gathered, (missed) => missed.siteId);
    gathered = [];
    for (const [siteId, missed] of bySite) {
      const names = missed.map(({ flow, dueAt }) => `${flow.label} (${clockTime(dueAt, deps.zoneOf(siteId))})`);
      const text = `Not run, because the machine slept or its clock jumped: ${names.join(', ')}. Each runs again at its next time.`;
      tell(siteId, 'flow-missed', { level: 'info', title: 'Scheduled work was missed', text });
    }
  };

  return {
    missed: (missed: MissedFiring): void => {
      gathered.push(missed);
      cancelTimer ??= clock.after(GATHER_MS, flush);
    },
    failed: (flow: FlowDefinition, run: FlowRun): void => {
      const why = run.report.find((line) => line.state === 'failed')?.sentence ?? 'No step says why.';
      failing.add(subjectOf(flow, run));
      tell(run.siteId, 'flow-failed', {
        ...{ level: 'attention', title: `${flow.label} did not work`, text: why },
        subject: subjectOf(flow, run),
      });
    },
    /** Says so where a failure was told before. */
    worked: (flow: FlowDefinition, run: FlowRun): void => {
      if (!failing.delete(subjectOf(flow, run))) return;
      tell(run.siteId, 'flow-back', {
        ...{ level: 'info', title: `${flow.label} works again`, text: 'Its last run went well.' },
        ...{ subject: subjectOf(flow, run), recovered: true },
      });
    },
    flush,
  };
};
