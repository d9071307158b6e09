import type { AskedRows, LearningRows, Matrix } from '../learners/types.ts';

/** Rows of a matrix picked in an order. */
const pickRows = ({ width, data }: Matrix, places: readonly number[]): Matrix => {
  const picked = new Float32Array(places.length * width);
  places.forEach((row, place) => {
    picked.set(data.subarray(row * width, (row + 1) * width), place * width);
  });
  return { rows: places.length, width, data: picked };
};

const pick = (source: ArrayLike<number>, places: readonly number[]): number[] => places.map((row) => source[row] ?? 0);

export const pickAsked = (rows: AskedRows, places: readonly number[]): AskedRows => ({
  inputs: pickRows(rows.inputs, places),
  origins: Int32Array.from(pick(rows.origins, places)),
  leads: Int16Array.from(pick(rows.leads, places)),
});

export const pickLearning = (rows: LearningRows, places: readonly number[]): LearningRows => ({
  ...pickAsked(rows, places),
  targets: Float32Array.from(pick(rows.targets, places)),
  weights: Float32Array.from(pick(rows.weights, places)),
});
