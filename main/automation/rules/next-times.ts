import type { Rule } from '../../../preload/contract/rules.ts';
import { allTestsOf } from './all-tests.ts';
import { nextEdgeOf } from './local-day.ts';
import { nextSince } from './sun-times.ts';
import type { RuleWorld } from './types.ts';

type Place = Pick<RuleWorld, 'at' | 'zone' | 'latitude' | 'longitude'>;

const earliest = (moments: readonly (number | null)[]): number | null => {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
};

/** When a trigger of time or sun begins next; null where the triggers depend on measurements alone. */
export const nextBeginOf = (rule: Rule, { at, zone, ...place }: Place): number | null =>
  earliest(
    rule.triggers.map(({ test }) => {
      if (test.is === 'sun') return nextSince(at, test.since, test.offsetMinutes, place);
      if (test.is !== 'time') return null;
      let edge = nextEdgeOf(at, test.window, zone);
      if (edge && !edge.begins) edge = nextEdgeOf(edge.at, test.window, zone);
      return edge?.at ?? null;
    }),
  );

/** The next moment at which the clock alone changes what the rule says: a window's edge, a rise or set of the sun. */
export const nextChangeOf = (rule: Rule, { at, zone, ...place }: Place): number | null =>
  earliest([
    ...(rule.activeWindow === null ? [] : [nextEdgeOf(at, rule.activeWindow, zone)?.at ?? null]),
    ...allTestsOf(rule).flatMap((test) => {
      if (test.is === 'time') return [nextEdgeOf(at, test.window, zone)?.at ?? null];
      if (test.is !== 'sun') return [];
      const other = test.since === 'sunrise' ? 'sunset' : 'sunrise';
      return [nextSince(at, test.since, test.offsetMinutes, place), nextSince(at, other, 0, place)];
    }),
  ]);

/** Whether the rule looks at prices or carbon, which change at the edges of their steps. */
export const usesSteps = (rule: Rule): boolean =>
  allTestsOf(rule).some(
    (test) =>
      test.is === 'price-rank' ||
      ('quantity' in test && ['import-price', 'export-price', 'carbon'].includes(test.quantity.of)),
  );
