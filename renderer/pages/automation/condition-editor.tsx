import type { Condition } from '../../../preload/contract/rules.ts';
import { Choice } from '../../components/choice.tsx';
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

/** "Not" before a line or a group: pressed where it stands there. */
const NotButton = ({ negated, onToggle }: { negated: boolean; onToggle: () => void }) => (
  <Button size="small" look={negated ? 'primary' : 'ghost'} aria-pressed={negated} onClick={onToggle}>
    Not
  </Button>
);

/** Nested conditions: groups of lines joined by all or any, and "not" before a line or a group. */
export const ConditionEditor = (props: EditorProps) => {
  const negated = 'not' in props.condition;
  // "Not" is a button of the line that it stands before, so that it takes no row of its own.
  const inner = 'not' in props.condition ? props.condition.not : props.condition;
  const { world, onRemove } = props;
  const change = (condition: Condition): void => props.onChange(negated ? { not: condition } : condition);
  const toggle = (): void => props.onChange(negated ? inner : { not: inner });
  if ('not' in inner) return <ConditionEditor {...props} condition={inner} onChange={change} />;
  if ('test' in inner)
    return (
      <div className="rule-line">
        {negated && <span className="rule-word">not:</span>}
        <TestFields test={inner.test} world={world} onChange={(test) => change({ test })} />
        <span className="grow" />
        <NotButton negated={negated} onToggle={toggle} />
        <Button size="small" look="ghost" icon="x" aria-label="Remove this line" onClick={onRemove} />
      </div>
    );
  return <GroupEditor {...props} condition={inner} negated={negated} onChange={change} onToggle={toggle} />;
};

const GroupEditor = ({
  condition,
  world,
  depth,
  negated,
  onChange,
  onToggle,
  onRemove,
}: EditorProps & { readonly negated: boolean; readonly onToggle: () => void }) => {
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
        {negated && <span className="rule-word">not:</span>}
        <Choice
          label="How the lines are joined"
          className="rule-join"
          options={JOINS}
          value={join}
          onChange={(value) => onChange(makeGroup(value === 'any' ? 'any' : 'all', lines))}
        />
        <span className="grow" />
        <NotButton negated={negated} onToggle={onToggle} />
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
