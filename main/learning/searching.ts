import { z } from 'zod';
import { SEARCH_SPACES } from '../../models/search/spaces.ts';
import { nextSettings } from '../../models/search/tree-parzen.ts';
import type { ModelKind, SearchView } from '../../preload/contract/models.ts';
import { newId, type SiteId } from '../ids.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { StoredSearch, StoredTrial } from '../store/model-types.ts';
import { addLocalDays } from '../zone.ts';
import type { Desk } from './desk.ts';
import { JUDGED_DAYS, KIND_FACTS, writeError } from './kinds.ts';
import type { Searches, TaskOptions } from './types.ts';
import { unitOfKind } from './unit-of-kind.ts';

const TRIAL_TIMEOUT_MS = 20 * 60_000;
const SEED = 11;

/** Which settings the next training takes, and which it tries beside them. */
export interface SettingsFinder {
  settingsOf(
    siteId: SiteId,
    kind: ModelKind,
  ): {
    readonly settings: Readonly<Record<string, number>>;
    readonly challenger: Readonly<Record<string, number>> | null;
  };
  /** What a training found out about the challenger. */
  settle(siteId: SiteId, kind: ModelKind, won: boolean, sentence: string): void;
}

const settingsSchema = z.record(z.string(), z.number());
const bestOf = (trials: readonly StoredTrial[]): StoredTrial | undefined =>
  trials
    .filter((trial) => trial.number > 0 && trial.rmse !== null)
    .toSorted((one, other) => (one.rmse ?? 0) - (other.rmse ?? 0))[0];

/**
 * Searches for better settings on weeks that lie before those on which a training judges, so that what wins here still has
 * to win there. Trial 0 is the settings as they are. Each trial is a row when it is over: a restart goes on behind it.
 */
