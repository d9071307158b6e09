import type { RuleProblem, Test, Trigger } from '../../../preload/contract/rules.ts';
import { capital, joined, saySpanOf, sayWindow, sentenceOfTest } from '../rules/sentences.ts';
import { DEEPEST } from '../rules/tests-of-rules.ts';
import type { RuleNames } from '../rules/types.ts';
import { WEEK_MINUTES, weekMinutes } from './constraints.ts';
import { alternativesOf, depthOf, holdFormula, type Literal, literalsOf, negate } from './formula.ts';
import { conflictIn } from './satisfiable.ts';
import { type FindProblems, problem } from './types.ts';

/** A literal as a clause: `the charge of the battery is above 80 %`, `it is not so that …`. */
const sayLiteral = ({ line, test, negated }: Literal, names: RuleNames): string => {
  const said =
    line === 'activeWindow' && test.is === 'time'
      ? `it is active ${sayWindow(test.window)}`
      : sentenceOfTest(test, names);
  return negated ? `it is not so that ${said}` : said;
};

const sayAll = (literals: readonly Literal[], names: RuleNames): string =>
  joined(literals.map((each) => sayLiteral(each, names)));

const isReversed = (test: Test): boolean => test.is === 'between' && test.from > test.to;

const sayConflict = (core: readonly Literal[], names: RuleNames): string => {
  const [only] = core;
  if (core.length === 1 && only !== undefined)
    return isReversed(only.test)
      ? `${capital(sayAll(core, names))}, but the first limit lies above the second.`
      : `It can never be that ${sayAll(core, names)}.`;
  return `It can never be at once that ${sayAll(core, names)}.`;
};

/** One line that is impossible by itself never fires; several that exclude each other contradict. */
const codeOf = (core: readonly Literal[]): RuleProblem['code'] => {
  const [only] = core;
  return core.length === 1 && only !== undefined && !isReversed(only.test) ? 'never-fires' : 'contradiction';
};

const conflictProblem = (core: readonly Literal[], whole: boolean, names: RuleNames): RuleProblem =>
  problem(
    whole ? 'error' : 'warning',
    codeOf(core),
    `${sayConflict(core, names)} ${whole ? 'So the rule never fires.' : 'So this part of the rule does nothing.'}`,
    core.map(({ line }) => line),
  );

/** The longest time without a break in a window, ms; endless where every minute of the week is in it. */
const longestMs = (test: Extract<Test, { is: 'time' }>): number => {
  const spans = [...weekMinutes(test.window)].sort((one, other) => one.low - other.low);
  let longest = 0;
  let from = Number.NaN;
  let until = Number.NaN;
  // Twice round the week, so that a window over Sunday midnight is seen in one piece.
  for (const shift of [0, WEEK_MINUTES])
    for (const span of spans) {
      if (!(span.low + shift <= until)) from = span.low + shift;
      until = Math.max(Number.isNaN(until) ? 0 : until, span.high + shift);
      longest = Math.max(longest, until - from);
    }
  // The hour that comes twice in autumn lengthens a window.
  return longest >= WEEK_MINUTES ? Number.POSITIVE_INFINITY : (longest + 60) * 60_000;
};

const neverLongEnough = ({ test, forMs }: Trigger): boolean => test.is === 'time' && forMs >= longestMs(test);

const tooShort: FindProblems = (rule, { names }) => {
  const short = rule.triggers.flatMap((trigger, index) =>
    neverLongEnough(trigger) ? [{ trigger, line: `triggers.${index}` }] : [],
  );
  return short.map(({ trigger, line }) =>
    problem(
      short.length === rule.triggers.length ? 'error' : 'warning',
      'never-fires',
      `It is never for ${saySpanOf(trigger.forMs)} without a break that ${sentenceOfTest(trigger.test, names)}.`,
      [line],
    ),
  );
};

/** What can never be, and what always is, whatever is measured. */
export const findContradictions: FindProblems = (rule, home) => {
  const { names } = home;
  if (depthOf(rule.condition) > DEEPEST)
    return [
      problem(
        'error',
        'too-deep',
        `The conditions are nested ${depthOf(rule.condition)} deep; at most ${DEEPEST} are looked at.`,
        ['condition'],
      ),
    ];
  const formula = holdFormula(rule);
  const alternatives = alternativesOf(formula);
  if (alternatives === null) return tooShort(rule, home);
  const judged = alternatives.map((literals) => ({ literals, core: conflictIn(literals) }));
  const cores = judged.flatMap(({ core }) => (core === null ? [] : [core]));
  const distinct = (list: readonly (readonly Literal[])[]): readonly (readonly Literal[])[] => [
    ...new Map(list.map((core) => [core.map(({ line }) => line).join(' '), core])).values(),
  ];
  if (judged.every(({ core }) => core !== null))
    return distinct(cores).map((core) => conflictProblem(core, true, names));

  // A line that stands in impossible alternatives only does nothing.
  const alive = new Set(
    judged.flatMap(({ literals, core }) => (core === null ? literals.map(({ line }) => line) : [])),
  );
  const dead = new Set(literalsOf(formula).flatMap(({ line }) => (alive.has(line) ? [] : [line])));
  const useless = judged.flatMap(({ literals, core }) =>
    core !== null && literals.some(({ line }) => dead.has(line)) ? [core] : [],
  );
  const problems = distinct(useless).map((core) => conflictProblem(core, false, names));

  const never = alternativesOf(negate(formula));
  const always = never?.every((literals) => conflictIn(literals) !== null) === true;
  if (always)
    problems.push(
      problem(
        'warning',
        'always-fires',
        'Whatever is measured, this holds: the rule begins once and never ends.',
        literalsOf(formula).map(({ line }) => line),
      ),
    );
  return [...problems, ...tooShort(rule, home)];
};
