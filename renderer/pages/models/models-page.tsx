import { useEffect } from 'react';
import type { TrainingState } from '../../../preload/contract/models.ts';
import { cancelTraining, trainModels } from '../../actions/models.ts';
import { Button, Empty } from '../../components/parts.tsx';
import { Progress } from '../../components/progress.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { soon } from '../../format/time.ts';
import { useSite } from '../../state/house.ts';
import * as life from '../../state/model-life.ts';
import { useNowStep } from '../../state/now.ts';
import { BatteryCard } from './battery-card.tsx';
import { DecisionCard } from './decision-card.tsx';
import { EvaluationCard } from './evaluation-card.tsx';
import { ExperimentsCard } from './experiments-card.tsx';
import { KindSection } from './kind-section.tsx';
import type { KindView } from './versions.ts';

const useModelData = (): void => {
  const siteId = useSite()?.id ?? null;
  useEffect(() => {
    if (!siteId) return;
    void life.modelList.load({ siteId });
    void life.training.load({ siteId });
    void life.evaluation.load({ siteId });
    void life.experiments.load({ siteId });
    void life.batteryHealth.load({ siteId });
    void life.decisionCard.load({ siteId });
  }, [siteId]);
};

const labelOf = (kinds: readonly KindView[], kind: string): string =>
  (kinds.find((one) => one.kind === kind)?.label ?? kind).toLowerCase();

/** The training that runs, how far it is, and what waits behind it. */
const TrainingStrip = ({ training, kinds }: { training: TrainingState; kinds: readonly KindView[] }) => {
  const { running, queued } = training;
  if (running === null && queued.length === 0) return null;
  return (
    <section className="card training-strip" aria-label="Training">
      <div className="grow">
        {running ? (
          <>
            <b>Training {labelOf(kinds, running.kind)}.</b>{' '}
            <Progress label="Training" share={running.share} sentence={running.sentence} />
          </>
        ) : (
          <b>Training is about to start.</b>
        )}
        {queued.length > 0 && (
          <p className="small quiet">Then {queued.map((kind) => labelOf(kinds, kind)).join(', ')}.</p>
        )}
      </div>
      <Button size="small" icon="x" onClick={() => void cancelTraining.run({}, 'window')}>
        Cancel
      </Button>
    </section>
  );
};

const summary = (kinds: readonly KindView[]): string => {
  const serving = kinds.filter(({ production }) => production !== null);
  const without = kinds.filter(({ production }) => production === null);
  const names = (list: readonly KindView[]): string => list.map(({ label }) => label.toLowerCase()).join(', ');
  if (serving.length === 0) return 'No model is in production yet; simple forecasts serve.';
  return `In production: ${names(serving)}.${without.length > 0 ? ` Simple forecasts serve for ${names(without)}.` : ''}`;
};

/** Every model of the home: what serves and why, how good it is, what it learnt from, and what can be done with it. */
export const ModelsPage = () => {
  useModelData();
  const now = useNowStep(60_000);
  const zone = useSite()?.timeZone ?? 'UTC';
  const list = life.modelList.use((state) => state.value);
  const problem = life.modelList.use((state) => state.problem);
  const training = life.training.use((state) => state.value);
  const nexts = training?.next.flatMap(({ at }) => (at === null ? [] : [at])) ?? [];
  const busy = training !== null && (training.running !== null || training.queued.length > 0);
  return (
    <>
      <div className="page-head">
        <h1>Models</h1>
        {list && <span className="quiet">{summary(list.kinds)}</span>}
        <span className="grow" />
        {nexts.length > 0 && <span className="quiet num">next training {soon(Math.min(...nexts), now, zone)}</span>}
        <Button
          icon="play"
          size="small"
          disabled={busy || !list}
          onClick={() => void trainModels.run({ kind: 'all' }, 'window')}
        >
          Train all
        </Button>
      </div>
      {training && <TrainingStrip training={training} kinds={list?.kinds ?? []} />}
      {!list ? (
        <section className="card">
          <Waiting problem={problem} what="the models" height={320} onRetry={() => void life.modelList.reload()} />
        </section>
      ) : list.kinds.length === 0 ? (
        <section className="card">
          <Empty icon="brain-circuit" title="Nothing to forecast yet">
            Add a device that measures the sun, the grid or the load in Settings.
          </Empty>
        </section>
      ) : (
        list.kinds.map((kind) => <KindSection key={kind.kind} kind={kind} training={training} now={now} zone={zone} />)
      )}
      <BatteryCard now={now} zone={zone} />
      <DecisionCard now={now} zone={zone} />
      <EvaluationCard kinds={list?.kinds ?? []} now={now} zone={zone} />
      <ExperimentsCard now={now} zone={zone} />
    </>
  );
};
