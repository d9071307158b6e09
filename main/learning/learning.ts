import { ok } from '../result.ts';
import { createBatteries } from './batteries.ts';
import { createDecisions } from './decisions.ts';
import { createDesk, type LearningDeps } from './desk.ts';
import { createEvaluations } from './evaluations.ts';
import { buildBatteryProjection, buildForecastOutlook, buildForecastView } from './forecast-view.ts';
import { createForecastKeeper } from './forecasting.ts';
import { keepFindings } from './kept-findings.ts';
import { createLifeCycle } from './life-cycle.ts';
import { createMonitoring } from './monitoring.ts';
import { createRegistry } from './registry.ts';
import { createSearches } from './searching.ts';
import { createTrainings } from './training.ts';
import type { Learning } from './types.ts';
import { createWorkerClient } from './worker-client.ts';

const SHORT_TIMEOUT_MS = 2 * 60_000;

/** Builds the room: one worker, and a part for each thing that happens to models. */
export const createLearning = (input: LearningDeps): Learning => {
  const deps = { ...input, log: input.log.room('learning') };
  const { store, clock } = deps;
  const worker = createWorkerClient({ url: deps.workerUrl, clock, log: deps.log });
  const life = new AbortController();
  const desk = createDesk(deps, worker, life.signal);
  const cycle = createLifeCycle(desk);
  const keeper = createForecastKeeper(desk, cycle);
  const searches = createSearches(desk);
  const trainings = createTrainings(desk, cycle, keeper, searches);

  const siteOrThrow = (id: Parameters<Learning['view']>[0]) => {
    const site = deps.siteOf(id);
    if (site === undefined) throw new Error(`there is no site ${id}`);
    return site;
  };
  return {
    start: (signal) => {
      signal.addEventListener('abort', () => life.abort(), { once: true, signal: life.signal });
    },
    stop: async () => {
      trainings.stop();
      life.abort();
      await worker.stop();
    },
    kinds: desk.kinds,
    trainings,
    searches,
    registry: createRegistry(desk, cycle),
    evaluations: createEvaluations(desk, searches),
    monitoring: createMonitoring(desk),
    batteries: createBatteries(desk),
    decisions: createDecisions(desk),
    prepare: async (id, signal) => {
      const site = desk.site(id);
      if (!site.ok) return site;
      const answer = await worker.run(
        { task: 'prepare', ...desk.task(site.value), kinds: desk.kinds(id) },
        { signal: desk.ends(signal), timeoutMs: SHORT_TIMEOUT_MS },
      );
      if (!answer.ok) return answer;
      keepFindings(desk, id, answer.value.findings);
      return ok(answer.value.sentences.join(' '));
    },
    forecast: keeper.forecast,
    explain: keeper.explain,
    experiments: (id, limit, kind) => store.modelling.experiments.list(id, limit, kind),
    view: (id, kind, hours) => {
      const newest = store.models.list(id, kind)[0];
      return buildForecastView({
        ...{ store, site: siteOrThrow(id), kind, hours, now: clock.now() },
        card: newest && desk.card(newest),
        whyNone: keeper.whyNone(id, kind),
      });
    },
    outlook: (id, kind) =>
      buildForecastOutlook({
        ...{ store, siteId: id, kind, now: clock.now() },
        whyNone: keeper.whyNone(id, kind),
      }),
    battery: (id) => buildBatteryProjection(store, siteOrThrow(id), deps.settingsOf(id), clock.now()),
  };
};
