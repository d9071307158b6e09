import type { Condition, Rule, Test } from '../../../preload/contract/rules.ts';

/** One test of a rule, or that it does not hold, with the line on which it stands. */
export interface Literal {
  /** `triggers.0.test`, `condition.all.1.test`, `activeWindow`. */
  readonly line: string;
  readonly test: Test;
  readonly negated: boolean;
  /** Of which rule: its surplus is its own. */
  readonly ruleId: string;
}

/** When a rule holds, as nested all and any of tests. */
export type Formula =
  | { readonly all: readonly Formula[] }
  | { readonly any: readonly Formula[] }
  | { readonly literal: Literal };

/** Alternatives beyond this many are not looked through: then nothing is claimed. */
const MOST_ALTERNATIVES = 500;

const literal = (ruleId: string, line: string, test: Test): Formula => ({
  literal: { line, test, negated: false, ruleId },
});

export const negate = (formula: Formula): Formula => {
  if ('literal' in formula) return { literal: { ...formula.literal, negated: !formula.literal.negated } };
  return 'all' in formula ? { any: formula.all.map(negate) } : { all: formula.any.map(negate) };
};

const conditionFormula = (ruleId: string, condition: Condition, line: string): Formula => {
  if ('test' in condition) return literal(ruleId, `${line}.test`, condition.test);
  if ('not' in condition) return negate(conditionFormula(ruleId, condition.not, `${line}.not`));
  if ('all' in condition)
    return { all: condition.all.map((part, index) => conditionFormula(ruleId, part, `${line}.all.${index}`)) };
  return { any: condition.any.map((part, index) => conditionFormula(ruleId, part, `${line}.any.${index}`)) };
};

/** A rule holds while any trigger and the condition hold inside its active window. */
export const holdFormula = (rule: Rule): Formula => ({
  all: [
    { any: rule.triggers.map(({ test }, index) => literal(rule.id, `triggers.${index}.test`, test)) },
    ...(rule.condition === null ? [] : [conditionFormula(rule.id, rule.condition, 'condition')]),
    ...(rule.activeWindow === null
      ? []
      : [literal(rule.id, 'activeWindow', { is: 'time', window: rule.activeWindow })]),
  ],
});

/** Every test of a rule with its line. */
export const literalsOf = (formula: Formula): readonly Literal[] =>
  'literal' in formula
    ? [formula.literal]
    : ('all' in formula ? formula.all : formula.any).flatMap((part) => literalsOf(part));

/** The formula as alternatives, in each of which all literals hold together; null where there are too many. */
export const alternativesOf = (formula: Formula): readonly (readonly Literal[])[] | null => {
  if ('literal' in formula) return [[formula.literal]];
  const parts = ('all' in formula ? formula.all : formula.any).map((part) => alternativesOf(part));
  let joined: readonly (readonly Literal[])[] = 'all' in formula ? [[]] : [];
  for (const part of parts) {
    if (part === null) return null;
    joined = 'all' in formula ? joined.flatMap((one) => part.map((other) => [...one, ...other])) : [...joined, ...part];
    if (joined.length > MOST_ALTERNATIVES) return null;
  }
  return joined;
};

/** How deep the conditions of a rule nest; a single test is one deep. */
export const depthOf = (condition: Condition | null): number => {
  if (condition === null) return 0;
  if ('test' in condition) return 1;
  const parts = 'not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any;
  return 1 + Math.max(...parts.map(depthOf));
};
