import type { Rule } from '../../../preload/contract/rules.ts';
import { nextDueAt } from './look.ts';
import { nextChangeOf, usesSteps } from './next-times.ts';
import type { RuleLook, RuleWorld } from './types.ts';

interface Turn {
  readonly stored: { readonly rule: Rule };
  readonly look: RuleLook;
}

/** When the clock alone may change what some rule says; what the clock says of a rule is asked anew only when it is over. */
export const createWakes = () => {
  const changes = new Map<string, number | null>();
  const stepping = new Map<string, boolean>();

  const changeOf = (rule: Rule, world: RuleWorld): number | null => {
    const known = changes.get(rule.id);
    if (known !== undefined && (known === null || known > world.at)) return known;
    const next = nextChangeOf(rule, world);
    changes.set(rule.id, next);
    return next;
  };
  const steps = (rule: Rule): boolean => {
    const known = stepping.get(rule.id) ?? usesSteps(rule);
    stepping.set(rule.id, known);
    return known;
  };
  const priceStepEnd = (world: RuleWorld): number | null => {
    const row = world.pricesOfDay().find((each) => each.at <= world.at && world.at < each.at + each.stepMs);
    return row ? row.at + row.stepMs : null;
  };

  return {
    next: (turns: readonly Turn[], world: RuleWorld): number | null => {
      let first = Number.POSITIVE_INFINITY;
      const consider = (at: number | null): void => {
        if (at !== null && at > world.at) first = Math.min(first, at);
      };
      for (const {
        stored: { rule },
        look,
      } of turns) {
        if (rule.mode === 'off') continue;
        consider(nextDueAt(rule, look.memory, world.at));
        consider(changeOf(rule, world));
        if (look.state === 'resting' && look.memory.lastFiredAt !== null)
          consider(look.memory.lastFiredAt + rule.cooldownMs);
      }
      if (turns.some(({ stored: { rule } }) => rule.mode !== 'off' && steps(rule))) consider(priceStepEnd(world));
      return Number.isFinite(first) ? first : null;
    },
    forget: (): void => {
      changes.clear();
      stepping.clear();
    },
  };
};
