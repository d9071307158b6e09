import { join } from 'node:path';
import type { Experiment, ModelKind, TrainingState } from '../../preload/contract/models.ts';
import { newId, type SiteId } from '../ids.ts';
import { messageOf, ok, type Result } from '../result.ts';
import { addLocalDays, localDate, startOfLocalDay } from '../zone.ts';
import { readCard } from './card.ts';
import type { Desk } from './desk.ts';
import type { ForecastKeeper } from './forecasting.ts';
import { KIND_FACTS, KINDS } from './kinds.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { SettingsFinder } from './searching.ts';
import type { TaskOptions, TrainingReport, Trainings } from './types.ts';

const TRAIN_TIMEOUT_MS = 30 * 60_000;
const SEED = 7;

type Running = NonNullable<TrainingState['running']>;

/** Trains versions one after the other and puts them where their life begins. */
export const createTrainings = (
  desk: Desk,
  life: LifeCycle,
  keeper: Pick<ForecastKeeper, 'forecast' | 'keep' | 'lacksForecast'>,
  found: SettingsFinder,
): Trainings & { stop(): void } => {
  const { store, clock, bus, log } = desk;
  const running = new Map<SiteId, { state: Running; end: AbortController }>();
  const queued = new Map<SiteId, Set<ModelKind>>();
  const working = new Set<SiteId>();
  let turn: Promise<unknown> = Promise.resolve();

  const trainNow = async (id: SiteId, kind: ModelKind, options: TaskOptions): Promise<Result<TrainingReport>> => {
    const site = desk.site(id);
    if (!site.ok) return site;
    const settled = life.settle(id, kind);
    if (settled !== null) options.onProgress(0, settled);
    const now = clock.now();
    const { timeZone } = site.value;
    const version = newId(`${kind}-${localDate(now, timeZone)}`);
    const folder = join('models', id, kind, version);
    const production = store.models.production(id, kind);
    const midnights = [addLocalDays(now, -1, timeZone), startOfLocalDay(now, timeZone)];
    const { settings, challenger } = found.settingsOf(id, kind);
    const answer = await desk.worker.run(
      {
        task: 'train',
        ...desk.task(site.value),
        kind,
        version,
        folder: join(desk.dataFolder, folder),
        seed: SEED,
        codeVersion: desk.codeVersion(kind),
        settings,
        challenger,
        rival: production !== undefined && desk.usable(production) ? desk.place(production) : null,
        hindcasts: midnights.filter((midnight) => keeper.lacksForecast(id, kind, midnight)),
      },
      { signal: desk.ends(options.signal), timeoutMs: TRAIN_TIMEOUT_MS, onProgress: options.onProgress },
    );
    if (!answer.ok) return answer;
    const card = readCard(answer.value.card);
    if (card === undefined) throw new Error('the learning worker wrote a card that it cannot read');
    const stage = life.admit({ id: version, siteId: id, kind, trainedAt: now, folder, card: answer.value.card }, card);
    for (const issued of answer.value.hindcasts) keeper.keep(id, kind, issued);
    const common = {
      kind,
      purpose: 'training' as const,
      at: now,
      seed: SEED,
      codeVersion: card.codeVersion,
      unit: card.unit,
    };
    const { from, to, sha256 } = card.data;
    const remember = (each: Pick<Experiment, 'tookMs' | 'settings' | 'errors' | 'version' | 'outcome'>): void =>
      store.modelling.experiments.put(id, { id: newId('experiment'), ...common, data: { from, to, sha256 }, ...each });
    remember({
      tookMs: card.tookMs,
      settings: card.settings,
      errors: card.judged.errors,
      version,
      outcome: `${stage}: ${card.sentence}`,
    });
    const tried = answer.value.challenger;
    if (tried !== null) {
      const outcome = tried.won
        ? 'The settings that a search found won on days that it had not seen: they are taken.'
        : 'The settings that a search found lost on days that it had not seen.';
      found.settle(id, kind, tried.won, outcome);
      remember({ tookMs: tried.tookMs, settings: challenger ?? {}, errors: tried.errors, version: null, outcome });
    }
    if (answer.value.hindcasts.length > 0) bus.emit('forecast', { siteId: id, issuedAt: now });
    const { model, naive, baseline } = card.judged.errors;
    log.info('Trained a forecast model', { kind, version, stage, tookMs: card.tookMs });
    return ok({
      kind,
      version,
      rows: card.data.rows,
      days: card.data.days,
      tookMs: card.tookMs,
      backend: answer.value.backend,
      unit: card.unit,
      modelRmse: model.rmse,
      naiveRmse: naive?.rmse ?? null,
      baselineRmse: baseline?.rmse ?? null,
      stage: stage === 'archived' ? 'candidate' : stage,
      sentence: [settled, `${KIND_FACTS[kind].label}: ${card.sentence}`].filter((each) => each !== null).join(' '),
    });
  };

  const tell = (id: SiteId, state: Running | null, kind: ModelKind, sentence: string): void =>
    desk.tell({ siteId: id, about: 'training', kind, share: state?.share ?? null, sentence });

  const train: Trainings['train'] = (id, kind, options) => {
    const end = new AbortController();
    const work = async (): Promise<Result<TrainingReport>> => {
      const state = { state: { kind, startedAt: clock.now(), share: 0, sentence: 'It begins.' }, end };
      running.set(id, state);
      tell(id, state.state, kind, state.state.sentence);
      try {
        const report = await trainNow(id, kind, {
          signal: AbortSignal.any([options.signal, end.signal]),
          onProgress: (share, sentence) => {
            state.state = { ...state.state, share, sentence };
            tell(id, state.state, kind, sentence);
            options.onProgress(share, sentence);
          },
        });
        tell(id, null, kind, report.ok ? report.value.sentence : report.error.message);
        return report;
      } finally {
        running.delete(id);
      }
    };
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined); // Its own caller hears of it; the next in line only waits.
    return mine;
  };

  /** Whoever trained by hand wants to see what came of it, not what served before. */
  const forecastAnew = async (id: SiteId): Promise<void> => {
    const issued = await keeper.forecast(id, new AbortController().signal);
    if (!issued.ok) log.info('No forecast after a training by hand', { why: issued.error.message });
  };

  const workOff = async (id: SiteId): Promise<void> => {
    if (working.has(id)) return;
    working.add(id);
    try {
      for (let learnt = false; ; ) {
        const waiting = queued.get(id);
        const [kind] = waiting ?? [];
        if (kind !== undefined && waiting !== undefined) {
          waiting.delete(kind);
          const report = await train(id, kind, { signal: new AbortController().signal, onProgress: () => undefined });
          if (report.ok) learnt = true;
          else log.info('A training by hand came to nothing', { kind, why: report.error.message });
        } else if (learnt) {
          learnt = false;
          await forecastAnew(id);
        } else break;
      }
    } finally {
      working.delete(id);
    }
  };

  return {
    train,
    trainSoon: (id, kinds) => {
      const waiting = queued.get(id) ?? new Set();
      queued.set(id, waiting);
      const added = KINDS.filter((kind) => kinds.includes(kind) && !waiting.has(kind));
      for (const kind of added) waiting.add(kind);
      workOff(id).catch((thrown: unknown) => log.error('A training failed', { why: messageOf(thrown) }));
      return added;
    },
    cancel: (id) => {
      queued.get(id)?.clear();
      running.get(id)?.end.abort();
    },
    state: (id) => ({
      siteId: id,
      running: running.get(id)?.state ?? null,
      queued: [...(queued.get(id) ?? [])],
    }),
    stop: () => {
      for (const waiting of queued.values()) waiting.clear();
    },
  };
};
