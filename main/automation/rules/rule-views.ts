import type { RuleFiring, RuleView } from '../../../preload/contract/rules.ts';
import type { StoredRule } from '../../store/rules.ts';
import { nextBeginOf } from './next-times.ts';
import { sentenceOfRule } from './sentences.ts';
import type { RuleLook, RuleWorld } from './types.ts';

/** What keeps a rule that holds from acting, one sentence; null where nothing does. */
const hindrance = (
  view: { stopped: boolean; testMode: boolean; note: string | null },
  rule: StoredRule['rule'],
  world: RuleWorld,
): string | null => {
  if (rule.mode === 'off') return null;
  if (view.stopped) return 'The house is stopped, so nothing is asked.';
  if (view.testMode || rule.mode === 'test') return 'It is in test, so nothing is asked.';
  if (world.mode === 'watch') return 'The house is in Watch, so nothing is asked.';
  return view.note;
};

/** A rule as the list shows it. */
export const viewOf = (input: {
  readonly stored: StoredRule;
  readonly look: RuleLook;
  readonly world: RuleWorld;
  readonly last: RuleFiring | null;
  readonly firings24h: number;
  readonly note: string | null;
  readonly stopped: boolean;
  readonly testMode: boolean;
}): RuleView => {
  const { stored, look, world, last, firings24h } = input;
  const { rule, version, changedAt, changedBy } = stored;
  const against = hindrance(input, rule, world);
  return {
    rule,
    version,
    changedAt,
    changedBy,
    sentence: sentenceOfRule(rule, world.names),
    state: look.state,
    why: against === null ? look.why : `${look.why} ${against}`,
    last,
    firings24h,
    nextAt: rule.mode === 'off' ? null : nextBeginOf(rule, world),
  };
};
