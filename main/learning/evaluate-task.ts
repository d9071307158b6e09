import { evaluateRolling, type RollingRow } from '../../models/evaluation/rolling.ts';
import type { HourFrame } from '../../models/features/frame.ts';
import { quantileOf } from '../../models/metrics/band.ts';
import { ok, permanent, type Result, temporary } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import { withSources } from './hour-sources.ts';
import { comparisonOf, leadErrorsOf } from './judging.ts';
import { HISTORY_DAYS, KIND_FACTS } from './kinds.ts';
import type { EvaluateAnswer, EvaluateTask } from './protocol.ts';
import { readSiteFrame } from './site-frame.ts';
import { unitOfKind } from './unit-of-kind.ts';
import type { Models } from './version-cache.ts';

const HOUR_MS = 3_600_000;

const rmseOf = (rows: readonly RollingRow[], value: (row: RollingRow) => number): number | null => {
  const known = rows.filter((row) => Number.isFinite(row.actual + value(row)));
  if (known.length === 0) return null;
  return Math.sqrt(known.reduce((sum, row) => sum + (row.actual - value(row)) ** 2, 0) / known.length);
};

const daysOf = (frame: HourFrame, rows: readonly RollingRow[]): EvaluateAnswer['result']['days'] => {
  const byIssue = new Map<number, RollingRow[]>();
  for (const row of rows) {
    const day = byIssue.get(row.issue) ?? [];
    day.push(row);
    byIssue.set(row.issue, day);
  }
  return [...byIssue].map(([issue, day]) => ({
    at: frame.atOf(issue),
    rmseModel: rmseOf(day, (row) => row.mean),
    rmseBaseline: rmseOf(day, (row) => row.baseline),
    rmseNaive: rmseOf(day, (row) => row.naive),
  }));
};

/** The rolling evaluation on a site's own history: at each local midnight of the span, from data strictly earlier. */
export const runEvaluation = async (
  backend: Backend,
  models: Models,
  task: EvaluateTask,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<Result<EvaluateAnswer>> => {
  const { kind, site, horizonHours, refitDays, seed, settings } = task;
  const model = models[kind];
  if (model === undefined) return permanent('learning.no-model', `There is no model for ${kind}.`, 'Nothing is to do.');
  const endAt = Math.min(task.now, task.to + horizonHours * HOUR_MS);
  const data = withSources(task.databasePath, (sources) => readSiteFrame(sources, site, kind, endAt, HISTORY_DAYS));
  const { frame } = data;
  const indexOf = (at: number): number => Math.round((at - frame.firstAt) / HOUR_MS);
  const rolling = await evaluateRolling(model, backend.tf, frame, {
    from: Math.max(0, indexOf(task.from)),
    to: Math.min(data.nowHour, indexOf(task.to)),
    horizonHours,
    refitDays,
    seed,
    settings,
    onProgress,
    nowMs: () => performance.now(),
  });
  if (rolling.outcome === 'cancelled')
    return temporary('learning.cancelled', 'The evaluation was cancelled.', 'Start it again when it suits you.');
  const errors = comparisonOf(rolling.rows, kind, null);
  if (errors === null)
    return permanent(
      'learning.nothing-to-compare',
      `No hour of ${KIND_FACTS[kind].what} could be compared in that span.`,
      'Choose a span that was measured, with some weeks before it to learn from.',
    );
  return ok({
    task: 'evaluate',
    result: {
      unit: unitOfKind(kind, site.currency),
      errors,
      byLead: [...leadErrorsOf(rolling.rows, kind, null)],
      refits: rolling.refits,
      fitSeconds: rolling.fitSeconds.reduce((sum, seconds) => sum + seconds, 0),
      predictMs: rolling.predictSeconds.length === 0 ? 0 : 1000 * quantileOf(rolling.predictSeconds, 0.5),
      days: [...daysOf(frame, rolling.rows)],
    },
    data: { from: frame.atOf(0), to: frame.atOf(data.nowHour), sha256: data.sha256 },
  });
};
