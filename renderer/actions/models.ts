import type { Problem } from '../../preload/contract/base.ts';
import type { ModelKind } from '../../preload/contract/models.ts';
import { bridge } from '../state/bridge.ts';
import { evaluation, modelList, searches, training } from '../state/model-life.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

/** Trains one kind, or all that the home has; it runs in the background. */
export const trainModels: UserAction<{ readonly kind: ModelKind | 'all' }> = {
  name: 'train-models',
  run: async ({ kind }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('models.train', { ...by, kind });
    if (done)
      say(
        done.queued.length === 0
          ? 'There is nothing to train yet.'
          : `Training of ${done.queued.join(', ')} is under way. The forecasts go on meanwhile.`,
      );
    await training.reload();
  },
};

/** Ends the training that runs; what serves stays as it is. */
export const cancelTraining: UserAction<Record<string, never>> = {
  name: 'cancel-training',
  run: async () => {
    const by = await asker();
    if (!by) return;
    if (await send('models.cancel', by)) say('The training is cancelled. What served before goes on.');
    await training.reload();
  },
};

export const promoteModel: UserAction<{ readonly version: string; readonly onDone: () => void }> = {
  name: 'promote-model',
  run: async ({ version, onDone }) => {
    const by = await asker();
    if (!by) return;
    if (await send('models.promote', { ...by, version })) {
      say('It is in production from the next forecast on.');
      onDone();
    }
    await modelList.reload();
  },
};

export const rollBackModel: UserAction<{ readonly kind: ModelKind; readonly onDone: () => void }> = {
  name: 'roll-back-model',
  run: async ({ kind, onDone }) => {
    const by = await asker();
    if (!by) return;
    if (await send('models.rollBack', { ...by, kind })) {
      say('The version before is back in production.');
      onDone();
    }
    await modelList.reload();
  },
};

export const startSearch: UserAction<{ readonly kind: ModelKind; readonly trials: number }> = {
  name: 'start-search',
  run: async ({ kind, trials }) => {
    const by = await asker();
    if (!by) return;
    if (await send('models.searchStart', { ...by, kind, trials })) say('The search is under way.');
    await searches[kind].reload();
  },
};

export const stopSearch: UserAction<{ readonly kind: ModelKind }> = {
  name: 'stop-search',
  run: async ({ kind }) => {
    const by = await asker();
    if (!by) return;
    if (await send('models.searchStop', { ...by, kind })) say('The search is stopped. Its trials are kept.');
    await searches[kind].reload();
  },
};

/** Starts an evaluation on the home's own history; what is wrong with the question goes back to the form. */
export const evaluateHistory: UserAction<{
  readonly ask: {
    readonly kind: ModelKind;
    readonly from: number;
    readonly to: number;
    readonly horizonHours: number;
    readonly refitDays: number;
  };
  readonly onProblem: (problem: Problem) => void;
}> = {
  name: 'evaluate-history',
  run: async ({ ask, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command('models.evaluate', { ...by, ...ask }, crypto.randomUUID());
    if (!reply.ok) onProblem(reply.problem);
    await evaluation.reload();
  },
};

export const cancelEvaluation: UserAction<Record<string, never>> = {
  name: 'cancel-evaluation',
  run: async () => {
    const by = await asker();
    if (!by) return;
    if (await send('models.evaluateCancel', by)) say('The evaluation is cancelled.');
    await evaluation.reload();
  },
};
