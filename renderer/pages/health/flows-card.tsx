import { useState } from 'react';
import type { FlowRun, FlowView } from '../../../preload/contract/house.ts';
import { cancelFlow } from '../../actions/cancel-flow.ts';
import { runFlow } from '../../actions/run-flow.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment, soon, span, took } from '../../format/time.ts';
import { flowRuns, flows } from '../../state/house.ts';

const STATES: Readonly<Record<FlowRun['state'], { readonly icon: IconName; readonly word: string }>> = {
  running: { icon: 'loader-circle', word: 'runs' },
  succeeded: { icon: 'circle-check', word: 'done' },
  failed: { icon: 'triangle-alert', word: 'failed' },
  cancelled: { icon: 'x', word: 'cancelled' },
  'timed-out': { icon: 'timer', word: 'took too long' },
  interrupted: { icon: 'pause', word: 'interrupted' },
};
const STEP_ICONS: Readonly<Record<FlowRun['report'][number]['state'], IconName>> = {
  running: 'loader-circle',
  done: 'check',
  failed: 'triangle-alert',
  skipped: 'minus',
};

const Report = ({ run }: { run: FlowRun }) => (
  <ul className="report">
    {run.report.map((step) => (
      <li key={step.step}>
        <Icon name={STEP_ICONS[step.state]} size={14} className={step.state === 'running' ? 'turning' : ''} />
        <span>{step.step}</span>
        <span>{step.sentence}</span>
        <span className="num quiet">{step.tookMs === null ? '' : took(step.tookMs)}</span>
      </li>
    ))}
    {run.report.length === 0 && <li>No report was written.</li>}
  </ul>
);

const lastWords = (run: FlowRun, now: number, zone: string): string => {
  const ms = run.finishedAt === null ? null : run.finishedAt - run.startedAt;
  const attempts = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
  return `${STATES[run.state].word} ${moment(run.startedAt, now, zone)}${ms === null ? '' : `, ${took(ms)}`}${attempts}`;
};

const FlowLine = ({
  flow,
  runs,
  now,
  zone,
}: {
  flow: FlowView;
  runs: readonly FlowRun[];
  now: number;
  zone: string;
}) => {
  const [open, setOpen] = useState(false);
  const { running } = flow;
  const shown = running ?? flow.last;
  const earlier = runs.filter((run) => run.flow === flow.name && run.id !== shown?.id).slice(0, 4);
  return (
    <li className="flow-line">
      <span>
        <b>{flow.label}</b>
        <span className="small quiet">{flow.description}</span>
      </span>
      <span className="small second">
        {flow.schedule}{' '}
        {flow.nextAt !== null && <span className="quiet next">next {soon(flow.nextAt, now, zone)}</span>}
      </span>
      <span className="row second">
        {shown ? (
          <>
            <Icon name={STATES[shown.state].icon} size={16} className={running ? 'turning' : ''} />
            {running
              ? `runs for ${span(now - running.startedAt)}: ${running.report.at(-1)?.sentence ?? 'starting'}`
              : lastWords(shown, now, zone)}
          </>
        ) : (
          'never ran'
        )}
      </span>
      <span className="flow-acts">
        {shown && (
          <Button look="ghost" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            Report
          </Button>
        )}
        {running ? (
          <Button size="small" icon="x" onClick={() => void cancelFlow.run({ runId: running.id }, 'window')}>
            Cancel
          </Button>
        ) : (
          <Button
            size="small"
            icon="play"
            onClick={() => void runFlow.run({ flow: flow.name, label: flow.label }, 'window')}
          >
            Run now
          </Button>
        )}
      </span>
      {open && shown && <Report run={shown} />}
      {open && earlier.length > 0 && (
        <ul className="report">
          {earlier.map((run) => (
            <li key={run.id} style={{ gridTemplateColumns: '18px 1fr' }}>
              <Icon name={STATES[run.state].icon} size={14} />
              <span>
                {lastWords(run, now, zone)}. {run.report.findLast((step) => step.state !== 'skipped')?.sentence}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
};

/** The scheduled jobs with their last report, run by hand or cancelled here. */
export const FlowsCard = ({ now, zone }: { now: number; zone: string }) => {
  const list = flows.use((state) => state.value);
  const problem = flows.use((state) => state.problem);
  const runs = flowRuns.use((state) => state.value) ?? [];
  return (
    <section className="card" aria-label="Jobs">
      <Head title="Jobs" note="what runs by itself" />
      {list === null ? (
        <Waiting problem={problem} what="the jobs" height={160} onRetry={() => void flows.reload()} />
      ) : (
        <ul>
          {list.map((flow) => (
            <FlowLine key={flow.name} flow={flow} runs={runs} now={now} zone={zone} />
          ))}
        </ul>
      )}
    </section>
  );
};
