import { useMemo } from 'react';
import type { EvaluationView, ModelKind } from '../../../preload/contract/models.ts';
import { cancelEvaluation } from '../../actions/models.ts';
import { Icon } from '../../components/icon.tsx';
import { Button, Head } from '../../components/parts.tsx';
import { Progress } from '../../components/progress.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { fullDay, moment, took } from '../../format/time.ts';
import { evaluation } from '../../state/model-life.ts';
import { AccuracyTable, Coverage } from './accuracy-table.tsx';
import { DayErrors, type DayLine } from './day-errors.tsx';
import { EvaluationForm } from './evaluation-form.tsx';
import { LeadChart } from './lead-chart.tsx';
import { KIND_LOOKS } from './versions.ts';

const Result = ({
  kind,
  result,
  zone,
}: {
  kind: ModelKind;
  result: NonNullable<EvaluationView['result']>;
  zone: string;
}) => {
  const { hue } = KIND_LOOKS[kind];
  const days = useMemo(() => result.days.map(({ at }) => at), [result]);
  const lines = useMemo<DayLine[]>(
    () => [
      { id: 'model', label: 'model', hue, values: result.days.map((one) => one.rmseModel) },
      { id: 'baseline', label: 'baseline', hue: 'none', values: result.days.map((one) => one.rmseBaseline) },
      { id: 'naive', label: 'naive', hue: 'none', dash: [2, 3], values: result.days.map((one) => one.rmseNaive) },
    ],
    [result, hue],
  );
  return (
    <>
      <div className="model-two">
        <div>
          <h3>Errors</h3>
          <AccuracyTable errors={result.errors} unit={result.unit} caption="Errors of the evaluation" />
          <Coverage coveragePct={result.errors.model.coveragePct} />
        </div>
        <div>
          <h3>Hours ahead</h3>
          <LeadChart leads={result.byLead} />
          <p className="small quiet">
            Learnt anew {decimal(result.refits, 0)} {result.refits === 1 ? 'time' : 'times'} in{' '}
            {took(result.fitSeconds * 1000)}; one forecast takes {took(result.predictMs)}.
          </p>
        </div>
      </div>
      <DayErrors title="Error of each day" unit={result.unit} zone={zone} days={days} lines={lines} />
    </>
  );
};

/** Whether the models are any good here: a rolling evaluation on the home's own history. */
export const EvaluationCard = ({
  kinds,
  now,
  zone,
}: {
  kinds: readonly { readonly kind: ModelKind; readonly label: string }[];
  now: number;
  zone: string;
}) => {
  const view = evaluation.use((state) => state.value);
  const problem = evaluation.use((state) => state.problem);
  const asked = view?.asked ?? null;
  const label = kinds.find(({ kind }) => kind === asked?.kind)?.label ?? asked?.kind;
  return (
    <section className="card model-kind" data-hue="none" aria-label="Evaluation">
      <Head
        title="Evaluate on your own history"
        note="forecasts each day of a span again, from what was known before it"
        big
      />
      {!view ? (
        <Waiting problem={problem} what="the evaluation" height={160} onRetry={() => void evaluation.reload()} />
      ) : (
        <>
          {view.state === 'running' ? (
            <>
              <Progress label="Evaluation" share={view.share} sentence={view.sentence} />
              <div>
                <Button size="small" icon="x" onClick={() => void cancelEvaluation.run({}, 'window')}>
                  Cancel
                </Button>
              </div>
            </>
          ) : (
            <EvaluationForm kinds={kinds} now={now} zone={zone} />
          )}
          {asked && (
            <p className={view.state === 'failed' ? 'strip-note inverse' : 'evaluation-words'} role="status">
              {view.state === 'failed' && <Icon name="triangle-alert" size={16} />}
              <span>
                {view.state !== 'running' && <>{view.sentence} </>}
                <span className="quiet">
                  {label}, {fullDay(asked.from, zone)} to {fullDay(asked.to - 1, zone)}, {asked.horizonHours} h ahead,
                  learnt anew every {asked.refitDays} {asked.refitDays === 1 ? 'day' : 'days'}
                  {view.finishedAt !== null && view.state === 'done' && `, done ${moment(view.finishedAt, now, zone)}`}.
                </span>
              </span>
            </p>
          )}
          {asked && view.result && <Result kind={asked.kind} result={view.result} zone={zone} />}
        </>
      )}
    </section>
  );
};
