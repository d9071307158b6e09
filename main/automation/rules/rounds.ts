import type { StoredRule } from '../../store/rules.ts';
import type { createLookedAt } from './looked-at.ts';
import { createStanding } from './standing.ts';
import type { RuleLook, RuleMemory, RuleWorld } from './types.ts';

/** One rule as it was looked at in a round; the same object as long as the same is said of it. */
export interface Looked {
  readonly stored: StoredRule;
  readonly look: RuleLook;
  /** It only decides. */
  readonly dry: boolean;
}

interface Round {
  readonly looked: readonly Looked[];
  /** Those of them that say something new. */
  readonly news: readonly Looked[];
}

export const isDry = ({ rule }: Pick<StoredRule, 'rule'>, testMode: boolean): boolean =>
  testMode || rule.mode === 'test';

/** Looks at all rules of a site at one moment, again and again. Those that act are looked at only where they may (`mayAct`). */
export const createRounds = (
  rules: readonly StoredRule[],
  memoryOf: (rule: StoredRule['rule']) => RuleMemory,
  lookedAt: Pick<ReturnType<typeof createLookedAt>, 'of'>,
) => {
  const standing = createStanding(
    rules.map(({ rule }) => rule),
    memoryOf,
  );
  const last: Looked[] = [];
  return (world: RuleWorld, testMode: boolean, mayAct: boolean): Round => {
    standing.observe(world);
    const dryWorld = { ...world, lookedAt: lookedAt.of('dry') };
    const looked: Looked[] = [];
    const news: Looked[] = [];
    for (const [place, stored] of rules.entries()) {
      const dry = isDry(stored, testMode);
      if (!dry && !mayAct) continue;
      const look = standing.look(place, dry ? dryWorld : world);
      const before = last[place];
      const same = before?.look === look && before.dry === dry;
      const each = same ? before : { stored, look, dry };
      if (!same) news.push(each);
      last[place] = each;
      looked.push(each);
    }
    return { looked, news };
  };
};
