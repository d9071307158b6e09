import type { Rule, RuleMode, RuleView } from '../../../preload/contract/rules.ts';
import { setRuleMode } from '../../actions/rules.ts';
import { Button, Chip } from '../../components/parts.tsx';
import { Segment } from '../../components/segment.tsx';
import { moment, soon } from '../../format/time.ts';
import { RULE_STATES } from './words.ts';

const MODES: readonly { readonly value: RuleMode; readonly label: string }[] = [
  { value: 'on', label: 'On' },
  { value: 'test', label: 'Test' },
  { value: 'off', label: 'Off' },
];

const lastWords = (view: RuleView, now: number, zone: string): string => {
  if (view.last === null) return 'Never fired yet';
  const when = `Last ${moment(view.last.at, now, zone)}`;
  const often = view.firings24h > 1 ? `, ${view.firings24h} times in 24 h` : '';
  return `${when}${view.last.how === 'dry' ? ' in test' : ''}${often}`;
};

const RuleRow = ({
  view,
  now,
  zone,
  dry,
  onEdit,
  onVersions,
}: {
  view: RuleView;
  now: number;
  zone: string;
  dry: boolean;
  onEdit: () => void;
  onVersions: () => void;
}) => {
  const { rule } = view;
  const state = RULE_STATES[view.state];
  return (
    <li className={`rule-row${view.state === 'off' ? ' idle' : ''}`} aria-label={rule.name}>
      <div className="rule-head">
        <b>{rule.name}</b>
        <Chip icon={state.icon} look={view.state === 'holding' ? 'inverse' : 'plain'}>
          {state.label}
        </Chip>
        {(rule.mode === 'test' || dry) && rule.mode !== 'off' && (
          <Chip icon="flask-conical" look="outline">
            in test
          </Chip>
        )}
        <span className="grow" />
        <Segment
          label={`${rule.name} is`}
          value={rule.mode}
          options={MODES}
          onChange={(mode) => void setRuleMode.run({ rule, mode }, 'window')}
        />
      </div>
      <p>{view.sentence}</p>
      {view.state !== 'off' && <p className="second">{view.why}</p>}
      <div className="rule-feet small quiet">
        <span className="num">{lastWords(view, now, zone)}</span>
        {view.nextAt !== null && view.state !== 'off' && (
          <span className="num">next {soon(view.nextAt, now, zone)}</span>
        )}
        <span>
          version {view.version} by {view.changedBy}
        </span>
        <span className="grow" />
        <Button size="small" look="ghost" onClick={onVersions}>
          Versions
        </Button>
        <Button size="small" onClick={onEdit}>
          Change
        </Button>
      </div>
    </li>
  );
};

/** Every rule with what it does, how it stands, and when it fired; the ones that win stand first. */
export const RulesList = ({
  views,
  now,
  zone,
  dry,
  onEdit,
  onVersions,
}: {
  views: readonly RuleView[];
  now: number;
  zone: string;
  /** All rules run dry. */
  dry: boolean;
  onEdit: (rule: Rule) => void;
  onVersions: (rule: Rule) => void;
}) => (
  <ul className="rule-list">
    {views
      .toSorted((one, other) => one.rule.priority - other.rule.priority || one.rule.name.localeCompare(other.rule.name))
      .map((view) => (
        <RuleRow
          key={view.rule.id}
          view={view}
          now={now}
          zone={zone}
          dry={dry}
          onEdit={() => onEdit(view.rule)}
          onVersions={() => onVersions(view.rule)}
        />
      ))}
  </ul>
);
