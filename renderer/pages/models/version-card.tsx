import { useState } from 'react';
import type { ModelSummary } from '../../../preload/contract/models.ts';
import { type Bar, BarList } from '../../components/bar-list.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { Term } from '../../components/term.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { decimal } from '../../format/numbers.ts';
import { day, fullDay, moment, took } from '../../format/time.ts';
import { cards } from '../../state/model-life.ts';
import { AccuracyTable, Coverage } from './accuracy-table.tsx';
import { InputsDialog } from './inputs-dialog.tsx';
import { LeadChart } from './lead-chart.tsx';
import { TERMS } from './terms.ts';
import { inputsOf, inputWords, type KindView, plainName, STAGES, shortVersion } from './versions.ts';

const TOP_INPUTS = 10;

const Facts = ({ version, now, zone }: { version: ModelSummary; now: number; zone: string }) => (
  <dl className="model-facts">
    <div>
      <dt>Trained</dt>
      <dd>
        <time>{moment(version.trainedAt, now, zone)}</time> <span className="quiet">in {took(version.tookMs)}</span>
      </dd>
    </div>
    <div>
      <dt>Learnt from</dt>
      <dd>
        {decimal(version.data.days, 0)} days{' '}
        <span className="quiet">
          {fullDay(version.data.from, zone)} to {fullDay(version.data.to - 1, zone)}
        </span>
      </dd>
    </div>
    <div>
      <dt>Judged on</dt>
      <dd>
        {decimal(version.judged.days, 0)} days{' '}
        <span className="quiet">
          {day(version.judged.from, zone)} to {day(version.judged.to - 1, zone)}, unseen by it
        </span>
      </dd>
    </div>
    <div>
      <dt>
        <Term means={TERMS.threshold}>May err at most</Term>
      </dt>
      <dd className="num">
        {decimal(version.thresholdPct, 0)}&nbsp;% <span className="quiet">nRMSE</span>
      </dd>
    </div>
    <div>
      <dt>Version</dt>
      <dd className="num">
        {shortVersion(version.version)} <span className="quiet">{STAGES[version.stage].word.toLowerCase()}</span>
      </dd>
    </div>
  </dl>
);

/** The card of one version: what it learnt from, how good it is, by hours ahead, and what drives it. */
export const VersionCard = ({
  kind,
  version,
  now,
  zone,
}: {
  kind: KindView;
  version: ModelSummary;
  now: number;
  zone: string;
}) => {
  const resource = cards[kind.kind];
  const held = resource.use((state) => state.value);
  const problem = resource.use((state) => state.problem);
  const [inputsOpen, setInputsOpen] = useState(false);
  const card = held?.version === version.version ? held : null;
  const { errors, byLead } = version.judged;
  const inputs = card ? inputsOf(card) : [];
  const bars: Bar[] = inputs.slice(0, TOP_INPUTS).flatMap(({ name, doc, errorRisePct }) =>
    errorRisePct === null
      ? []
      : [
          {
            id: name,
            label: inputWords({ name, doc }),
            value: Math.max(0, errorRisePct),
            text: `${decimal(errorRisePct, 1)}\u00a0%`,
          },
        ],
  );
  return (
    <>
      {version.stage !== 'production' && (
        <p className="small row">
          <Chip icon={STAGES[version.stage].icon} look="outline">
            {STAGES[version.stage].word}
          </Chip>
          <span className="second">{version.sentence}</span>
        </p>
      )}
      <Facts version={version} now={now} zone={zone} />
      <div className="model-grid">
        <div>
          <h3>Accuracy</h3>
          <AccuracyTable
            errors={errors}
            unit={version.unit}
            caption={`${kind.label}: errors on days it had not seen`}
          />
          <Coverage coveragePct={errors.model.coveragePct} />
        </div>
        <div>
          <h3>Hours ahead</h3>
          <LeadChart leads={byLead} />
          {card && card.shares.length > 0 && (
            <>
              <h3>
                <Term means={TERMS.shares}>Mixed from</Term>
              </h3>
              <BarList
                label="Share of each member"
                bars={[...card.shares]
                  .sort((a, b) => b.sharePct - a.sharePct)
                  .map(({ member, sharePct }) => ({
                    id: member,
                    label: plainName(member),
                    value: sharePct,
                    text: `${decimal(sharePct, 0)}\u00a0%`,
                  }))}
              />
            </>
          )}
        </div>
        <div>
          <h3>
            <Term means={TERMS.importance}>What drives it</Term>
          </h3>
          {!card ? (
            <Waiting problem={problem} what="the model card" height={200} onRetry={() => void resource.reload()} />
          ) : bars.length === 0 ? (
            <p className="small quiet">What drives it was not measured.</p>
          ) : (
            <BarList label="The inputs that matter most" bars={bars} />
          )}
          {card && inputs.length > 0 && (
            <Button size="small" look="ghost" icon="table" onClick={() => setInputsOpen(true)}>
              All {inputs.length} inputs
            </Button>
          )}
        </div>
      </div>
      {inputsOpen && card && (
        <InputsDialog
          title={`Inputs of the ${kind.label.toLowerCase()} model`}
          inputs={inputs}
          onClose={() => setInputsOpen(false)}
        />
      )}
    </>
  );
};
