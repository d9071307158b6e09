import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Condition } from '../../../preload/contract/rules.ts';
import type { Workflow, WorkflowStep } from '../../../preload/contract/workflows.ts';
import { removeWorkflow, saveWorkflow } from '../../actions/rules.ts';
import { type ChannelChoice, firstLoad } from '../../components/channel-choices.ts';
import { Choice } from '../../components/choice.tsx';
import { Button } from '../../components/parts.tsx';
import { ActionFields } from './action-fields.tsx';
import { ConditionEditor } from './condition-editor.tsx';
import { actionOn, changedAt, newWorkflowId, testFor, without } from './draft.ts';
import { FormActs } from './form-acts.tsx';
import type { BuilderWorld } from './test-fields.tsx';

const MINUTE = 60_000;

const STEPS: readonly { readonly value: WorkflowStep['step']; readonly label: string }[] = [
  { value: 'act', label: 'Do' },
  { value: 'wait', label: 'Wait' },
  { value: 'wait-until', label: 'Wait until' },
  { value: 'check', label: 'Go on only if' },
];

const firstAction = (channels: readonly ChannelChoice[]): Extract<WorkflowStep, { step: 'act' }>['action'] => {
  const load = firstLoad(channels);
  return load ? actionOn(load) : { do: 'notify', level: 'info', text: 'It goes on.' };
};

const conditionFor = (channels: readonly ChannelChoice[]): Condition => {
  const [first] = channels;
  return first
    ? { test: testFor('soc', first.ref) }
    : { test: { is: 'time', window: { from: '08:00', to: '20:00', days: [] } } };
};

const stepFor = (kind: WorkflowStep['step'], channels: readonly ChannelChoice[]): WorkflowStep => {
  switch (kind) {
    case 'act':
      return { step: kind, action: firstAction(channels), retries: 1, undo: null };
    case 'wait':
      return { step: kind, ms: 10 * MINUTE };
    case 'wait-until':
      return { step: kind, condition: conditionFor(channels), limitMs: 60 * MINUTE, onLimit: 'fail' };
    case 'check':
      return { step: kind, condition: conditionFor(channels), otherwise: 'end' };
  }
};

export const newWorkflow = (channels: readonly ChannelChoice[]): Workflow => ({
  id: newWorkflowId(),
  name: '',
  enabled: true,
  steps: [stepFor('act', channels)],
  resumes: true,
});

const minutes = (label: string, valueMs: number, onChange: (ms: number) => void) => (
  <NumberInput
    aria-label={label}
    className="rule-number"
    suffix=" min"
    min={1}
    max={1440}
    hideControls
    value={valueMs / MINUTE}
    onChange={(typed) => typeof typed === 'number' && onChange(Math.max(1_000, Math.round(typed * MINUTE)))}
  />
);

const Act = ({
  step,
  world,
  onChange,
}: {
  step: Extract<WorkflowStep, { step: 'act' }>;
  world: BuilderWorld;
  onChange: (step: WorkflowStep) => void;
}) => (
  <>
    <ActionFields action={step.action} world={world} onChange={(action) => onChange({ ...step, action })} />
    <span className="rule-word">tried again</span>
    <NumberInput
      aria-label="Tried again"
      className="rule-number"
      suffix=" ×"
      min={0}
      max={5}
      allowDecimal={false}
      hideControls
      value={step.retries}
      onChange={(retries) => typeof retries === 'number' && onChange({ ...step, retries })}
    />
    <div className="rule-under rule-line">
      <Checkbox
        label="If a later step fails:"
        checked={step.undo !== null}
        onChange={(event) =>
          onChange({ ...step, undo: event.currentTarget.checked ? firstAction(world.channels) : null })
        }
      />
      {step.undo && <ActionFields action={step.undo} world={world} onChange={(undo) => onChange({ ...step, undo })} />}
    </div>
  </>
);

