import type { Freshness, Measure } from '../../preload/contract/base.ts';
import type { Action } from '../../preload/contract/control.ts';
import type { FlowRun, FlowView, Notice } from '../../preload/contract/house.ts';

/** Puts a new or changed action in its place, newest first, at most `limit`. */
export const withAction = (actions: readonly Action[], action: Action, limit = 100): Action[] =>
  [action, ...actions.filter((known) => known.id !== action.id)]
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, limit);

/** A run that starts or ends changes its flow's row; runs of unknown flows change nothing. */
export const withFlowRun = (flows: readonly FlowView[], run: FlowRun): FlowView[] =>
  flows.map((flow) => {
    if (flow.name !== run.flow) return flow;
    if (run.state === 'running') return { ...flow, running: run };
    return { ...flow, running: flow.running?.id === run.id ? null : flow.running, last: run };
  });

export const withRun = (runs: readonly FlowRun[], run: FlowRun, limit = 60): FlowRun[] =>
  [run, ...runs.filter((known) => known.id !== run.id)].sort((a, b) => b.startedAt - a.startedAt).slice(0, limit);

export const withNotice = (notices: readonly Notice[], notice: Notice): Notice[] =>
  [notice, ...notices.filter((known) => known.id !== notice.id)].sort((a, b) => b.at - a.at).slice(0, 50);

/**
 * Freshness as it is now, not as it was when the value came: a measure that no newer one has replaced grows stale on
 * screen by itself, so that a broken connection can never show an old number as current.
 */
export const freshnessNow = (measure: Measure, now: number): Freshness => {
  if (measure.value === null || measure.measuredAt === null) return 'absent';
  if (measure.freshness === 'stale' || measure.freshness === 'absent') return measure.freshness;
  return now - measure.measuredAt > measure.limitMs ? 'stale' : measure.freshness;
};
