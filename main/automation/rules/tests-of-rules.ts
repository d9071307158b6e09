import type { Condition, Rule, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import { isWithin } from './local-day.ts';
import { isRanked } from './price-rank.ts';
import { isSince } from './sun-times.ts';
import { allOf, anyOf, notOf, type Truth } from './truth.ts';
import type { RuleWorld } from './types.ts';

/** Conditions nest so deep at most; what lies deeper is unknown, so that it begins nothing. */
export const DEEPEST = 6;

/** One test as it stood when it was looked at. */
export interface TestFinding {
  /** Where it stands in the rule: `triggers.0.test`, `condition.all.1.test`. */
  readonly path: string;
  readonly test: Test;
  readonly truth: Truth;
  /** What was compared; null where it is unknown or nothing is compared. */
  readonly value: number | null;
}

export interface Tester {
  test(test: Test, path: string): Truth;
  condition(condition: Condition, path: string): Truth;
  readonly findings: readonly TestFinding[];
  /** Whether each comparison held, by its path: the next look needs it for the hysteresis. */
  held(): Readonly<Record<string, boolean>>;
}

/** The channels that a rule switches on or sets: their power is its own. */
export const ownChannelsOf = (rule: Pick<Rule, 'actions'>): readonly ChannelRef[] =>
  rule.actions.flatMap((action) =>
    (action.do === 'switch' && action.on) || action.do === 'set' ? [action.channel] : [],
  );

/** Beyond the limit, or not further back than the hysteresis where it held before. */
const compares = (test: Extract<Test, { is: 'above' | 'below' }>, value: number, heldBefore: boolean): boolean => {
  const slack = heldBefore ? test.hysteresis : 0;
  return test.is === 'above' ? value > test.value - slack : value < test.value + slack;
};

/**
 * Looks at the tests of one rule at one moment. Every test is looked at, also where another one has decided already, so that
 * each hysteresis goes on.
 */
export const createTester = (
  world: RuleWorld,
  heldBefore: Readonly<Record<string, boolean>>,
  own: readonly ChannelRef[],
): Tester => {
  const findings: TestFinding[] = [];
  const held: Record<string, boolean> = {};

  const quantityOf = (test: Extract<Test, { is: 'above' | 'below' | 'between' }>): number | null => {
    const value = world.quantity(test.quantity, own);
    return value !== null && Number.isFinite(value) ? value : null;
  };

  const truthOf = (test: Test, path: string, value: number | null): Truth => {
    switch (test.is) {
      case 'above':
      case 'below': {
        const before = Object.hasOwn(heldBefore, path) && heldBefore[path] === true;
        const truth = value === null ? null : compares(test, value, before);
        held[path] = truth ?? before;
        return truth;
      }
      case 'between':
        return value === null ? null : test.from <= value && value <= test.to;
      case 'time':
        return isWithin(world.at, test.window, world.zone);
      case 'sun':
        return isSince(world.at, test.since, test.offsetMinutes, world);
      case 'device': {
        if (test.state === 'held') return world.isHeld(test.channel);
        const on = world.isOn(test.channel);
        return on === null ? null : on === (test.state === 'on');
      }
      case 'reachable': {
        const online = world.isOnline(test.deviceId);
        return online === null ? null : online === (test.state === 'online');
      }
      case 'price-rank':
        return isRanked(world, test.rank, test.hours);
    }
  };

  const look = (test: Test, path: string): Truth => {
    const value = test.is === 'above' || test.is === 'below' || test.is === 'between' ? quantityOf(test) : null;
    const truth = truthOf(test, path, value);
    findings.push({ path, test, truth, value });
    return truth;
  };

  const judge = (condition: Condition, path: string, depth: number): Truth => {
    if (depth > DEEPEST) return null;
    if ('test' in condition) return look(condition.test, `${path}.test`);
    if ('not' in condition) return notOf(judge(condition.not, `${path}.not`, depth + 1));
    const [name, parts, join] =
      'all' in condition ? (['all', condition.all, allOf] as const) : (['any', condition.any, anyOf] as const);
    return join(parts.map((part, index) => judge(part, `${path}.${name}.${index}`, depth + 1)));
  };

  return { test: look, condition: (condition, path) => judge(condition, path, 1), findings, held: () => held };
};
