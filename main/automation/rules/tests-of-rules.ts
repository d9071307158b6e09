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
  /** Whether each comparison held, by its path: the next look needs it for the hysteresis. The same object where nothing changed. */
  held(): Readonly<Record<string, boolean>>;
}

export type Comparison = Extract<Test, { is: 'above' | 'below' | 'between' }>;
export type StateTest = Exclude<Test, Comparison>;

export const isComparison = (test: Test): test is Comparison =>
  test.is === 'above' || test.is === 'below' || test.is === 'between';

/** The channels that a rule switches on or sets: their power is its own. */
export const ownChannelsOf = (rule: Pick<Rule, 'actions'>): readonly ChannelRef[] => {
  const known = owns.get(rule.actions);
  if (known) return known;
  const own = rule.actions.flatMap((action) =>
    (action.do === 'switch' && action.on) || action.do === 'set' ? [action.channel] : [],
  );
  owns.set(rule.actions, own);
  return own;
};
/** Only a memo, so that the same rule always answers the same list. */
const owns = new WeakMap<Rule['actions'], readonly ChannelRef[]>();

/** A condition with the path of each test written out once. */
type Node =
  | 'too-deep'
  | { readonly test: Test; readonly path: string }
  | { readonly not: Node }
  | { readonly join: (truths: readonly Truth[]) => Truth; readonly parts: readonly Node[] };

const prepare = (condition: Condition, path: string, depth: number): Node => {
  if (depth > DEEPEST) return 'too-deep';
  if ('test' in condition) return { test: condition.test, path: `${path}.test` };
  if ('not' in condition) return { not: prepare(condition.not, `${path}.not`, depth + 1) };
  const [name, parts, join] =
    'all' in condition ? (['all', condition.all, allOf] as const) : (['any', condition.any, anyOf] as const);
  return { join, parts: parts.map((part, index) => prepare(part, `${path}.${name}.${index}`, depth + 1)) };
};

/** Only a memo: a rule is looked at every few minutes and changes once a month. */
const prepared = new WeakMap<Condition, { readonly path: string; readonly node: Node }>();
const nodeOf = (condition: Condition, path: string): Node => {
  const known = prepared.get(condition);
  if (known?.path === path) return known.node;
  const node = prepare(condition, path, 1);
  prepared.set(condition, { path, node });
  return node;
};

/** The values at which a comparison may turn, whichever way it stands. */
export const limitsOf = (test: Comparison): readonly number[] => {
  if (test.is === 'between') return [test.from, test.to];
  return [test.value, test.is === 'above' ? test.value - test.hysteresis : test.value + test.hysteresis];
};

/** A test that compares no quantity, at one moment. */
export const stateOfTest = (test: StateTest, world: RuleWorld): Truth => {
  switch (test.is) {
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

/** Beyond the limit, or not further back than the hysteresis where it held before. */
const compares = (test: Extract<Test, { is: 'above' | 'below' }>, value: number, heldBefore: boolean): boolean => {
  const slack = heldBefore ? test.hysteresis : 0;
  return test.is === 'above' ? value > test.value - slack : value < test.value + slack;
};

/**
 * Looks at the tests of one rule at one moment. Every test is looked at, also where another one has decided already, so that
 * each hysteresis goes on. Each test as it was found is added to `findings`, for who wants to say why.
 */
export const createTester = (
  world: RuleWorld,
  heldBefore: Readonly<Record<string, boolean>>,
  own: readonly ChannelRef[],
  findings: TestFinding[] | null = null,
): Tester => {
  const paths: string[] = [];
  const holds: boolean[] = [];
  let turned = false;

  const look = (test: Test, path: string): Truth => {
    if (!isComparison(test)) {
      const truth = stateOfTest(test, world);
      findings?.push({ path, test, truth, value: null });
      return truth;
    }
    const read = world.quantity(test.quantity, own);
    const value = read !== null && Number.isFinite(read) ? read : null;
    let truth: Truth;
    if (test.is === 'between') truth = value === null ? null : test.from <= value && value <= test.to;
    else {
      const known = Object.hasOwn(heldBefore, path);
      const before = known && heldBefore[path] === true;
      truth = value === null ? null : compares(test, value, before);
      const now = truth ?? before;
      turned ||= !known || now !== before;
      paths.push(path);
      holds.push(now);
    }
    findings?.push({ path, test, truth, value });
    return truth;
  };

  const judge = (node: Node): Truth => {
    if (node === 'too-deep') return null;
    if ('test' in node) return look(node.test, node.path);
    if ('not' in node) return notOf(judge(node.not));
    return node.join(node.parts.map(judge));
  };

  return {
    test: look,
    condition: (condition, path) => judge(nodeOf(condition, path)),
    held: () => {
      if (!turned && paths.length === Object.keys(heldBefore).length) return heldBefore;
      return Object.fromEntries(paths.map((path, place) => [path, holds[place] ?? false]));
    },
  };
};
