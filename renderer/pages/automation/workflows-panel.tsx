import { useState } from 'react';
import type { Workflow, WorkflowRun } from '../../../preload/contract/workflows.ts';
import { cancelWorkflow, runWorkflow } from '../../actions/rules.ts';
import { Icon } from '../../components/icon.tsx';
import type { IconName } from '../../components/icon-paths.ts';
import { Button, Chip, Empty, Head } from '../../components/parts.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { moment } from '../../format/time.ts';
import { workflowRuns, workflows } from '../../state/automation.ts';
import type { BuilderWorld } from './test-fields.tsx';
import { RUN_STATES } from './words.ts';
import { newWorkflow, WorkflowForm } from './workflow-form.tsx';

const STEP_ICONS: Readonly<Record<WorkflowRun['steps'][number]['state'], IconName>> = {
  waiting: 'minus',
  running: 'loader-circle',
  done: 'check',
  failed: 'x',
  skipped: 'minus',
  undone: 'undo-2',
};

const Run = ({ run, now, zone }: { run: WorkflowRun; now: number; zone: string }) => (
  <li className="rule-row" aria-label={`Run of ${run.name}`}>
    <div className="rule-head">
      <b>{run.name}</b>
      <Chip look={run.state === 'running' ? 'inverse' : 'plain'}>{RUN_STATES[run.state]}</Chip>
      <span className="small quiet num">
        {moment(run.startedAt, now, zone)} by {run.begunBy}
      </span>
      <span className="grow" />
      {run.state === 'running' && (
        <Button size="small" icon="x" onClick={() => void cancelWorkflow.run({ runId: run.id }, 'window')}>
          Cancel
        </Button>
      )}
    </div>
    <p>{run.sentence}</p>
    <details className="more" open={run.state === 'running'}>
      <summary>
        Step {Math.min(run.stepIndex + 1, run.steps.length)} of {run.steps.length}
      </summary>
      <ol className="run-steps">
        {run.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a run never change their order
          <li key={index} className={step.state}>
            <Icon name={STEP_ICONS[step.state]} size={15} className={step.state === 'running' ? 'turning' : ''} />
            <span>{step.sentence}</span>
            {step.at !== null && <time className="small quiet">{moment(step.at, now, zone)}</time>}
          </li>
        ))}
      </ol>
    </details>
  </li>
);

/** Workflows and their runs: what is under way stands open. */
export const WorkflowsPanel = ({ world, now, zone }: { world: BuilderWorld; now: number; zone: string }) => {
  const list = workflows.use((state) => state.value);
  const problem = workflows.use((state) => state.problem);
  const runs = workflowRuns.use((state) => state.value);
  const [open, setOpen] = useState<Workflow | null>(null);
  if (open)
    return (
      <WorkflowForm
        start={open}
        isNew={!(list?.some(({ id }) => id === open.id) ?? false)}
        world={world}
        onClose={() => setOpen(null)}
      />
    );
  const add = (
    <Button size="small" icon="plus" onClick={() => setOpen(newWorkflow(world.channels))}>
      Workflow
    </Button>
  );
  if (!list)
    return (
      <section className="card">
        <Waiting problem={problem} what="the workflows" height={160} onRetry={() => void workflows.reload()} />
      </section>
    );
  return (
    <>
      <section className="card" aria-label="Workflows">
        {list.length === 0 ? (
          <Empty icon="workflow" title="No workflow yet" action={add}>
            Steps one after the other, with waits, checks, and a way back when one fails.
          </Empty>
        ) : (
          <>
            <div className="row list-acts">{add}</div>
            <ul className="rule-list">
              {list.map((workflow) => (
                <li className="rule-row" key={workflow.id} aria-label={workflow.name}>
                  <div className="rule-head">
                    <b>{workflow.name}</b>
                    <span className="small quiet">
                      {workflow.steps.length} {workflow.steps.length === 1 ? 'step' : 'steps'}
                    </span>
                    <span className="grow" />
                    <Button size="small" icon="play" onClick={() => void runWorkflow.run({ workflow }, 'window')}>
                      Run
                    </Button>
                    <Button size="small" onClick={() => setOpen(workflow)}>
                      Change
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      {runs && runs.length > 0 && (
        <section className="card" aria-label="Runs">
          <Head title="Runs" />
          <ul className="rule-list">
            {runs.map((run) => (
              <Run key={run.id} run={run} now={now} zone={zone} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