const StepFields = ({
  step,
  world,
  onChange,
}: {
  step: WorkflowStep;
  world: BuilderWorld;
  onChange: (step: WorkflowStep) => void;
}) => {
  if (step.step === 'act') return <Act step={step} world={world} onChange={onChange} />;
  if (step.step === 'wait') return minutes('Wait', step.ms, (ms) => onChange({ ...step, ms }));
  const editor = (
    <div className="rule-under">
      <ConditionEditor
        condition={step.condition}
        world={world}
        depth={1}
        onChange={(condition) => onChange({ ...step, condition })}
        onRemove={() => onChange({ ...step, condition: conditionFor(world.channels) })}
      />
    </div>
  );
  if (step.step === 'check')
    return (
      <>
        <span className="rule-word">this holds, otherwise</span>
        <Choice
          label="Otherwise"
          className="rule-channel"
          options={[
            { value: 'end', label: 'it ends here' },
            { value: 'fail', label: 'it fails and is put back' },
          ]}
          value={step.otherwise}
          onChange={(value) => onChange({ ...step, otherwise: value === 'fail' ? 'fail' : 'end' })}
        />
        {editor}
      </>
    );
  return (
    <>
      <span className="rule-word">this holds, at most</span>
      {minutes('At most', step.limitMs, (limitMs) => onChange({ ...step, limitMs }))}
      <span className="rule-word">then</span>
      <Choice
        label="After that"
        className="rule-channel"
        options={[
          { value: 'fail', label: 'it fails and is put back' },
          { value: 'go-on', label: 'it goes on' },
        ]}
        value={step.onLimit}
        onChange={(value) => onChange({ ...step, onLimit: value === 'go-on' ? 'go-on' : 'fail' })}
      />
      {editor}
    </>
  );
};

/** Steps one after the other, with what puts each back when a later one fails. */
export const WorkflowForm = ({
  start,
  isNew,
  world,
  onClose,
}: {
  start: Workflow;
  isNew: boolean;
  world: BuilderWorld;
  onClose: () => void;
}) => {
  const [workflow, setWorkflow] = useState(start);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { steps } = workflow;
  const change = (part: Partial<Workflow>): void => {
    setWorkflow({ ...workflow, ...part });
    setProblem(null);
  };
  return (
    <form
      className="rule-form"
      noValidate
      aria-label={workflow.name === '' ? 'New workflow' : workflow.name}
      onSubmit={(event) => {
        event.preventDefault();
        void saveWorkflow.run({ workflow, onSaved: onClose, onProblem: setProblem }, 'window');
      }}
    >
      <section className="card">
        <div className="rule-line">
          <TextInput
            label="Name"
            className="rule-text"
            maxLength={80}
            placeholder="Start the car gently"
            value={workflow.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </div>
        <ol className="workflow-steps">
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name of their own, and their fields hold no state
            <li key={index} className="rule-line">
              <b className="num">{index + 1}</b>
              <Choice
                label={`Step ${index + 1}`}
                options={STEPS}
                value={step.step}
                onChange={(kind) => kind && change({ steps: changedAt(steps, index, stepFor(kind, world.channels)) })}
              />
              <StepFields
                step={step}
                world={world}
                onChange={(changed) => change({ steps: changedAt(steps, index, changed) })}
              />
              <span className="grow" />
              {steps.length > 1 && (
                <Button
                  size="small"
                  look="ghost"
                  icon="x"
                  aria-label={`Remove step ${index + 1}`}
                  onClick={() => change({ steps: without(steps, index) })}
                />
              )}
            </li>
          ))}
        </ol>
        {steps.length < 20 && (
          <Button
            size="small"
            look="ghost"
            icon="plus"
            onClick={() => change({ steps: [...steps, stepFor('wait', world.channels)] })}
          >
            Step
          </Button>
        )}
        <Checkbox
          mt={14}
          label="Goes on after a restart where it was waiting"
          description="Otherwise it is ended and you are told. What was missed is never made up for."
          checked={workflow.resumes}
          onChange={(event) => change({ resumes: event.currentTarget.checked })}
        />
        <FormActs
          problem={problem}
          ready={workflow.name.trim() !== ''}
          onClose={onClose}
          onRemove={isNew ? null : () => void removeWorkflow.run({ workflow: start, onDone: onClose }, 'window')}
        />
      </section>
    </form>
  );
};
