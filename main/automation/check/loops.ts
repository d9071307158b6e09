import type { Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import { joined } from '../rules/sentences.ts';
import { actionLines } from './actions-check.ts';
import { bears, type Effect, effectsOf, effectsOfEnd, sayEffect, workflowCircle } from './effects.ts';
import { alternativesOf, type Formula, holdFormula, type Literal, literalsOf } from './formula.ts';
import { canHold } from './satisfiable.ts';
import { type CheckedHome, type FindProblems, problem } from './types.ts';

/** A rule begins or ends, and what that does to the house. */
interface Event {
  readonly rule: Rule;
  readonly edge: 'begins' | 'ends';
  readonly effects: readonly Effect[];
  /** The tests of the rule that look at a channel: only they can be turned by an effect. */
  readonly literals: readonly Literal[];
}

const LONGEST_CIRCLE = 6;
const MOST_STEPS = 5_000;
/** A circle that takes longer than this to go round is a rhythm that somebody may want. */
const SLOW_MS = 10 * 60_000;

const looksAtChannel = ({ test }: Literal): boolean =>
  test.is === 'device' || ((test.is === 'above' || test.is === 'below') && test.quantity.of === 'channel-power');

/** None for a rule that no effect can turn: it is part of no circle. */
const eventsOf = (rule: Rule, { workflows }: CheckedHome): readonly Event[] => {
  const literals = literalsOf(holdFormula(rule)).filter(looksAtChannel);
  if (literals.length === 0) return [];
  const begin = effectsOf(rule, 'actions', workflows);
  // After its pause a channel runs again, though the rule has not ended.
  const back = rule.actions.flatMap((action, index): readonly Effect[] =>
    action.do === 'pause'
      ? begin.filter(({ line }) => line === `actions.${index}`).map((effect) => ({ ...effect, value: true }))
      : [],
  );
  return [
    { rule, edge: 'begins', effects: [...begin, ...back], literals },
    { rule, edge: 'ends', effects: effectsOfEnd(rule, workflows), literals },
  ];
};

/** Literals that a line of effects turns the way in which the event comes about. */
const causes = (effects: readonly Effect[], event: Event, home: CheckedHome): readonly Literal[] =>
  event.literals.filter((literal) =>
    effects.some((effect) => bears(effect, literal, home.channels) === (event.edge === 'begins')),
  );

/** What else must hold for the circle: everything but the lines that the circle itself turns. */
const without = (formula: Formula, isTurned: (literal: Literal) => boolean): Formula =>
  'literal' in formula
    ? isTurned(formula.literal)
      ? { all: [] }
      : formula
    : 'all' in formula
      ? { all: formula.all.map((part) => without(part, isTurned)) }
      : { any: formula.any.map((part) => without(part, isTurned)) };

const isPossible = (circle: readonly Event[], home: CheckedHome): boolean => {
  const effects = circle.flatMap((event) => event.effects);
  const isTurned = (literal: Literal): boolean =>
    effects.some((effect) => bears(effect, literal, home.channels) !== null);
  const rules = [...new Set(circle.map(({ rule }) => rule))];
  return canHold(alternativesOf({ all: rules.map((rule) => without(holdFormula(rule), isTurned)) }));
};

/** The effects by which a circle moves something there and back; none where it comes to rest. */
const backAndForth = (circle: readonly Event[]): readonly Effect[] => {
  const effects = circle.flatMap((event) => event.effects);
  return effects.filter((one) => effects.some((other) => other.target === one.target && other.value !== one.value));
};

/** How long one round takes at least, ms. */
const roundMs = (circle: readonly Event[]): number =>
  [...new Set(circle.map(({ rule }) => rule))].reduce((sum, rule) => {
    const waitMs = Math.min(...rule.triggers.map(({ forMs }) => forMs));
    const pauseMs = Math.max(0, ...rule.actions.map((each) => (each.do === 'pause' ? each.minutes * 60_000 : 0)));
    return sum + Math.max(waitMs, rule.cooldownMs) + pauseMs;
  }, 0);

const circleProblem = (circle: readonly Event[], own: Rule, home: CheckedHome): RuleProblem => {
  const moved = backAndForth(circle);
  const others = [...new Set(circle.map(({ rule }) => rule))].filter((rule) => rule !== own);
  const said = joined([...new Set(moved.map((effect) => sayEffect(effect, home.names)))]);
  const who = others.length === 0 ? 'This rule' : `This rule and ${joined(others.map(({ name }) => `“${name}”`))}`;
  const slow = roundMs(circle) >= SLOW_MS;
  const ownEvents = circle.filter(({ rule }) => rule === own);
  const all = circle.flatMap(({ effects }) => effects);
  const lines = [
    ...ownEvents.flatMap((event) => causes(all, event, home).map(({ line }) => line)),
    ...ownEvents.flatMap(({ effects }) => effects.map(({ line }) => line)),
    ...circle.filter(({ rule }) => rule !== own).flatMap(({ effects }) => effects.map(({ line }) => `other.${line}`)),
  ];
  return problem(
    slow ? 'warning' : 'error',
    'loop',
    `${who} would go round and round: ${said}. ${slow ? 'It is slow enough to be meant.' : 'Let it rest for longer, or ask for something that it does not change itself.'}`,
    lines,
    others[0]?.id ?? null,
  );
};

/** Rules whose actions bring each other about again and again. */
const findCircle = (own: Rule, home: CheckedHome): readonly Event[] | null => {
  const events = [own, ...home.others].flatMap((rule) => eventsOf(rule, home));
  let steps = 0;
  const walk = (path: readonly Event[]): readonly Event[] | null => {
    const last = path.at(-1);
    const first = path[0];
    if (last === undefined || first === undefined) return null;
    for (const next of events) {
      steps += 1;
      if (steps > MOST_STEPS || causes(last.effects, next, home).length === 0) continue;
      if (next === first) {
        if (backAndForth(path).length > 0 && isPossible(path, home)) return path;
      } else if (!path.includes(next) && path.length < LONGEST_CIRCLE) {
        const found = walk([...path, next]);
        if (found !== null) return found;
      }
    }
    return null;
  };
  for (const event of events) {
    const found = event.rule === own ? walk([event]) : null;
    if (found !== null) return found;
  }
  return null;
};

export const findLoops: FindProblems = (rule, home) => {
  const circle = findCircle(rule, home);
  const workflows = actionLines(rule).flatMap(({ line, action }) => {
    const names = action.do === 'workflow' ? workflowCircle(action.workflowId, home.workflows) : null;
    return names === null
      ? []
      : [problem('error', 'loop', `These workflows run each other without end: ${names.join(', then ')}.`, [line])];
  });
  return circle === null ? workflows : [circleProblem(circle, rule, home), ...workflows];
};
