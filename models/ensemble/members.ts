import type { AskedRows, FittedLearner, Learner, LearningRows, Tensorflow } from '../learners/types.ts';
import type { EnsembleDesign, EnsembleRow } from './types.ts';

/** A learner that has learnt, with its name. */
export interface FittedMember {
  readonly name: string;
  readonly sequential: boolean;
  readonly learner: FittedLearner;
}

export const disposeMembers = (members: readonly FittedMember[]): void => {
  for (const member of members) member.learner.dispose();
};

/** Fits one learner after the other; null when it was ended, and nothing is left behind then. */
export const fitMembers = async (
  tf: Tensorflow,
  learners: readonly Learner[],
  rows: LearningRows,
  seed: number,
  onProgress: (share: number, name: string) => Promise<boolean>,
): Promise<readonly FittedMember[] | null> => {
  const fitted: FittedMember[] = [];
  for (const [index, learner] of learners.entries()) {
    const tick = (share: number): Promise<boolean> => onProgress((index + share) / learners.length, learner.name);
    const done = (await tick(0)) ? await learner.fit(rows, { tf, seed: seed + index, tick }) : null;
    if (done === null) {
      disposeMembers(fitted);
      return null;
    }
    fitted.push({ name: learner.name, sequential: learner.sequential === true, learner: done });
  }
  return fitted;
};

/** What each learner and then each expert says of the rows, in the unit of the frame: one array a member. */
export const memberPredictions = (
  members: readonly FittedMember[],
  experts: number,
  rows: readonly EnsembleRow[],
  asked: AskedRows,
): readonly Float64Array[] => [
  ...members.map(({ learner }) => {
    const scaled = learner.predict(asked);
    return Float64Array.from(rows, (row, index) => row.base + row.scale * (scaled[index] ?? 0));
  }),
  ...Array.from({ length: experts }, (_, place) => Float64Array.from(rows, (row) => row.experts[place] ?? row.base)),
];

/** The weighted mean of members, held within what a value may be. */
export const mixtureOf = (
  predictions: readonly Float64Array[],
  weights: ArrayLike<number>,
  { low, high }: { readonly low: number; readonly high: number },
): Float64Array =>
  Float64Array.from({ length: predictions[0]?.length ?? 0 }, (_, row) => {
    let sum = 0;
    for (let member = 0; member < predictions.length; member += 1)
      sum += (weights[member] ?? 0) * (predictions[member]?.[row] ?? 0);
    return Math.min(high, Math.max(low, sum));
  });

/** Names of all members: learners first, then experts. */
export const memberNames = <P>(design: EnsembleDesign<P>, members: readonly FittedMember[]): readonly string[] => [
  ...members.map((member) => member.name),
  ...design.experts,
];
