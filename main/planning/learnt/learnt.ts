import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { EventBus } from '../../events.ts';
import type { SiteId } from '../../ids.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf, ok, type Result, temporary } from '../../result.ts';
import type { Store } from '../../store/types.ts';
import { newestPolicy, policyFolder, thinPolicies } from './folder.ts';
import { type HomeDeps, homeToLearn } from './home.ts';
import { createPolicyClient } from './policy-client.ts';
import type { LearntPolicies, TrainPolicyOptions } from './types.ts';

export interface LearntPolicyDeps extends HomeDeps {
  readonly store: HomeDeps['store'] & Pick<Store, 'databasePath'>;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly log: Log;
  readonly workerUrl: URL;
  readonly dataFolder: string;
  /** Of the application. */
  readonly version: string;
}

const SEED = 7;
/** Raise it when a policy of before would act otherwise: a change of inputs, modes or how they are judged. */
const POLICY_CODE = 'policy-1';
const NOTHING_YET = 'Nothing has been learnt yet: a training begins every Sunday night.';

interface Running {
  readonly end: AbortController;
  share: number;
  sentence: string;
}

/** Builds the room: trains, keeps and shows the policies that are learnt. */
export const createLearntPolicies = (deps: LearntPolicyDeps): LearntPolicies => {
  const { store, clock, bus, dataFolder } = deps;
  const log = deps.log.room('policy');
  const client = createPolicyClient({ workerUrl: deps.workerUrl, clock });
  const life = new AbortController();
  const running = new Map<SiteId, Running>();
  /** Why the last training of this run of the application came to nothing. */
  const failures = new Map<SiteId, string>();
  const background = new Set<Promise<unknown>>();

  const tell = (siteId: SiteId, share: number | null, sentence: string): void =>
    bus.emit('plan', { siteId, about: 'policy', share, sentence });

  const busy = () =>
    temporary('policy.busy', 'A policy is being trained already.', 'Wait until it is done, or cancel it first.');

  const begin = async (siteId: SiteId, state: Running, options: TrainPolicyOptions): Promise<Result<string>> => {
    const now = clock.now();
    const learn = homeToLearn(deps, siteId, now);
    if (!learn.ok) return learn;
    // The name begins with the moment, so that the newest sorts last.
    const version = newId(`policy-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`);
    const card = await client.train(
      {
        ...{ databasePath: store.databasePath, siteId, learn: learn.value, now, seed: SEED, version },
        folder: join(policyFolder(dataFolder, siteId), version),
        codeVersion: `${deps.version} ${POLICY_CODE}`,
      },
      {
        signal: AbortSignal.any([options.signal, state.end.signal, life.signal]),
        onProgress: (share, sentence) => {
          Object.assign(state, { share, sentence });
          tell(siteId, share, sentence);
          options.onProgress(share, sentence);
        },
      },
    );
    if (!card.ok) return card;
    thinPolicies(dataFolder, siteId);
    log.info('Trained a policy', { version, stage: card.value.stage, tookMs: Math.round(card.value.tookMs) });
    return ok(card.value.sentence);
  };

  const train: LearntPolicies['train'] = async (siteId, options) => {
    if (running.has(siteId)) return busy();
    const state = { end: new AbortController(), share: 0, sentence: 'The training begins.' };
    running.set(siteId, state);
    failures.delete(siteId);
    tell(siteId, 0, state.sentence);
    let sentence = 'The training broke off.';
    try {
      const done = await begin(siteId, state, options);
      sentence = done.ok ? done.value : done.error.message;
      if (!done.ok) failures.set(siteId, sentence);
      return done;
    } finally {
      running.delete(siteId);
      tell(siteId, null, sentence);
    }
  };

  return {
    start: (signal) => {
      signal.addEventListener('abort', () => life.abort(), { once: true, signal: life.signal });
    },
    stop: async () => {
      life.abort();
      await Promise.all(background);
    },
    train,
    trainSoon: (siteId) => {
      if (running.has(siteId)) return busy();
      const learn = homeToLearn(deps, siteId, clock.now());
      if (!learn.ok) return learn;
      const work = train(siteId, { signal: life.signal, onProgress: () => undefined })
        .then((done) => {
          if (!done.ok) log.info('A training of the policy came to nothing', { why: done.error.message });
        })
        .catch((thrown: unknown) => log.error('A training of the policy failed', { why: messageOf(thrown) }))
        .finally(() => background.delete(work));
      background.add(work);
      return ok(undefined);
    },
    cancel: (siteId) => running.get(siteId)?.end.abort(),
    newest: (siteId) => {
      const { read } = newestPolicy(dataFolder, siteId);
      return read === null || read.card.stage === 'rejected' ? null : read.policy;
    },
    view: (siteId) => {
      const { read, damaged } = newestPolicy(dataFolder, siteId);
      const state = running.get(siteId);
      const known = read?.card;
      const parts = [failures.get(siteId), damaged[0], known?.sentence].filter((each) => each !== undefined);
      return {
        siteId,
        stage: state !== undefined ? 'training' : (known?.stage ?? 'none'),
        trainedAt: known?.trainedAt ?? null,
        share: state?.share ?? null,
        sentence: state?.sentence ?? (parts.length === 0 ? NOTHING_YET : parts.join(' ').slice(0, 600)),
        checks: known?.checks ?? [],
        trial: known?.trial ?? null,
        episodes: known?.episodes ?? [],
      };
    },
  };
};
