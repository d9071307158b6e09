import { useEffect } from 'react';
import type { BacktestAsk, BacktestView as View } from '../../../../preload/contract/backtest.ts';
import { cancelBacktest } from '../../../actions/backtest.ts';
import { openPage } from '../../../actions/open-page.ts';
import { Icon } from '../../../components/icon.tsx';
import { Button, Head } from '../../../components/parts.tsx';
import { Progress } from '../../../components/progress.tsx';
import { Waiting } from '../../../components/waiting.tsx';
import { money } from '../../../format/money.ts';
import { decimal, spoken } from '../../../format/numbers.ts';
import { fullDay, moment, span } from '../../../format/time.ts';
import { useSite } from '../../../state/house.ts';
import { useNowStep } from '../../../state/now.ts';
import { backtest, learntPolicy } from '../../../state/planning.ts';
import { BacktestForm } from './backtest-form.tsx';
import { LearntCard } from './learnt-card.tsx';
import { MonthChart } from './month-chart.tsx';
import { PolicyTable } from './policy-table.tsx';
import { policyLabel } from './policy-words.ts';

type Result = NonNullable<View['result']>;

/** The one sentence of a backtest: what the plan would have cost and saved, and how near to what is possible that is. */
const headline = (result: Result, asked: BacktestAsk): string | null => {
  const plan = result.policies.find(({ policy }) => policy === 'plan');
  if (!plan) return null;
  const cost = spoken(money(plan.cost, result.currency));
  const saved = spoken(money(Math.abs(plan.saving), result.currency));
  const against = policyLabel(asked.baseline).toLowerCase();
  const beside = asked.baseline === 'plan' ? '' : `, ${saved} ${plan.saving >= 0 ? 'less' : 'more'} than ${against}`;
  const share =
    plan.ofPossiblePct === null
      ? ''
      : ` That is ${decimal(plan.ofPossiblePct, 1)} % of what perfect foresight saves over no battery.`;
  return `The plan would have cost ${cost}${beside}.${share}`;
};

const Asked = ({ asked, result, zone }: { asked: BacktestAsk; result: Result | null; zone: string }) => (
  <span className="quiet">
    {fullDay(asked.from, zone)} to {fullDay(asked.to - 1, zone)}, planned {asked.horizonHours} h ahead
    {result && `, in steps of ${span(result.stepMs)}, ${decimal(result.coveragePct, 0)} % of the time was measured`}
    {asked.batteryKwh !== undefined && `, with a battery of ${decimal(asked.batteryKwh, 1)} kWh`}
    {asked.batteryKw !== undefined && `, ${decimal(asked.batteryKw, 1)} kW`}
    {asked.pvFactor !== undefined && `, with ${decimal(asked.pvFactor * 100, 0)} % of the roof`}.
  </span>
);

const Shown = ({ view, now, zone }: { view: View; now: number; zone: string }) => {
  const { asked, result, state } = view;
  if (!asked || state === 'none' || state === 'running') return null;
  const title = result ? headline(result, asked) : null;
  return (
    <section className="card backtest-result" aria-label="Result">
      <Head title="Result" note={view.finishedAt !== null ? `of ${moment(view.finishedAt, now, zone)}` : null} big />
      {state === 'failed' || state === 'cancelled' ? (
        <p className={state === 'failed' ? 'strip-note inverse' : 'strip-note'} role="status">
          <Icon name={state === 'failed' ? 'triangle-alert' : 'info'} size={16} />
          <span>{view.sentence}</span>
        </p>
      ) : (
        <p className="model-sentence" role="status">
          {title ?? view.sentence}
        </p>
      )}
      <p className="small">
        <Asked asked={asked} result={result} zone={zone} />
      </p>
      {result && (
        <>
          <PolicyTable result={result} asked={asked} money={result.currency} />
          <MonthChart results={result.policies} currency={result.currency} />
          {result.notes.length > 0 && (
            <details className="more">
              <summary>What this takes for granted</summary>
              <ul className="plain-list">
                {result.notes.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
};

/** What each policy would have cost on the home's own past, and the policy that is learnt from it. */
export const BacktestView = () => {
  const site = useSite();
  const siteId = site?.id ?? null;
  const zone = site?.timeZone ?? 'UTC';
  const now = useNowStep(60_000);
  const view = backtest.use((state) => state.value);
  const problem = backtest.use((state) => state.problem);
  useEffect(() => {
    if (!siteId) return;
    void backtest.load({ siteId });
    void learntPolicy.load({ siteId });
  }, [siteId]);
  const running = view?.state === 'running';
  return (
    <>
      <div className="page-head">
        <Button
          icon="chevron-left"
          look="ghost"
          size="small"
          onClick={() => void openPage.run({ page: 'plan' }, 'window')}
        >
          Plan
        </Button>
        <h1>Backtest</h1>
        <span className="quiet">what each policy would have cost on this home’s own past</span>
      </div>
      {!view ? (
        <section className="card">
          <Waiting problem={problem} what="the backtest" height={300} onRetry={() => void backtest.reload()} />
        </section>
      ) : (
        <>
          <section className="card" aria-label="Ask">
            {running ? (
              <div className="training-strip">
                <div className="grow">
                  <p>
                    <b>The backtest runs.</b> {view.asked && <Asked asked={view.asked} result={null} zone={zone} />}
                  </p>
                  <Progress label="Backtest" share={view.share} sentence={view.sentence} />
                </div>
                <Button size="small" icon="x" onClick={() => void cancelBacktest.run({}, 'window')}>
                  Cancel
                </Button>
              </div>
            ) : (
              <BacktestForm now={now} zone={zone} busy={running} />
            )}
          </section>
          <Shown view={view} now={now} zone={zone} />
        </>
      )}
      <LearntCard now={now} zone={zone} currency={site?.currency ?? 'EUR'} />
    </>
  );
};
