import { type Constraint, constraintsOf } from './constraints.ts';
import type { Literal } from './formula.ts';
import { EVERYTHING, intersect, type Ranges } from './intervals.ts';

interface Asked {
  readonly literal: Literal;
  readonly ranges: Ranges;
}

const meet = (asked: readonly Asked[]): Ranges =>
  asked.reduce<Ranges>((left, { ranges }) => intersect(left, ranges), EVERYTHING);

/**
 * The fewest literals of an alternative that cannot hold together; null where nothing proves that. Each variable is looked
 * at by itself, so that what is answered is certain, while a conflict across two quantities may go unseen.
 */
export const conflictIn = (alternative: readonly Literal[]): readonly Literal[] | null => {
  const byVariable = Map.groupBy(
    alternative.flatMap((literal) => constraintsOf(literal).map((each: Constraint) => ({ literal, ...each }))),
    ({ variable }) => variable,
  );
  for (const asked of byVariable.values()) {
    if (meet(asked).length > 0) continue;
    let core: readonly Asked[] = asked;
    for (const each of asked) {
      const without = core.filter((other) => other !== each);
      if (meet(without).length === 0) core = without;
    }
    return [...new Set(core.map(({ literal }) => literal))];
  }
  return null;
};

/** Whether any of the alternatives can hold, as far as is known; too many alternatives count as possible. */
export const canHold = (alternatives: readonly (readonly Literal[])[] | null): boolean =>
  alternatives === null || alternatives.some((alternative) => conflictIn(alternative) === null);
