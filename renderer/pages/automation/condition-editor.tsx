import { Select } from '@mantine/core';
import type { Condition } from '../../../preload/contract/rules.ts';
import { Button } from '../../components/parts.tsx';
import { changedAt, groupOf, makeGroup, testFor, without } from './draft.ts';
import { type BuilderWorld, TestFields } from './test-fields.tsx';

const DEEPEST = 5;

const JOINS = [
  { value: 'all', label: 'all of these hold' },
  { value: 'any', label: 'one of these holds' },
];

interface EditorProps {
  readonly condition: Condition;
  readonly world: BuilderWorld;
  readonly depth: number;
  readonly onChange: (condition: Condition) => void;
  readonly onRemove: () => void;
}

/** Nested conditions: groups of lines joined by all or any, and "not" before a line or a group. */
export const ConditionEditor = (props: EditorProps) => {
  const { condition, world, depth, onChange, onRemove } = props;
  if ('not' in condition)
    return (
      <div className="rule-not">
        <span className="rule-word">not:</span>
        <div className="grow">
          <ConditionEditor {...props} condition={condition.not} onChange={(not) => onChange({ not })} />
        </div>
        <Button size="small" look="ghost" onClick={() => onChange(condition.not)}>
          Without “not”
        </Button>
      </div>
    );
  if ('test' in condition)
    return (
      <div className="rule-line">
        <TestFields test={condition.test} world={world} onChange={(test) => onChange({ test })} />
        <span className="grow" />
        <Button size="small" look="ghost" onClick={() => onChange({ not: condition })}>
          Not
        </Button>
        <Button size="small" look="ghost" icon="x" aria-label="Remove this line" onClick={onRemove} />
      </div>
    );
  return <GroupEditor {...props} depth={depth} condition={condition} />;
};

const GroupEditor = ({ condition, world, depth, onChange, onRemove }: EditorProps) => {
  const group = groupOf(condition);
  const channel = world.channels[0]?.ref;
  if (!group) return null;
  const { join, lines } = group;
  const line = (): Condition | null => (channel ? { test: testFor('soc', channel) } : null);
  const add = (item: Condition | null): void => {
    if (item) onChange(makeGroup(join, [...lines, item]));
  };
  return (
    <fieldset className="rule-group">
      <legend className="hidden">A group of conditions</legend>
      <div className="rule-line">
        <Select
          aria-label="How the lines are joined"
          className="rule-join"
          allowDeselect={false}
          data={JOINS}
          value={join}
          onChange={(value) => onChange(makeGroup(value === 'any' ? 'any' : 'all', lines))}
        />
        <span className="grow" />
        <Button size="small" look="ghost" onClick={() => onChange({ not: condition })}>
          Not
        </Button>
        <Button size="small" look="ghost" icon="x" aria-label="Remove this group" onClick={onRemove} />
      </div>
      {lines.map((one, index) => (
        <ConditionEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own, and their fields hold no state
          key={index}
          condition={one}
          world={world}
          depth={depth + 1}
          onChange={(changed) => onChange(makeGroup(join, changedAt(lines, index, changed)))}
          onRemove={() => (lines.length === 1 ? onRemove() : onChange(makeGroup(join, without(lines, index))))}
        />
      ))}
      <div className="row">
        <Button size="small" look="ghost" icon="plus" onClick={() => add(line())}>
          Line
        </Button>
        {depth < DEEPEST && (
          <Button
            size="small"
            look="ghost"
            icon="plus"
            onClick={() => {
              const first = line();
              add(first ? makeGroup(join === 'all' ? 'any' : 'all', [first]) : null);
            }}
          >
            Group
          </Button>
        )}
      </div>
    </fieldset>
  );
};
