import type { Recommendation } from '../../../preload/contract/plan.ts';
import type { Found } from './found.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** Nobody reads more. */
export const MOST_OPEN = 5;
/** Less is not worth a person's time, in the home's money. */
export const LEAST_SAVING = 0.05;

type Named = Pick<Recommendation, 'kind' | 'laneId'>;

/** Advice of one kind about one thing: there is one of it at a time, and what was dismissed rests. */
const subjectOf = ({ kind, laneId }: Named): string => `${kind} ${laneId ?? ''}`;

/** What is said although it saves nothing. */
const isForSafety = ({ basis }: Pick<Found, 'basis'>): boolean => basis.is === 'storm';

interface Chosen {
  readonly add: readonly Found[];
  /** Open advice that nobody has answered and that does not hold any more, or for which there is better. */
  readonly withdraw: readonly string[];
}

/**
 * What of the advice that was found is told. Each subject has one open advice; an unanswered one makes room for a better start,
 * and goes when nothing is to be gained any more. A subject that was dismissed within a week rests. The most certain gains come
 * first, and what is for safety before them.
 */
export const chooseAdvice = (input: {
  readonly now: number;
  readonly found: readonly Found[];
  /** Waiting for an answer, or taken and not over. */
  readonly open: readonly Recommendation[];
  /** Dismissed lately. */
  readonly dismissed: readonly Recommendation[];
}): Chosen => {
  const { now, found, open } = input;
  const resting = new Set(
    input.dismissed.filter(({ answeredAt }) => answeredAt !== null && now - answeredAt < WEEK_MS).map(subjectOf),
  );
  const worthy = found
    .filter((each) => (isForSafety(each) || each.saving >= LEAST_SAVING) && !resting.has(subjectOf(each)))
    .toSorted(
      (one, other) =>
        Number(isForSafety(other)) - Number(isForSafety(one)) ||
        other.saving * other.confidencePct - one.saving * one.confidencePct,
    );
  const bySubject = new Map<string, Found>();
  for (const each of worthy) if (!bySubject.has(subjectOf(each))) bySubject.set(subjectOf(each), each);

  const kept = open.filter((each) => {
    if (each.status === 'taken' || each.startAt <= now) return true;
    const better = bySubject.get(subjectOf(each));
    if (better === undefined) return false;
    return better.startAt === each.startAt || better.saving < each.saving + LEAST_SAVING;
  });
  const keptIds = new Set(kept.map(({ id }) => id));
  const taken = new Set(kept.map(subjectOf));
  return {
    add: [...bySubject.values()]
      .filter((each) => !taken.has(subjectOf(each)))
      .slice(0, Math.max(0, MOST_OPEN - kept.length)),
    withdraw: open.filter(({ id }) => !keptIds.has(id)).map(({ id }) => id),
  };
};
