import { useState } from 'react';
import type { DecisionCard as DecisionCardView } from '../../../preload/contract/battery-decision.ts';
import { Icon } from '../../components/icon.tsx';
import { Button } from '../../components/parts.tsx';
import { TableWrap } from '../../components/table-wrap.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { moment } from '../../format/time.ts';
import { decisionCard } from '../../state/model-life.ts';
import { AskDecision } from './ask-decision.tsx';
import { InputsDialog } from './inputs-dialog.tsx';
import { TERMS } from './terms.ts';
import { inputsOf } from './versions.ts';

const learntWords = ({ logged, heldOut }: DecisionCardView): string =>
  `${logged === 0 ? 'all played through on your history' : `${decimal(logged, 0)} of the action log, the others played through`}; judged on ${decimal(heldOut, 0)} it had not seen`;

/** What it said beside what came: an honest 70 % ends well in 70 of 100 cases. */
const Calibration = ({ view }: { view: DecisionCardView }) => (
  <TableWrap label="What it said and what came">
    <table className="table">
      <caption className="hidden">What it said and what came</caption>
      <thead>
        <tr>
          <th scope="col">It said about</th>
          <th scope="col" className="right">
            ended well
          </th>
          <th scope="col" className="right">
            runs
          </th>
        </tr>
      </thead>
      <tbody>
        {view.calibration.map(({ saidPct, camePct, count }) => (
          <tr key={saidPct}>
            <td className="num">{decimal(saidPct, 0)}&nbsp;%</td>
            <td className="right">{decimal(camePct, 0)}&nbsp;%</td>
            <td className="right">{decimal(count, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </TableWrap>
);

/** The model that judges a flexible load beforehand: how often it is right, and a question to it. */
export const DecisionCard = ({ now, zone }: { now: number; zone: string }) => {
  const view = decisionCard.use((state) => state.value);
  const problem = decisionCard.use((state) => state.problem);
  const [inputsOpen, setInputsOpen] = useState(false);
  const rates = view && [
    { name: 'Accuracy', means: TERMS.accuracy, pct: view.accuracyPct },
    { name: 'Precision', means: TERMS.precision, pct: view.precisionPct },
    { name: 'Recall', means: TERMS.recall, pct: view.recallPct },
    { name: 'Ends well anyway', means: TERMS.baseRate, pct: view.baseRatePct },
  ];
  return (
    <section className="card model-kind" data-hue="none" aria-label="Decisions">
      <div className="head big">
        <span className="hue-icon">
          <Icon name="workflow" />
        </span>
        <h2>Decisions</h2>
        <span className="quiet">
          does a flexible load that starts now end well?
          {view?.trainedAt != null && ` Trained ${moment(view.trainedAt, now, zone)}.`}
        </span>
      </div>
      {!view || !rates ? (
        <Waiting problem={problem} what="the decision model" height={160} onRetry={() => void decisionCard.reload()} />
      ) : (
        <>
          <p className="model-sentence">{view.sentence}</p>
          <div className="model-two">
            <div>
              {view.trainedAt !== null && (
                <dl className="model-facts">
                  {rates.map(({ name, means, pct }) => (
                    <div key={name}>
                      <dt>
                        <Term means={means}>{name}</Term>
                      </dt>
                      <dd className="num">
                        {pct === null ? <span className="quiet">No value</span> : `${decimal(pct, 0)}\u00a0%`}
                      </dd>
                    </div>
                  ))}
                  <div>
                    <dt>Learnt from</dt>
                    <dd>
                      {decimal(view.examples, 0)} runs <span className="quiet">{learntWords(view)}</span>
                    </dd>
                  </div>
                </dl>
              )}
              {view.calibration.length > 0 && <Calibration view={view} />}
              {view.features.length > 0 && (
                <Button size="small" look="ghost" icon="table" onClick={() => setInputsOpen(true)}>
                  All {view.features.length} inputs
                </Button>
              )}
            </div>
            <AskDecision />
          </div>
          {inputsOpen && (
            <InputsDialog
              title="Inputs of the decision model"
              inputs={inputsOf({ features: view.features, importances: [] })}
              onClose={() => setInputsOpen(false)}
            />
          )}
        </>
      )}
    </section>
  );
};
