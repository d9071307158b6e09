import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshMemory, lookAtRule } from '../../../main/automation/rules/look.ts';
import type { RuleMemory } from '../../../main/automation/rules/types.ts';
import type { Condition, Quantity, Rule, Test } from '../../../preload/contract/rules.ts';
import type { DailyWindow } from '../../../preload/contract/safety.ts';
import { ruleOf } from '../../support/rules/rules.ts';
import { MINUTE_MS, NOON, worldOf } from '../../support/rules/world.ts';

/** Three quantities of a small house; null is unknown. */
type Sample = {
  readonly afterMs: number;
  readonly values: Readonly<Record<'soc' | 'pv-power' | 'import-price', number | null>>;
};
const QUANTITIES = ['soc', 'pv-power', 'import-price'] as const;

const value = fc.option(fc.integer({ min: 0, max: 10 }), { freq: 6 });
const samples = fc.array(
  fc.record({
    afterMs: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(30_000, 60_000, 5 * MINUTE_MS) },
      { weight: 1, arbitrary: fc.constantFrom(25 * MINUTE_MS, 3_600_000, -3_600_000) },
    ),
    values: fc.record({ soc: value, 'pv-power': value, 'import-price': value }),
  }),
  { minLength: 1, maxLength: 40 },
);
const quantities = fc.constantFrom(...QUANTITIES).map((of): Quantity => ({ of }));
const tests: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    is: fc.constantFrom('above' as const, 'below' as const),
    quantity: quantities,
    value: fc.integer({ min: 1, max: 9 }),
    hysteresis: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    is: fc.constant('between' as const),
    quantity: quantities,
    from: fc.integer({ min: 0, max: 5 }),
    to: fc.integer({ min: 5, max: 10 }),
  }),
);
const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tests.map((test): Condition => ({ test })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all): Condition => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any): Condition => ({ any })),
    tie('condition').map((not): Condition => ({ not })),
  ),
}));
const rules: fc.Arbitrary<Rule> = fc
  .record({
    triggers: fc.array(fc.record({ test: tests, forMs: fc.constantFrom(0, 60_000, 10 * MINUTE_MS) }), {
      minLength: 1,
      maxLength: 3,
    }),
    condition: fc.option(conditions),
    cooldownMs: fc.constantFrom(0, 0, 15 * MINUTE_MS),
    activeWindow: fc.option(
      fc
        .constantFrom(['12:10', '13:00'], ['08:00', '12:30'])
        .map(([from = '', to = '']): DailyWindow => ({ from, to, days: [] })),
    ),
  })
  .map(ruleOf);

/** Kleene's logic as ranks: false 0, unknown 1, true 2. All is the least, any the most, not the mirror. */
type Rank = 0 | 1 | 2;

/**
 * The same rule by another way: over the whole history of samples, nothing remembered but what the history says. Each test
 * replays its own hysteresis from the first sample; "for at least" walks back from now.
 */
const oracle = (rule: Rule, history: readonly (Sample & { at: number; gap: boolean })[]) => {
  const ranksOf = (test: Test): readonly Rank[] => {
    let inside = false;
    return history.map(({ values }): Rank => {
      if (!('quantity' in test)) throw new Error('not made here');
      const { of } = test.quantity;
      const now = of === 'soc' || of === 'pv-power' || of === 'import-price' ? values[of] : null;
      if (now === null) return 1;
      if (test.is === 'between') return now >= test.from && now <= test.to ? 2 : 0;
      const beyond = test.is === 'above' ? now - test.value : test.value - now;
      inside = beyond > 0 || (inside && beyond + test.hysteresis > 0);
      return inside ? 2 : 0;
    });
  };
  const conditionRanks = (condition: Condition): readonly Rank[] => {
    if ('test' in condition) return ranksOf(condition.test);
    if ('not' in condition) return conditionRanks(condition.not).map((rank) => (2 - rank) as Rank);
    const [parts, pick] = 'all' in condition ? [condition.all, Math.min] : [condition.any, Math.max];
    const each = parts.map(conditionRanks);
    return history.map((_, index) => pick(...each.map((ranks) => ranks[index] ?? 1)) as Rank);
  };
  const triggerRanks = rule.triggers.map(({ test }) => ranksOf(test));
  const condition = rule.condition ? conditionRanks(rule.condition) : history.map((): Rank => 2);
  const minuteOfDay = (at: number): number => ((((at - NOON) / MINUTE_MS + 720) % 1440) + 1440) % 1440;
  const awake = history.map(({ at }): boolean => {
    if (!rule.activeWindow) return true;
    const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
    const now = minuteOfDay(at);
    return now >= minutes(rule.activeWindow.from) && now < minutes(rule.activeWindow.to);
  });
  /** Since when it has held without an unknown, a false, or a gap. */
  const heldFor = (ranks: readonly Rank[], index: number): number => {
    let first = index;
    while (first > 0 && ranks[first - 1] === 2 && history[first]?.gap === false) first -= 1;
    return (history[index]?.at ?? 0) - (history[first]?.at ?? 0);
  };
  let holding = false;
  let turnedAt = Number.NEGATIVE_INFINITY;
  return history.map(({ at }, index) => {
    turnedAt = Math.min(turnedAt, at);
    const some = Math.max(
      ...triggerRanks.map((ranks, trigger) => {
        const rank = ranks[index] ?? 1;
        const due = heldFor(ranks, index) >= (rule.triggers[trigger]?.forMs ?? 0);
        return rank === 2 && !holding && !due ? 0 : rank;
      }),
    );
    const all = Math.min(some, condition[index] ?? 1, awake[index] ? 2 : 0);
    const before = holding;
    if (holding && all === 0) holding = false;
    else if (!holding && all === 2 && at - turnedAt >= rule.cooldownMs) holding = true;
    if (holding !== before) turnedAt = at;
    return holding === before ? null : holding ? 'begins' : 'ends';
  });
};

it('begins and ends exactly where an oracle that replays the whole history says', () => {
  fc.assert(
    fc.property(rules, samples, (rule, list) => {
      let at = NOON;
      let lookedAt: number | null = null;
      let memory: RuleMemory = freshMemory(rule);
      const history: (Sample & { at: number; gap: boolean })[] = [];
      const edges = list.map((sample) => {
        at += sample.afterMs;
        history.push({ ...sample, at, gap: sample.afterMs > 20 * MINUTE_MS || sample.afterMs < 0 });
        const world = worldOf({
          at,
          lookedAt,
          quantity: ({ of }) => (of === 'soc' || of === 'pv-power' || of === 'import-price' ? sample.values[of] : null),
        });
        const look = lookAtRule(rule, world, memory);
        lookedAt = at;
        // As after a restart: nothing but what is stored goes on.
        memory = JSON.parse(JSON.stringify(look.memory)) as RuleMemory;
        if (look.state === 'unknown') expect(look.edge).toBeNull();
        expect(look.why.length).toBeGreaterThan(5);
        return look.edge;
      });
      expect(edges).toEqual(oracle(rule, history));
    }),
    { numRuns: 1_500 },
  );
});
