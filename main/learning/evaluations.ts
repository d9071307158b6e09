import type { EvaluationView } from '../../preload/contract/models.ts';
import { newId, type SiteId } from '../ids.ts';
import { messageOf, ok, permanent } from '../result.ts';
import type { Desk } from './desk.ts';
import { HISTORY_DAYS, KIND_FACTS } from './kinds.ts';
import type { SettingsFinder } from './searching.ts';
import type { Evaluations } from './types.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 6 * 3_600_000;
const SEED = 7;
/** The rest of the year is what is learnt from. */
const MOST_DAYS = 200;

const NONE: Omit<EvaluationView, 'siteId'> = {
  state: 'none',
  asked: null,
  startedAt: null,
  finishedAt: null,
  share: 0,
  result: null,
  sentence: 'Nothing has been evaluated yet.',
};

/** Evaluates a model on a person's own history, one span at a time. The last result is kept while the application runs. */
export const createEvaluations = (desk: Desk, found: SettingsFinder): Evaluations => {
  const { store, clock, log } = desk;
  const views = new Map<SiteId, Omit<EvaluationView, 'siteId'>>();
  const ends = new Map<SiteId, AbortController>();

  const put = (id: SiteId, view: Omit<EvaluationView, 'siteId'>): void => {
    views.set(id, view);
    const { state, share, sentence, asked } = view;
    desk.tell({
      ...{ siteId: id, about: 'evaluation', kind: asked?.kind ?? null },
      ...{ share: state === 'running' ? share : null, sentence },
    });
  };

  const run = async (id: SiteId, asked: NonNullable<EvaluationView['asked']>, end: AbortController): Promise<void> => {
    const site = desk.site(id);
    if (!site.ok) return;
    const startedAt = clock.now();
    const begun = clock.monotonicMs();
    const base = { asked, startedAt, finishedAt: null, share: 0, result: null };
    put(id, { ...base, state: 'running', sentence: 'The evaluation begins.' });
    const { settings } = found.settingsOf(id, asked.kind);
    const answer = await desk.worker.run(
      { task: 'evaluate', ...desk.task(site.value), ...asked, seed: SEED, settings },
      {
        signal: desk.ends(end.signal),
        timeoutMs: TIMEOUT_MS,
        onProgress: (share, sentence) => put(id, { ...base, state: 'running', share, sentence }),
      },
    );
    const over = { ...base, finishedAt: clock.now(), share: 1 };
    if (!answer.ok) {
      const state = end.signal.aborted ? 'cancelled' : 'failed';
      put(id, { ...over, state, sentence: `${answer.error.message} ${answer.error.advice}` });
      return;
    }
    const { result, data } = answer.value;
    const { model, baseline } = result.errors;
    const sentence = `RMSE ${model.rmse.toPrecision(3)} ${result.unit}, of the simple forecast ${baseline?.rmse.toPrecision(3) ?? 'unknown'}, over ${result.days.length} days with ${result.refits} fits.`;
    put(id, { ...over, state: 'done', result, sentence });
    store.modelling.experiments.put(id, {
      ...{ id: newId('experiment'), kind: asked.kind, purpose: 'evaluation', at: startedAt },
      ...{ tookMs: clock.monotonicMs() - begun, data, settings, seed: SEED, codeVersion: desk.codeVersion(asked.kind) },
      ...{ unit: result.unit, errors: result.errors, version: null, outcome: sentence },
    });
  };

  return {
    view: (id) => ({ siteId: id, ...(views.get(id) ?? NONE) }),
    start: (id, asked) => {
      if (ends.has(id))
        return permanent('learning.busy', 'An evaluation is running already.', 'Wait for it, or cancel it first.');
      const days = (asked.to - asked.from) / DAY_MS;
      const wrong =
        asked.to > clock.now()
          ? 'The end lies in the future.'
          : days > MOST_DAYS
            ? `More than ${MOST_DAYS} days leave too little of the ${HISTORY_DAYS} days that are read to learn from.`
            : desk.kinds(id).includes(asked.kind)
              ? null
              : `This home measures no ${KIND_FACTS[asked.kind].what}.`;
      if (wrong !== null) return permanent('learning.span', wrong, 'Choose another span.');
      const end = new AbortController();
      ends.set(id, end);
      run(id, asked, end)
        .catch((thrown: unknown) => log.error('An evaluation failed', { why: messageOf(thrown) }))
        .finally(() => ends.delete(id));
      return ok(undefined);
    },
    cancel: (id) => ends.get(id)?.abort(),
  };
};
