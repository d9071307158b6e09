import type { Rule, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { allTestsOf } from './all-tests.ts';
import { hasGap, lookAtRule, nextTimerOf } from './look.ts';
import {
  type Comparison,
  isComparison,
  limitsOf,
  ownChannelsOf,
  type StateTest,
  stateOfTest,
} from './tests-of-rules.ts';
import type { Truth } from './truth.ts';
import type { RuleLook, RuleMemory, RuleWorld } from './types.ts';

/** One thing that tests look at. It tells which rules may say something else since it was last looked at. */
type Input = (world: RuleWorld, mark: (rule: number) => void) => void;

/** A quantity, with the limits at which tests on it turn. */
const levelInput = (
  { quantity, own }: { readonly quantity: Comparison['quantity']; readonly own: readonly ChannelRef[] },
  turns: readonly { readonly limit: number; readonly rule: number }[],
): Input => {
  const sorted = turns.toSorted((one, other) => one.limit - other.limit);
  let before: number | null = null;
  return (world, mark) => {
    const read = world.quantity(quantity, own);
    const now = read !== null && Number.isFinite(read) ? read : null;
    if (now === before) return;
    const [from, to] =
      now === null || before === null
        ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
        : [Math.min(now, before), Math.max(now, before)];
    before = now;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.limit ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    for (let turn = sorted[low]; turn !== undefined && turn.limit <= to; turn = sorted[low]) {
      mark(turn.rule);
      low += 1;
    }
  };
};

/** A window, the sun, a device or a rank: true, false or unknown for all rules that ask. */
const stateInput = (test: StateTest, rules: readonly number[]): Input => {
  let before: Truth = null;
  return (world, mark) => {
    const now = stateOfTest(test, world);
    if (now === before) return;
    before = now;
    for (const rule of rules) mark(rule);
  };
};

const listed = <Value>(lists: Map<string, Value[]>, key: string): Value[] => {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
};

const inputsOf = (rules: readonly Rule[]): readonly Input[] => {
  const levels = new Map<string, { limit: number; rule: number }[]>();
  const quantities = new Map<string, Parameters<typeof levelInput>[0]>();
  const states = new Map<string, number[]>();
  const stateTests = new Map<string, StateTest>();
  const add = (rule: Rule, place: number, test: Test): void => {
    if (isComparison(test)) {
      const own = test.quantity.of === 'surplus-power' ? ownChannelsOf(rule) : [];
      const key = JSON.stringify([test.quantity, own]);
      quantities.set(key, { quantity: test.quantity, own });
      for (const limit of limitsOf(test)) listed(levels, key).push({ limit, rule: place });
      return;
    }
    const key = JSON.stringify(test);
    stateTests.set(key, test);
    listed(states, key).push(place);
  };
  for (const [place, rule] of rules.entries()) {
    if (rule.mode === 'off') continue;
    for (const test of allTestsOf(rule)) add(rule, place, test);
    if (rule.activeWindow !== null) add(rule, place, { is: 'time', window: rule.activeWindow });
  }
  return [
    ...[...quantities].map(([key, asked]) => levelInput(asked, levels.get(key) ?? [])),
    ...[...stateTests].map(([key, test]) => stateInput(test, states.get(key) ?? [])),
  ];
};

/**
 * Looks at many rules again and again, and says of each what `lookAtRule` would. A rule is really looked at only where that can
 * say something new: a value crossed one of its limits or became known or unknown, a window, the sun, a device or a rank
 * turned, one of its times is over, its last look changed what it remembers, or nobody knows what happened since then.
 */
export const createStanding = (rules: readonly Rule[], memoryOf: (rule: Rule) => RuleMemory) => {
  const inputs = inputsOf(rules);
  const memories = rules.map(memoryOf);
  /** What a look said that may be said again; null where the rule is to be looked at. */
  const kept: (RuleLook | null)[] = rules.map(() => null);
  const seen: (RuleWorld | null)[] = rules.map(() => null);
  const lookedAt = new Float64Array(rules.length);
  const timerAt = new Float64Array(rules.length);

  /** The same again, with today's numbers in the sentence. */
  const again = (place: number, rule: Rule, { state, memory }: RuleLook): RuleLook => ({
    ...{ state, memory, edge: null },
    get why() {
      const world = seen[place];
      return world ? lookAtRule(rule, world, memory).why : '';
    },
  });
  const mark = (place: number): void => {
    kept[place] = null;
  };

  return {
    /** Looks at everything that rules name, once for all of them. To be called before each round of looks. */
    observe: (world: RuleWorld): void => {
      for (const input of inputs) input(world, mark);
    },
    /** The look of the rule at this place of the list. */
    look: (place: number, world: RuleWorld): RuleLook => {
      const rule = rules[place];
      const memory = memories[place];
      if (!rule || !memory) throw new RangeError(`There is no rule at ${place}.`);
      seen[place] = world;
      const { at } = world;
      const same = kept[place];
      if (same && at < (timerAt[place] ?? 0) && at >= (lookedAt[place] ?? 0) && !hasGap(world)) return same;
      const look = lookAtRule(rule, world, memory);
      memories[place] = look.memory;
      lookedAt[place] = at;
      timerAt[place] = nextTimerOf(rule, look.memory, at);
      const settled = look.edge === null && look.memory === memory ? again(place, rule, look) : null;
      kept[place] = settled;
      return settled ?? look;
    },
  };
};
