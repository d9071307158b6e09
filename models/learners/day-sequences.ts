import type { AskedRows } from './types.ts';

/** Rows of one origin side by side: sequences of equally many steps by the clock, such as the hours of each day ahead. */
export interface DaySequences {
  readonly count: number;
  readonly steps: number;
  /**
   * [count × steps] the row at each step. A step that no row has shows the nearest row of its sequence, so that a cut
   * sequence looks like a whole one; of two rows at a step (an hour that a clock change repeats) the later one is taken.
   */
  readonly rows: Int32Array;
  /** [count × steps] 1 where a row stands there itself. */
  readonly own: Uint8Array;
  /** [rows] where in `rows` each row belongs. */
  readonly placeOf: Int32Array;
}

const nearest = (places: Int32Array, first: number, steps: number, step: number): number => {
  for (let away = 0; away < steps; away += 1)
    for (const other of [step - away, step + away]) {
      const row = other < 0 || other >= steps ? -1 : (places[first + other] ?? -1);
      if (row >= 0) return row;
    }
  return 0;
};

/**
 * Sequences of the rows by origin and by `steps` hours ahead; `stepColumn` holds a row's step within, 0 to steps − 1. A
 * number outside is held within.
 */
export const daySequencesOf = (rows: AskedRows, stepColumn: number, steps: number): DaySequences => {
  const found = new Map<string, number>();
  const count = rows.inputs.rows;
  const placeOf = new Int32Array(count);
  for (let row = 0; row < count; row += 1) {
    const key = `${rows.origins[row]}/${Math.floor((rows.leads[row] ?? 0) / steps)}`;
    const sequence = found.get(key) ?? found.size;
    found.set(key, sequence);
    const step = Math.round(rows.inputs.data[row * rows.inputs.width + stepColumn] ?? 0);
    placeOf[row] = sequence * steps + Math.min(steps - 1, Math.max(0, step));
  }
  const raw = new Int32Array(found.size * steps).fill(-1);
  placeOf.forEach((place, row) => {
    raw[place] = row;
  });
  return {
    count: found.size,
    steps,
    rows: raw.map((_, place) => nearest(raw, place - (place % steps), steps, place % steps)),
    own: Uint8Array.from(raw, (row) => (row < 0 ? 0 : 1)),
    placeOf,
  };
};
