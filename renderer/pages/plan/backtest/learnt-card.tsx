import type { LearntPolicy } from '../../../../preload/contract/backtest.ts';
import { cancelPolicyTraining, trainPolicy } from '../../../actions/backtest.ts';
import { BarList } from '../../../components/bar-list.tsx';
import { Icon } from '../../../components/icon.tsx';
import type { IconName } from '../../../components/icon-paths.ts';
import { Button, Chip, Empty, Head } from '../../../components/parts.tsx';
import { Progress } from '../../../components/progress.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { money } from '../../../format/money.ts';
import { spoken } from '../../../format/numbers.ts';
import { fullDay, moment, soon } from '../../../format/time.ts';
import { learntPolicy } from '../../../state/planning.ts';
import { LearningCurve } from './learning-curve.tsx';

const STAGES: Readonly<Record<LearntPolicy['stage'], { readonly icon: IconName; readonly text: string }>> = {
  none: { icon: 'minus', text: 'Not trained yet' },
  training: { icon: 'loader-circle', text: 'In training' },
  rejected: { icon: 'shield-x', text: 'Rejected' },
  shadow: { icon: 'eye', text: 'Only looks on' },
  ahead: { icon: 'shield-check', text: 'Ahead of the plan' },
};

const Trial = ({
  trial,
  zone,
  currency,
}: {
  trial: NonNullable<LearntPolicy['trial']>;
  zone: string;
  currency: string;
}) => {
  const bars = [
    { id: 'self', label: 'Self-consumption only', value: trial.selfCost },
    { id: 'learnt', label: <b>Learnt policy</b>, value: trial.policyCost },
    { id: 'plan', label: 'The plan', value: trial.planCost },
    { id: 'prescient', label: 'Perfect foresight', value: trial.prescientCost },
  ];
  const lost = trial.policyCost - trial.planCost;
  return (
    <div>
      <h3>On days that it never saw</h3>
      <p className="small quiet">
        {fullDay(trial.from, zone)} to {fullDay(trial.to - 1, zone)}
      </p>
      <BarList
        label="Cost of the same days"
        bars={bars.map((bar) => ({ ...bar, text: spoken(money(bar.value, currency)) }))}
      />
      <p className="second">
        {Math.abs(lost) < 0.005
          ? 'It costs as much as the plan.'
          : `It costs ${spoken(money(Math.abs(lost), currency))} ${lost > 0 ? 'more than the plan, so the plan serves.' : 'less than the plan.'}`}
      </p>
    </div>
  );
};

/** The policy that is learnt: whether it beats the plan, what speaks for and against it, and its training. */
export const LearntCard = ({ now, zone, currency }: { now: number; zone: string; currency: string }) => {
  const view = learntPolicy.use((state) => state.value);
  const problem = learntPolicy.use((state) => state.problem);
  const training = view?.stage === 'training';
  return (
    <section className="card learnt-card" aria-label="Learnt policy">
      <Head title="Learnt policy" note="acts only if it beats the plan" big>
        {view && (
          <Chip icon={STAGES[view.stage].icon} look={view.stage === 'ahead' ? 'inverse' : 'outline'}>
            {STAGES[view.stage].text}
          </Chip>
        )}
        {training ? (
          <Button size="small" icon="x" onClick={() => void cancelPolicyTraining.run({}, 'window')}>
            Cancel
          </Button>
        ) : (
          <Button size="small" icon="play" disabled={!view} onClick={() => void trainPolicy.run({}, 'window')}>
            Train now
          </Button>
        )}
      </Head>
      {!view ? (
        <Waiting problem={problem} what="the learnt policy" height={120} onRetry={() => void learntPolicy.reload()} />
      ) : (
        <>
          {training ? (
            <Progress label="Training of the policy" share={view.share ?? 0} sentence={view.sentence} />
          ) : (
            <p className="second">
              {view.sentence}{' '}
              <span className="quiet">
                {view.trainedAt !== null && `Trained ${moment(view.trainedAt, now, zone)}. `}
                {view.nextAt !== null && `Next training ${soon(view.nextAt, now, zone)}.`}
              </span>
            </p>
          )}
          {view.stage === 'none' && view.checks.length === 0 && (
            <Empty icon="brain-circuit" title="Nothing has been learnt yet">
              It is trained in a simulator of this home once a week, and compared with the plan. It never steers the
              house.
            </Empty>
          )}
          <div className="learnt-parts">
            {view.checks.length > 0 && (
              <div>
                <h3>Checks</h3>
                <ul className="check-list">
                  {view.checks.map((check) => (
                    <li key={check.name}>
                      <Icon name={check.passed ? 'circle-check' : 'triangle-alert'} size={16} />
                      <span>
                        <b>{check.name}</b> <span className="second">{check.sentence}</span>
                        <span className="hidden">{check.passed ? ' Passed.' : ' Not passed.'}</span>
                      </span>
                    </li>
                  ))}
                </ul>
              </div>
            )}
            {view.trial && <Trial trial={view.trial} zone={zone} currency={currency} />}
            <LearningCurve episodes={view.episodes} currency={currency} />
          </div>
        </>
      )}
    </section>
  );
};
