import { daySequencesOf } from '../learners/day-sequences.ts';
import type { AskedRows, FittedLearner, Learner, Matrix } from '../learners/types.ts';

const HOURS = 24;
/** Which columns of a row a whole day is made of. */
export interface DayColumns {
  readonly hour: number;
  /** Columns of which all 24 hours are inputs of every hour. */
  readonly profiles: readonly number[];
  /** Columns that are the same all day: inputs once. */
  readonly days: readonly number[];
}

/** Every row with its hour first, then the profiles of its day, then what is the same all day. */
const widened = (rows: AskedRows, columns: DayColumns): Matrix => {
  const { width, data } = rows.inputs;
  const sequences = daySequencesOf(rows, columns.hour, HOURS);
  const wide = 1 + HOURS * columns.profiles.length + columns.days.length;
  const days = new Float32Array(sequences.count * wide);
  for (let day = 0; day < sequences.count; day += 1) {
    const inputOf = (hour: number, column: number): number =>
      data[(sequences.rows[day * HOURS + hour] ?? 0) * width + column] ?? 0;
    let at = day * wide + 1;
    for (const column of columns.profiles)
      for (let hour = 0; hour < HOURS; hour += 1, at += 1) days[at] = inputOf(hour, column);
    for (const column of columns.days) {
      days[at] = inputOf(0, column);
      at += 1;
    }
  }
  const out = new Float32Array(rows.inputs.rows * wide);
  sequences.placeOf.forEach((place, row) => {
    const day = Math.floor(place / HOURS);
    out.set(days.subarray(day * wide, (day + 1) * wide), row * wide);
    out[row * wide] = data[row * width + columns.hour] ?? 0;
  });
  return { rows: rows.inputs.rows, width: wide, data: out };
};

const wholeDayOf = (inner: FittedLearner, columns: DayColumns): FittedLearner => ({
  predict: (rows) => inner.predict({ ...rows, inputs: widened(rows, columns) }),
  save: inner.save,
  dispose: inner.dispose,
});

/** Lets a learner see the whole day of each row; its first input is the hour. */
export const wholeDay = (columns: DayColumns, inner: Learner): Learner => ({
  ...inner,
  sequential: true,
  fit: async (rows, options) => {
    const fitted = await inner.fit({ ...rows, inputs: widened(rows, columns) }, options);
    return fitted === null ? null : wholeDayOf(fitted, columns);
  },
  restore: (tf, saved) => wholeDayOf(inner.restore(tf, saved), columns),
});
