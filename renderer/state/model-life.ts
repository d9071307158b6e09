import type { ModelEvent, ModelKind } from '../../preload/contract/models.ts';
import type { QueryName } from '../../preload/contract.ts';
import { currentSiteId } from './house.ts';
import { createResource, type Resource } from './resource.ts';

const MODEL_KINDS: readonly ModelKind[] = ['solar', 'wind', 'load', 'price'];

const perKind = <Name extends QueryName>(name: Name): Readonly<Record<ModelKind, Resource<Name>>> => ({
  solar: createResource(name),
  wind: createResource(name),
  load: createResource(name),
  price: createResource(name),
});

/** What the page of the models reads: one resource a question, and one a kind where each kind is asked for itself. */
export const modelList = createResource('models.list');
export const training = createResource('models.training');
export const experiments = createResource('models.experiments');
export const evaluation = createResource('models.evaluation');
export const batteryHealth = createResource('battery.health');
export const decisionCard = createResource('decision.card');
export const decision = createResource('decision.ask');
export const cards = perKind('models.card');
export const drifts = perKind('models.drift');
export const records = perKind('models.ab');
export const searches = perKind('models.search');
export const explanations = perKind('forecast.explain');
/** Two versions beside each other. */
export const compared = [createResource('models.card'), createResource('models.card')] as const;

const SEARCH_QUIET_MS = 2000;

/** What an event says of the jobs that run is shown at once; the rest is asked again, once for a burst of events. */
export const createModelNews = (
  settled: (run: () => Promise<void>, quietMs?: number) => () => void,
): ((event: ModelEvent) => void) => {
  const versionsSoon = settled(async () => {
    await Promise.all([
      modelList.reload(),
      experiments.reload(),
      ...MODEL_KINDS.flatMap((kind) => [cards[kind].reload(), records[kind].reload(), drifts[kind].reload()]),
    ]);
  });
  const trainingSoon = settled(training.reload);
  const driftSoon = settled(async () => {
    await Promise.all(MODEL_KINDS.flatMap((kind) => [drifts[kind].reload(), records[kind].reload()]));
  });
  const searchSoon = settled(async () => {
    await Promise.all(MODEL_KINDS.map((kind) => searches[kind].reload()));
  }, SEARCH_QUIET_MS);
  const evaluationSoon = settled(evaluation.reload);
  const batterySoon = settled(batteryHealth.reload);
  const decisionSoon = settled(decisionCard.reload);

  const trains = ({ kind, share, sentence }: ModelEvent): void => {
    const running = training.use.getState().value?.running ?? null;
    if (share === null || running === null || running.kind !== kind) {
      trainingSoon();
      if (share === null) versionsSoon();
    } else training.patch((value) => ({ ...value, running: { ...running, share, sentence } }));
  };
  const searching = ({ kind, sentence }: ModelEvent): void => {
    if (kind !== null) searches[kind].patch((value) => ({ ...value, sentence }));
    searchSoon();
  };
  const evaluates = ({ share, sentence }: ModelEvent): void => {
    if (share === null || evaluation.use.getState().value?.state !== 'running') evaluationSoon();
    else evaluation.patch((value) => ({ ...value, share, sentence }));
  };
  const heard: Readonly<Record<ModelEvent['about'], (event: ModelEvent) => void>> = {
    training: trains,
    search: searching,
    evaluation: evaluates,
    versions: versionsSoon,
    drift: driftSoon,
    battery: batterySoon,
    decision: decisionSoon,
  };
  return (event) => {
    if (event.siteId === currentSiteId()) heard[event.about](event);
  };
};
