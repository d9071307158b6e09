import type { Quantity, Rule } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { allTestsOf } from './all-tests.ts';
import { isComparison, limitsOf, ownChannelsOf } from './tests-of-rules.ts';
import type { RuleWorld } from './types.ts';

/** Quantities that a live value may move at any second. */
const LIVE: ReadonlySet<Quantity['of']> = new Set<Quantity['of']>([
  ...(['soc', 'pv-power', 'load-power', 'household-power', 'battery-power', 'import-power', 'export-power'] as const),
  ...(['surplus-power', 'battery-voltage', 'channel-power', 'channel-temperature'] as const),
]);

interface Edge {
  readonly quantity: Quantity;
  readonly own: readonly ChannelRef[];
  readonly limits: Set<number>;
}

/**
 * The limits that rules name, a quantity each. `bandOf` says in which band every quantity stands: when that text changes, a
 * value has crossed a limit, and rules are worth a look.
 */
export const createCrossings = (rules: readonly Rule[]): ((world: RuleWorld) => string) => {
  const edges = new Map<string, Edge>();
  for (const rule of rules) {
    if (rule.mode === 'off') continue;
    for (const test of allTestsOf(rule)) {
      if (!isComparison(test) || !LIVE.has(test.quantity.of)) continue;
      const own = test.quantity.of === 'surplus-power' ? ownChannelsOf(rule) : [];
      const key = JSON.stringify([test.quantity, own]);
      const edge = edges.get(key) ?? { quantity: test.quantity, own, limits: new Set<number>() };
      edges.set(key, edge);
      for (const limit of limitsOf(test)) edge.limits.add(limit);
    }
  }
  const all = [...edges.values()];
  return (world) =>
    all
      .map(({ quantity, own, limits }) => {
        const value = world.quantity(quantity, own);
        if (value === null) return '?';
        let passed = 0;
        // A value on a limit is a band of its own, since `above` and `between` differ there.
        for (const limit of limits) passed += value > limit ? 2 : value === limit ? 1 : 0;
        return String(passed);
      })
      .join(',');
};
