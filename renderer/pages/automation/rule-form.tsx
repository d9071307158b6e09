import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Problem } from '../../../preload/contract/base.ts';
import type { Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import { saveRule } from '../../actions/rules.ts';
import { Choice } from '../../components/choice.tsx';
import { Button, Chip } from '../../components/parts.tsx';
import { WindowFields } from '../../components/window-fields.tsx';
import { FormProblem } from '../settings/form-problem.tsx';
import { ActionList } from './action-fields.tsx';
import { CheckPanel, useCheck } from './check-panel.tsx';
import { ConditionEditor } from './condition-editor.tsx';
import { changedAt, testFor, without } from './draft.ts';
import { ReplayPanel } from './replay-panel.tsx';
import { type BuilderWorld, TestFields } from './test-fields.tsx';

const MINUTE = 60_000;

const minutes = (label: string, valueMs: number, onChange: (ms: number) => void, most = 1440) => (
  <NumberInput
    aria-label={label}
    className="rule-number"
    value={valueMs / MINUTE}
    suffix=" min"
    min={0}
    max={most}
    hideControls
    onChange={(typed) => typeof typed === 'number' && onChange(Math.round(typed * MINUTE))}
  />
);

const Triggers = ({ rule, world, onChange }: { rule: Rule; world: BuilderWorld; onChange: (rule: Rule) => void }) => {
  const channel = world.channels[0]?.ref;
  return (
    <>
      {rule.triggers.map((trigger, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own, and their fields hold no state
        <div className="rule-line" key={index}>
          {index > 0 && <span className="rule-word">or</span>}
          <TestFields
            test={trigger.test}
            world={world}
            onChange={(test) => onChange({ ...rule, triggers: changedAt(rule.triggers, index, { ...trigger, test }) })}
          />
          <span className="rule-word">for at least</span>
          {minutes('For at least', trigger.forMs, (forMs) =>
            onChange({ ...rule, triggers: changedAt(rule.triggers, index, { ...trigger, forMs }) }),
          )}
          <span className="grow" />
          {rule.triggers.length > 1 && (
            <Button
              size="small"
              look="ghost"
              icon="x"
              aria-label="Remove this line"
              onClick={() => onChange({ ...rule, triggers: without(rule.triggers, index) })}
            />
          )}
        </div>
      ))}
      {channel && rule.triggers.length < 10 && (
        <Button
          size="small"
          look="ghost"
          icon="plus"
          onClick={() =>
            onChange({ ...rule, triggers: [...rule.triggers, { test: testFor('time', channel), forMs: 0 }] })
          }
        >
          Or when
        </Button>
      )}
    </>
  );
};

const Manner = ({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) => (
  <details className="more" open={rule.cooldownMs > 0 || rule.activeWindow !== null || rule.priority !== 5}>
    <summary>Priority, rest and hours</summary>
    <div className="rule-line">
      <span className="rule-word">Priority</span>
      <Choice
        label="Priority"
        options={Array.from({ length: 9 }, (_, index) => ({
          value: String(index + 1),
          label: index === 0 ? '1, wins over all' : index === 8 ? '9, gives way to all' : String(index + 1),
        }))}
        value={String(rule.priority)}
        onChange={(value) => onChange({ ...rule, priority: Number(value ?? 5) })}
      />
      <span className="rule-word">After it fired it rests for</span>
      {minutes('Rests for', rule.cooldownMs, (cooldownMs) => onChange({ ...rule, cooldownMs }), 10_080)}
    </div>
    <div className="rule-line">
      <Checkbox
        label="Only within these hours"
        checked={rule.activeWindow !== null}
        onChange={(event) =>
          onChange({
            ...rule,
            activeWindow: event.currentTarget.checked ? { from: '06:00', to: '22:00', days: [] } : null,
          })
        }
      />
      {rule.activeWindow && (
        <WindowFields value={rule.activeWindow} onChange={(activeWindow) => onChange({ ...rule, activeWindow })} />
      )}
    </div>
  </details>
);

const Block = ({ word, note, children }: { word: string; note?: string; children: React.ReactNode }) => (
  <fieldset className="rule-block">
    <legend>{word}</legend>
    {note && <p className="small quiet">{note}</p>}
    {children}
  </fieldset>
);

/** What keeps the rule from being saved as it stands: nothing, warnings to accept, or errors. */
const saveWord = (problems: readonly RuleProblem[] | null, busy: boolean): string => {
  if (busy) return 'Saving';
  return problems?.some(({ severity }) => severity === 'warning') ? 'Save all the same' : 'Save';
};

/** The builder: when, if, do, otherwise, in words and controls, with what is wrong beside it before it is saved. */
export const RuleForm = ({
  start,
  world,
  known,
  onClose,
}: {
  start: Rule;
  world: BuilderWorld;
  /** Names of the other rules, for what the check says about them. */
  known: ReadonlyMap<string, string>;
  onClose: () => void;
}) => {
  const [rule, setRule] = useState(start);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  /** The draft as it was when it was tried; changing it ends the trial. */
  const [tried, setTried] = useState<readonly Rule[] | null>(null);
  const { check, checking } = useCheck(rule);
  const channel = world.channels[0]?.ref;
  const errors = check?.problems.some(({ severity }) => severity === 'error') ?? false;
  const change = (next: Rule): void => {
    setRule(next);
    setProblem(null);
    setTried(null);
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    await saveRule.run({ rule, acceptWarnings: true, onSaved: onClose, onProblem: setProblem }, 'window');
    setBusy(false);
  };
  return (
    <form
      className="rule-form"
      noValidate
      aria-label={rule.name === '' ? 'New rule' : rule.name}
      onSubmit={(event) => {
        event.preventDefault();
        if (!errors && !busy) void save();
      }}
    >
      <section className="card">
        <div className="rule-line">
          <TextInput
            label="Name"
            className="rule-text"
            data-autofocus
            placeholder="Miners on surplus"
            maxLength={80}
            error={problem?.fields?.['rule.name'] ?? null}
            value={rule.name}
            onChange={(event) => change({ ...rule, name: event.currentTarget.value })}
          />
          <Select
            label="It is"
            className="rule-channel"
            allowDeselect={false}
            data={[
              { value: 'on', label: 'on' },
              { value: 'test', label: 'in test: only writes down' },
              { value: 'off', label: 'off' },
            ]}
            value={rule.mode}
            onChange={(mode) => mode && change({ ...rule, mode: mode as Rule['mode'] })}
          />
        </div>
        <Block word="When">
          <Triggers rule={rule} world={world} onChange={change} />
        </Block>
        <Block word="And only if">
          {rule.condition ? (
            <ConditionEditor
              condition={rule.condition}
              world={world}
              depth={1}
              onChange={(condition) => change({ ...rule, condition })}
              onRemove={() => change({ ...rule, condition: null })}
            />
          ) : (
            <Button
              size="small"
              look="ghost"
              icon="plus"
              disabled={!channel}
              onClick={() => channel && change({ ...rule, condition: { all: [{ test: testFor('soc', channel) }] } })}
            >
              Condition
            </Button>
          )}
        </Block>
        <Block word="Do">
          <ActionList
            actions={rule.actions}
            world={world}
            least={1}
            onChange={(actions) => change({ ...rule, actions })}
          />
        </Block>
        <Block
          word="Otherwise"
          {...(rule.otherwise.length === 0
            ? { note: 'When it no longer holds, everything goes back to how it was.' }
            : {})}
        >
          <ActionList
            actions={rule.otherwise}
            world={world}
            least={0}
            onChange={(otherwise) => change({ ...rule, otherwise })}
          />
        </Block>
        <Manner rule={rule} onChange={change} />
      </section>
      <section className="card" aria-label="Check">
        <CheckPanel check={check} checking={checking} known={known} />
        {tried && <ReplayPanel drafts={tried} />}
        {problem && <FormProblem problem={problem} />}
        <div className="form-acts">
          <Button type="submit" look="primary" disabled={busy || errors || rule.name.trim() === ''}>
            {saveWord(check?.problems ?? null, busy)}
          </Button>
          <Button
            icon="flask-conical"
            disabled={errors}
            onClick={() => setTried([{ ...rule, name: rule.name.trim() === '' ? 'This rule' : rule.name }])}
          >
            Try it on the last 7 days
          </Button>
          <Button look="ghost" onClick={onClose}>
            Leave it
          </Button>
          {rule.name.trim() === '' && <Chip icon="info">It needs a name.</Chip>}
        </div>
      </section>
    </form>
  );
};
