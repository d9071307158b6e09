import { useEffect, useRef } from 'react';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { QueryOutput } from '../../../preload/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { Chip } from '../../components/parts.tsx';
import { decimal } from '../../format/numbers.ts';
import { ruleCheck } from '../../state/automation.ts';
import { useSite } from '../../state/house.ts';
import { times } from './words.ts';

/** Typing rests this long before the center is asked. */
const QUIET_MS = 500;

type Check = QueryOutput<'rules.check'>;

/** What the center says of the rule as it stands; asked again when typing rests. */
export const useCheck = (rule: Rule): { readonly check: Check | null; readonly checking: boolean } => {
  const siteId = useSite()?.id ?? null;
  const check = ruleCheck.use((state) => state.value);
  const asked = ruleCheck.use((state) => state.askedAt !== null);
  const first = useRef(true);
  useEffect(() => {
    if (siteId === null) return;
    if (first.current) ruleCheck.clear();
    const wait = first.current ? 0 : QUIET_MS;
    first.current = false;
    const named = rule.name.trim() === '' ? { ...rule, name: 'New rule' } : rule;
    const timer = window.setTimeout(() => void ruleCheck.load({ siteId, rule: named }), wait);
    return () => window.clearTimeout(timer);
  }, [rule, siteId]);
  return { check, checking: asked };
};

/** `triggers.0.test` and the like, as the builder calls its parts. */
const lineName = (path: string): string => {
  const [part, index] = path.split('.');
  const number = index === undefined ? '' : ` ${Number(index) + 1}`;
  if (part === 'triggers') return `When${number}`;
  if (part === 'condition') return 'And only if';
  if (part === 'actions') return `Do${number}`;
  return part === 'otherwise' ? `Otherwise${number}` : (part ?? path);
};

/** The rule in one sentence, what is wrong with it and where, and how it would have fared in the last weeks. */
export const CheckPanel = ({
  check,
  checking,
  known,
}: {
  check: Check | null;
  checking: boolean;
  known: ReadonlyMap<string, string>;
}) => {
  if (!check)
    return <p className="quiet">{checking ? 'Looking at it.' : 'It is looked at when you change something.'}</p>;
  const { problems, past } = check;
  return (
    <div className="rule-check" aria-live="polite">
      <p className="lead">{check.sentence}</p>
      {problems.length === 0 ? (
        <p className="row">
          <Chip icon="shield-check">Nothing is wrong with it</Chip>
        </p>
      ) : (
        <ul className="rule-problems">
          {problems.map((problem) => (
            <li
              key={`${problem.code}/${problem.lines.join()}/${problem.otherRuleId ?? ''}`}
              className={problem.severity}
            >
              <Icon name={problem.severity === 'error' ? 'shield-x' : 'shield-alert'} size={17} />
              <span>
                {problem.sentence}
                <em className="small">
                  {[
                    ...new Set(problem.lines.map(lineName)),
                    ...(problem.otherRuleId ? [`Rule: ${known.get(problem.otherRuleId) ?? problem.otherRuleId}`] : []),
                  ].join(' · ')}
                </em>
              </span>
            </li>
          ))}
        </ul>
      )}
      {past && (
        <p className="second">
          In the last {decimal(past.days, 0)} days it would have fired <b className="num">{times(past.firings)}</b> and
          held <b className="num">{decimal(past.heldPct, 0)}&nbsp;%</b> of the time
          {past.coveragePct < 99 && `, as far as ${decimal(past.coveragePct, 0)} % of the data can tell`}.
        </p>
      )}
    </div>
  );
};
