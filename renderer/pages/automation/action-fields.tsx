import { NumberInput, TextInput } from '@mantine/core';
import type { RuleAction } from '../../../preload/contract/rules.ts';
import { type ChannelChoice, refKey } from '../../components/channel-choices.ts';
import { ChannelSelect } from '../../components/channel-select.tsx';
import { Choice } from '../../components/choice.tsx';
import { Button } from '../../components/parts.tsx';
import { actionFor, actionOn, changedAt, without } from './draft.ts';
import type { BuilderWorld } from './test-fields.tsx';

const KINDS: readonly { readonly value: RuleAction['do']; readonly label: string }[] = [
  { value: 'switch', label: 'Switch' },
  { value: 'set', label: 'Set' },
  { value: 'pause', label: 'Pause' },
  { value: 'mode', label: 'Mode of the house' },
  { value: 'notify', label: 'Tell me' },
  { value: 'workflow', label: 'Run a workflow' },
];
const ON_OFF = [
  { value: 'on', label: 'on' },
  { value: 'off', label: 'off' },
];
const MODES = [
  { value: 'watch', label: 'Watch' },
  { value: 'suggest', label: 'Suggest' },
  { value: 'automate', label: 'Automate' },
] as const;
const LEVELS = [
  { value: 'info', label: 'for information' },
  { value: 'attention', label: 'needs me' },
  { value: 'critical', label: 'at once, also at night' },
] as const;

const choicesFor = (kind: RuleAction['do'], channels: readonly ChannelChoice[]): readonly ChannelChoice[] =>
  channels.filter(({ controllable, control }) =>
    kind === 'set' ? controllable && control?.kind !== 'switch' : controllable && control?.kind === 'switch',
  );

const ValueField = ({
  action,
  choice,
  onChange,
}: {
  action: Extract<RuleAction, { do: 'set' }>;
  choice: ChannelChoice | undefined;
  onChange: (action: RuleAction) => void;
}) => {
  const control = choice?.control;
  if (control?.kind === 'choice')
    return (
      <Choice
        label="Value"
        options={control.options}
        value={String(action.value)}
        onChange={(value) => value !== null && onChange({ ...action, value })}
      />
    );
  if (control?.kind === 'number')
    return (
      <NumberInput
        aria-label="Value"
        className="rule-number"
        value={Number(action.value)}
        suffix={` ${control.unit}`}
        min={control.minimum}
        max={control.maximum}
        step={control.step}
        hideControls
        onChange={(value) => typeof value === 'number' && onChange({ ...action, value })}
      />
    );
  return (
    <TextInput
      aria-label="Value"
      value={String(action.value)}
      onChange={(event) => onChange({ ...action, value: event.currentTarget.value })}
    />
  );
};

const Fields = ({
  action,
  world,
  onChange,
}: {
  action: RuleAction;
  world: BuilderWorld;
  onChange: (action: RuleAction) => void;
}) => {
  const channels = choicesFor(action.do, world.channels);
  switch (action.do) {
    case 'switch':
      return (
        <>
          <ChannelSelect
            label="Device"
            value={action.channel}
            choices={channels}
            onChange={({ ref }) => onChange({ ...action, channel: ref })}
          />
          <Choice
            label="On or off"
            className="rule-tiny"
            options={ON_OFF}
            value={action.on ? 'on' : 'off'}
            onChange={(value) => onChange({ ...action, on: value === 'on' })}
          />
        </>
      );
    case 'set':
      return (
        <>
          <ChannelSelect
            label="Setting"
            value={action.channel}
            choices={channels}
            onChange={(choice) => onChange(actionOn(choice))}
          />
          <span className="rule-word">to</span>
          <ValueField
            action={action}
            choice={channels.find(({ value }) => value === refKey(action.channel))}
            onChange={onChange}
          />
        </>
      );
    case 'pause':
      return (
        <>
          <ChannelSelect
            label="Device"
            value={action.channel}
            choices={channels}
            onChange={({ ref }) => onChange({ ...action, channel: ref })}
          />
          <span className="rule-word">for</span>
          <NumberInput
            aria-label="Minutes"
            className="rule-number"
            value={action.minutes}
            suffix=" min"
            min={1}
            max={1440}
            allowDecimal={false}
            hideControls
            onChange={(minutes) => typeof minutes === 'number' && onChange({ ...action, minutes })}
          />
        </>
      );
    case 'mode':
      return (
        <Choice
          label="Mode"
          options={MODES}
          value={action.mode}
          onChange={(mode) => onChange({ ...action, mode: mode })}
        />
      );
    case 'notify':
      return (
        <>
          <Choice
            label="How urgent"
            options={LEVELS}
            value={action.level}
            onChange={(level) => onChange({ ...action, level: level })}
          />
          <TextInput
            aria-label="Text"
            className="rule-text"
            maxLength={300}
            value={action.text}
            onChange={(event) => onChange({ ...action, text: event.currentTarget.value })}
          />
        </>
      );
    case 'workflow':
      return (
        <Choice
          label="Workflow"
          className="rule-channel"
          options={world.workflows.map(({ id, name }) => ({ value: id, label: name }))}
          value={action.workflowId}
          placeholder="There is no workflow yet"
          onChange={(workflowId) => onChange({ ...action, workflowId })}
        />
      );
  }
};

/** What is done: the kind first, the rest follows from it. */
export const ActionFields = ({
  action,
  world,
  onChange,
}: {
  action: RuleAction;
  world: BuilderWorld;
  onChange: (action: RuleAction) => void;
}) => (
  <>
    <Choice
      label="Does"
      options={KINDS}
      value={action.do}
      onChange={(kind) => {
        const [first] = choicesFor(kind, world.channels);
        onChange(actionFor(kind, first, world.workflows[0]?.id ?? ''));
      }}
    />
    <Fields action={action} world={world} onChange={onChange} />
  </>
);

/** The actions of one branch, in their order. */
export const ActionList = ({
  actions,
  world,
  least,
  onChange,
}: {
  actions: readonly RuleAction[];
  world: BuilderWorld;
  /** So many stay: a branch that needs one cannot lose it. */
  least: number;
  onChange: (actions: RuleAction[]) => void;
}) => (
  <>
    {actions.map((action, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: actions have no name of their own, and their fields hold no state
      <div className="rule-line" key={index}>
        <ActionFields
          action={action}
          world={world}
          onChange={(changed) => onChange(changedAt(actions, index, changed))}
        />
        <span className="grow" />
        {actions.length > least && (
          <Button
            size="small"
            look="ghost"
            icon="x"
            aria-label="Remove this action"
            onClick={() => onChange(without(actions, index))}
          />
        )}
      </div>
    ))}
    {actions.length < 10 && (
      <Button
        size="small"
        look="ghost"
        icon="plus"
        onClick={() => {
          const [first] = choicesFor('switch', world.channels);
          onChange([...actions, actionFor(first ? 'switch' : 'notify', first, '')]);
        }}
      >
        Action
      </Button>
    )}
  </>
);
