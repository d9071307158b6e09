import { ok, permanent, type Result } from '../result.ts';
import { withSources } from './hour-sources.ts';
import { shiftsOf } from './input-shift.ts';
import { HISTORY_DAYS } from './kinds.ts';
import type { ExplainAnswer, ExplainTask, ShiftAnswer, ShiftTask } from './protocol.ts';
import { readSiteFrame } from './site-frame.ts';
import { unitOfKind } from './unit-of-kind.ts';
import type { Models, VersionCache } from './version-cache.ts';

const HOUR_MS = 3_600_000;

const read = (task: ShiftTask | ExplainTask) =>
  withSources(task.databasePath, (sources) => readSiteFrame(sources, task.site, task.kind, task.now, HISTORY_DAYS));

/** The inputs of the newest weeks beside those that a version learnt from. */
export const runShift = async (versions: VersionCache, task: ShiftTask): Promise<Result<ShiftAnswer>> => {
  const loaded = await versions.get(task.kind, task.version.folder);
  if (!loaded.ok) return loaded;
  const { frame, origin } = read(task);
  const unit = unitOfKind(task.kind, task.site.currency);
  return ok({ task: 'shift', inputs: shiftsOf(frame, origin, unit, loaded.value.card.inputs) });
};

/** What moved one hour of the forecast that would be issued now. */
export const runExplanation = async (
  models: Models,
  versions: VersionCache,
  task: ExplainTask,
): Promise<Result<ExplainAnswer>> => {
  const loaded = await versions.get(task.kind, task.version.folder);
  if (!loaded.ok) return loaded;
  const { frame, origin } = read(task);
  const target = Math.floor((task.at - frame.firstAt) / HOUR_MS);
  if (target < origin || target >= frame.hours)
    return permanent(
      'learning.outside',
      'That hour is not forecast.',
      'Choose an hour between now and the end of the forecast.',
    );
  return ok({
    task: 'explain',
    explanation: loaded.value.fitted.explain(frame, origin, target),
    features: models[task.kind]?.features ?? [],
  });
};
