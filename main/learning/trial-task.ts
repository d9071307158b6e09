import { ok, permanent, type Result } from '../result.ts';
import type { Backend } from '../tensorflow.ts';
import { withSources } from './hour-sources.ts';
import { cancelledTraining, judgeFit, tooLittle } from './judged-fit.ts';
import { HISTORY_DAYS } from './kinds.ts';
import type { TrialAnswer, TrialTask } from './protocol.ts';
import { readSiteFrame } from './site-frame.ts';
import type { Models } from './version-cache.ts';

/** Fits with the asked settings and judges them on the newest days before `now`, as a training does. */
export const runTrial = async (
  backend: Backend,
  models: Models,
  task: TrialTask,
  onProgress: (share: number, sentence: string) => Promise<boolean>,
): Promise<Result<TrialAnswer>> => {
  const model = models[task.kind];
  if (model === undefined)
    return permanent('learning.no-model', `There is no model for ${task.kind}.`, 'Nothing is to do.');
  const begun = performance.now();
  const data = withSources(task.databasePath, (sources) =>
    readSiteFrame(sources, task.site, task.kind, task.now, HISTORY_DAYS),
  );
  const outcome = await judgeFit(backend, model, data, task.settings, task.seed, onProgress);
  if (outcome.outcome === 'cancelled') return cancelledTraining();
  if (outcome.outcome === 'too-little') return tooLittle(task.kind, outcome.days);
  const { frame, origin, sha256 } = data;
  return ok({
    task: 'trial',
    errors: outcome.judged.errors,
    data: { from: frame.atOf(0), to: frame.atOf(origin), sha256 },
    tookMs: performance.now() - begun,
  });
};