export const createSearches = (desk: Desk): Searches & SettingsFinder => {
  const { store, clock, log } = desk;
  const running = new Map<string, { share: number; readonly end: AbortController }>();
  const keyOf = (id: SiteId, kind: ModelKind): string => `${id} ${kind}`;
  const current = (id: SiteId, kind: ModelKind): Readonly<Record<string, number>> => {
    const report = store.modelling.reports.latest(id, `settings:${kind}`);
    return report === undefined ? {} : settingsSchema.parse(JSON.parse(report.body));
  };
  const tell = (id: SiteId, kind: ModelKind, share: number | null, sentence: string): void =>
    desk.tell({ siteId: id, about: 'search', kind, share, sentence });
  const put = (search: StoredSearch): StoredSearch => {
    store.modelling.searches.put(search);
    tell(search.siteId, search.kind, running.has(keyOf(search.siteId, search.kind)) ? 0 : null, search.sentence);
    return search;
  };

  /** The search to go on with, or a new one; undefined where there is nothing to go on with. */
  const open = (id: SiteId, kind: ModelKind, zone: string, trials: number, onlyGoOn: boolean) => {
    const latest = store.modelling.searches.latest(id, kind);
    const goesOn =
      latest?.state === 'paused' || latest?.state === 'running' || (!onlyGoOn && latest?.state === 'stopped');
    if (latest !== undefined && goesOn)
      return {
        ...latest,
        trialsWanted: onlyGoOn ? latest.trialsWanted : Math.max(trials, 1),
        state: 'running' as const,
      };
    if (onlyGoOn) return undefined;
    const now = clock.now();
    return {
      id: newId('search'),
      ...{
        siteId: id,
        kind,
        startedAt: now,
        finishedAt: null,
        state: 'running' as const,
        trialsWanted: trials,
        seed: SEED,
      },
      ...{ until: addLocalDays(now, -JUDGED_DAYS, zone), rmseOfDefaults: null, verdict: 'none' as const },
      sentence: 'The search has begun.',
    };
  };

  const finished = (search: StoredSearch, trials: readonly StoredTrial[], unit: string): StoredSearch => {
    const best = bestOf(trials);
    const than = search.rmseOfDefaults;
    const better = best !== undefined && best.rmse !== null && than !== null && best.rmse < than;
    const sentence = better
      ? `${trials.length - 1} trials: the best settings err by ${writeError(best.rmse ?? 0, unit, 1)} against ${writeError(than, unit, 1)} as they are. The next training tries them on newer days.`
      : `${Math.max(0, trials.length - 1)} trials found nothing better than the settings as they are.`;
    return {
      ...search,
      state: 'finished',
      finishedAt: clock.now(),
      verdict: better ? 'waiting' : 'rejected',
      sentence,
    };
  };

  const run: Searches['run'] = async (id, kind, options) => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const name = KIND_FACTS[kind].label;
    const space = SEARCH_SPACES[kind];
    if (space.length === 0)
      return permanent(
        'learning.no-space',
        `${name}: this model has no settings to search.`,
        'Nothing has to be done.',
      );
    const key = keyOf(id, kind);
    if (running.has(key))
      return permanent('learning.busy', `${name}: a search is running already.`, 'Wait for it, or stop it first.');
    const opened = open(id, kind, site.value.timeZone, options.trials, options.onlyGoOn);
    if (opened === undefined) return ok(`${name}: there is no search to go on with.`);
    const work = { share: 0, end: new AbortController() };
    running.set(key, work);
    const signal = AbortSignal.any([desk.ends(options.signal), work.end.signal]);
    const unit = unitOfKind(kind, site.value.currency);
    const begun = clock.monotonicMs();
    let search = put(opened);
    try {
      for (;;) {
        const trials = store.modelling.searches.trials(search.id);
        const number = (trials.at(-1)?.number ?? -1) + 1;
        if (number > search.trialsWanted) {
          search = finished(search, trials, unit);
          break;
        }
        if (clock.monotonicMs() - begun >= options.budgetMs) {
          const sentence = `Paused after ${trials.length} of ${search.trialsWanted} trials: the night’s time is used up.`;
          search = { ...search, state: 'paused', sentence };
          break;
        }
        const settings =
          number === 0
            ? current(id, kind)
            : nextSettings(
                space,
                trials
                  .filter((trial) => trial.number > 0)
                  .map((trial) => ({ settings: trial.settings, error: trial.rmse })),
                number - 1,
                search.seed,
              );
        const say = (share: number): void => {
          work.share = share;
          const sentence = number === 0 ? 'The settings as they are' : `Trial ${number} of ${search.trialsWanted}`;
          tell(id, kind, Math.min(1, (number + share) / (search.trialsWanted + 1)), sentence);
          options.onProgress((number + share) / (search.trialsWanted + 1), `${name}: ${sentence}.`);
        };
        say(0);
        const answer = await desk.worker.run(
          { task: 'trial', ...desk.task(site.value), now: search.until, kind, seed: SEED, settings },
          { signal, timeoutMs: TRIAL_TIMEOUT_MS, onProgress: say },
        );
        if (signal.aborted) {
          // Stopped by a person it stays stopped; the end of the night or of the application only pauses it.
          const stopped = work.end.signal.aborted;
          const sentence = `${stopped ? 'Stopped' : 'Paused'} after ${trials.length} of ${search.trialsWanted} trials.`;
          search = { ...search, state: stopped ? 'stopped' : 'paused', sentence };
          break;
        }
        if (!answer.ok && answer.error.code === 'learning.too-little') {
          search = {
            ...search,
            state: 'finished',
            finishedAt: clock.now(),
            verdict: 'none',
            sentence: answer.error.message,
          };
          break;
        }
        const rmse = answer.ok ? answer.value.errors.model.rmse : null;
        const tookMs = answer.ok ? Math.round(answer.value.tookMs) : 0;
        if (!answer.ok) log.warn('A trial failed', { kind, number, why: answer.error.message });
        store.modelling.searches.addTrial(search, { number, settings, rmse, tookMs });
        if (number === 0) search = put({ ...search, rmseOfDefaults: rmse });
        if (answer.ok)
          store.modelling.experiments.put(id, {
            ...{
              id: newId('experiment'),
              kind,
              purpose: 'search',
              at: clock.now(),
              tookMs,
              data: answer.value.data,
              settings,
            },
            ...{ seed: SEED, codeVersion: desk.codeVersion(kind), unit, errors: answer.value.errors, version: null },
            outcome: number === 0 ? 'The settings as they are.' : `Trial ${number} of ${search.trialsWanted}.`,
          });
      }
    } finally {
      running.delete(key);
      search = put(search.state === 'running' ? { ...search, state: 'paused' } : search);
    }
    return ok(`${name}: ${search.sentence}`);
  };

  const view: Searches['view'] = (id, kind) => {
    const search = store.modelling.searches.latest(id, kind);
    const site = desk.siteOf(id);
    const all = search === undefined ? [] : store.modelling.searches.trials(search.id);
    const trials = all.filter((trial) => trial.number > 0);
    const work = running.get(keyOf(id, kind));
    const space = SEARCH_SPACES[kind];
    // A crash leaves a search running that nobody runs: it goes on at night.
    const state: SearchView['state'] =
      search === undefined ? 'never' : search.state === 'running' && work === undefined ? 'paused' : search.state;
    const none = space.length === 0 ? 'This model has no settings to search.' : 'No search has been made yet.';
    return {
      siteId: id,
      kind,
      state,
      unit: unitOfKind(kind, site?.currency ?? 'EUR'),
      trialsDone: trials.length,
      trialsWanted: search?.trialsWanted ?? 50,
      startedAt: search?.startedAt ?? null,
      finishedAt: search?.finishedAt ?? null,
      share: work?.share ?? null,
      best: bestOf(all) ?? null,
      rmseOfDefaults: search?.rmseOfDefaults ?? null,
      verdict: search?.verdict ?? 'none',
      sentence: search?.sentence ?? none,
      space: [...space],
      trials: [...trials],
    };
  };

  return {
    run,
    view,
    startSoon: (id, kind, trials) => {
      if (SEARCH_SPACES[kind].length === 0)
        return permanent('learning.no-space', 'This model has no settings to search.', 'Nothing has to be done.');
      if (running.has(keyOf(id, kind)))
        return permanent('learning.busy', 'A search is running already.', 'Wait for it, or stop it first.');
      const options: TaskOptions = { signal: new AbortController().signal, onProgress: () => undefined };
      run(id, kind, { ...options, trials, budgetMs: Number.POSITIVE_INFINITY, onlyGoOn: false })
        .then((done: Result<string>) => done.ok || log.info('A search came to nothing', { why: done.error.message }))
        .catch((thrown: unknown) => log.error('A search failed', { why: messageOf(thrown) }));
      return ok(undefined);
    },
    stop: (id, kind) => {
      const work = running.get(keyOf(id, kind));
      if (work !== undefined) {
        work.end.abort();
        return;
      }
      const search = store.modelling.searches.latest(id, kind);
      if (search?.state === 'paused' || search?.state === 'running')
        put({ ...search, state: 'stopped', sentence: 'Stopped by hand.' });
    },
    settingsOf: (id, kind) => {
      const search = store.modelling.searches.latest(id, kind);
      const waits = search?.verdict === 'waiting' && search.state === 'finished';
      const best = waits ? bestOf(store.modelling.searches.trials(search.id)) : undefined;
      return { settings: current(id, kind), challenger: best?.settings ?? null };
    },
    settle: (id, kind, won, sentence) => {
      const search = store.modelling.searches.latest(id, kind);
      if (search === undefined) return;
      const best = bestOf(store.modelling.searches.trials(search.id));
      store.transaction(() => {
        if (won && best !== undefined) {
          const body = JSON.stringify(best.settings);
          store.modelling.reports.put(id, { name: `settings:${kind}`, at: clock.now(), body });
        }
        store.modelling.searches.put({ ...search, verdict: won ? 'adopted' : 'rejected', sentence });
      });
      tell(id, kind, null, sentence);
    },
  };
};
