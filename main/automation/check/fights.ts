import type { RuleProblem } from '../../../preload/contract/rules.ts';
import { type Effect, effectsOf, sayEffect } from './effects.ts';
import { alternativesOf, holdFormula } from './formula.ts';
import { canHold } from './satisfiable.ts';
import { type FindProblems, problem } from './types.ts';

const pairs = <Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] =>
  items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const));

const differ = (one: Effect, other: Effect): boolean => one.target === other.target && one.value !== other.value;

/** Two lines of one branch that want different things, and branches that want the same. */
export const findFightsWithin: FindProblems = (rule, { workflows, names }) => {
  const begin = effectsOf(rule, 'actions', workflows);
  const end = effectsOf(rule, 'otherwise', workflows);
  const within = [begin, end].flatMap((effects) =>
    pairs(effects)
      .filter(([one, other]) => one.line !== other.line && differ(one, other))
      .map(([one, other]) =>
        problem(
          'error',
          'fights-itself',
          `The rule wants ${sayEffect(one, names)} and ${sayEffect(other, names)} at the same time.`,
          [one.line, other.line],
        ),
      ),
  );
  const same = end.flatMap((each) => {
    const twin = begin.find((other) => other.target === each.target && other.value === each.value);
    return twin === undefined ? [] : [[twin, each] as const];
  });
  const isSame = end.length > 0 && same.length === end.length && begin.length === end.length;
  return isSame
    ? [
        ...within,
        problem(
          'warning',
          'fights-itself',
          'The rule does the same whether it holds or not.',
          same.flatMap((both) => both.map(({ line }) => line)),
        ),
      ]
    : within;
};

/** Other rules of the same priority that want something else of a channel while both can hold. */
export const findFightsWithOthers: FindProblems = (rule, { others, workflows, names }) => {
  const own = effectsOf(rule, 'actions', workflows);
  return others.flatMap((other): readonly RuleProblem[] => {
    if (other.priority !== rule.priority) return [];
    const clashes = own.flatMap((one) =>
      effectsOf(other, 'actions', workflows)
        .filter((each) => differ(one, each))
        .map((each) => [one, each] as const),
    );
    const [first] = clashes;
    if (first === undefined) return [];
    if (!canHold(alternativesOf({ all: [holdFormula(rule), holdFormula(other)] }))) return [];
    const [one, each] = first;
    const sentence = `“${other.name}” wants ${sayEffect(each, names)} while this rule wants ${sayEffect(one, names)}, and both can hold at once with the same priority. Give one of them another priority, or let their conditions exclude each other.`;
    // A line of the other rule is named with `other.` before it.
    const lines = clashes.flatMap(([mine, theirs]) => [mine.line, `other.${theirs.line}`]);
    return [problem('warning', 'fights-rule', sentence, lines, other.id)];
  });
};
