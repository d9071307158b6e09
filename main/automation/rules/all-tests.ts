import type { Condition, Rule, Test } from '../../../preload/contract/rules.ts';
import { DEEPEST } from './tests-of-rules.ts';

const testsWithin = (condition: Condition, depth: number): readonly Test[] => {
  if (depth > DEEPEST) return [];
  if ('test' in condition) return [condition.test];
  if ('not' in condition) return testsWithin(condition.not, depth + 1);
  return ('all' in condition ? condition.all : condition.any).flatMap((part) => testsWithin(part, depth + 1));
};

/** Every test that a rule looks at: of its triggers and of its condition. */
export const allTestsOf = (rule: Pick<Rule, 'triggers' | 'condition'>): readonly Test[] => [
  ...rule.triggers.map((trigger) => trigger.test),
  ...(rule.condition === null ? [] : testsWithin(rule.condition, 1)),
];
