import type { HourFrame } from '../features/frame.ts';
import type { AskedRows, LearningRows } from '../learners/types.ts';
import type { EnsembleDesign, EnsembleRow } from './types.ts';

const DAY_HOURS = 24;
/** Hours beyond the first day are learnt from every third origin: they differ little, and there are many. */
const FAR_ORIGINS_EVERY_DAYS = 3;

/** Rows with a known truth, those of an origin together and by lead. */
export interface KnownRows {
  readonly rows: readonly EnsembleRow[];
  readonly origins: Int32Array;
  readonly truth: Float64Array;
}

/** All rows of training origins in [from, to) whose target lies before `to` and was measured, and where anything can err. */
export const collectRows = <P>(
  design: EnsembleDesign<P>,
  frame: HourFrame,
  prepared: P,
  from: number,
  to: number,
  horizon: number,
): KnownRows => {
  const rows: EnsembleRow[] = [];
  const origins: number[] = [];
  const truth: number[] = [];
  for (let origin = Math.max(0, from); origin < to; origin += 1) {
    if (!design.isTrainingOrigin(frame, origin)) continue;
    const far = (frame.day[origin] ?? 0) % FAR_ORIGINS_EVERY_DAYS === 0;
    const hours = Math.min(far ? horizon : Math.min(horizon, DAY_HOURS), to - origin);
    for (const row of design.rows(frame, origin, hours, prepared)) {
      const value = frame.values[row.target] ?? Number.NaN;
      if (row.scale === 0 || Number.isNaN(value)) continue;
      rows.push(row);
      origins.push(origin);
      truth.push(value);
    }
  }
  return { rows, origins: Int32Array.from(origins), truth: Float64Array.from(truth) };
};

/** Features of rows as one matrix, in the order of the rows. */
export const askedOf = (rows: readonly EnsembleRow[], origins: Int32Array, width: number): AskedRows => {
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    data.set(row.features, index * width);
  });
  return {
    inputs: { rows: rows.length, width, data },
    origins,
    leads: Int16Array.from(rows, (row) => row.lead),
  };
};

/**
 * Rows as learners take them: targets are (truth − base) / scale, and weights make an error count by what it is in the
 * frame's unit (squared for a squared error), and old rows less where the design says so.
 */
export const learningRowsOf = <P>(design: EnsembleDesign<P>, known: KnownRows, end: number): LearningRows => {
  const power = design.aim === 'median' ? 1 : 2;
  const half = (design.halfLifeDays ?? Number.POSITIVE_INFINITY) * DAY_HOURS;
  const weights = Float32Array.from(
    known.rows,
    (row) => row.scale ** power * 0.5 ** (Math.max(0, end - row.target) / half),
  );
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return {
    ...askedOf(known.rows, known.origins, design.features.length),
    targets: Float32Array.from(known.rows, (row, index) => ((known.truth[index] ?? 0) - row.base) / row.scale),
    weights: weights.map((weight) => weight / (mean > 0 ? mean : 1)),
  };
};
