import { z } from 'zod';
import type { FittedLearner, Learner, SavedLearner } from '../learners/types.ts';
import { pickAsked, pickLearning } from './picked-rows.ts';

const savedSchema = z.array(z.object({ hour: z.int(), parts: z.unknown(), networks: z.int().min(0) }));

const fitted = (hourColumn: number, byHour: ReadonlyMap<number, FittedLearner>): FittedLearner => ({
  predict: (rows) => {
    const out = new Float64Array(rows.inputs.rows);
    for (const [hour, places] of placesByHour(rows.inputs, hourColumn)) {
      const values = byHour.get(hour)?.predict(pickAsked(rows, places));
      places.forEach((row, place) => {
        out[row] = values?.[place] ?? 0;
      });
    }
    return out;
  },
  save: (): SavedLearner => {
    const saved = [...byHour].map(([hour, learner]) => ({ hour, ...learner.save() }));
    return {
      parts: saved.map(({ hour, parts, networks }) => ({ hour, parts, networks: networks.length })),
      networks: saved.flatMap(({ networks }) => networks),
    };
  },
  dispose: () => {
    for (const learner of byHour.values()) learner.dispose();
  },
});

const placesByHour = (
  inputs: { readonly rows: number; readonly width: number; readonly data: Float32Array },
  hourColumn: number,
): ReadonlyMap<number, number[]> => {
  const places = new Map<number, number[]>();
  for (let row = 0; row < inputs.rows; row += 1) {
    const hour = inputs.data[row * inputs.width + hourColumn] ?? 0;
    const own = places.get(hour);
    if (own === undefined) places.set(hour, [row]);
    else own.push(row);
  }
  return places;
};

/**
 * A learner of its own for every hour of the day, as regressions of day-ahead prices are usually made, since what moves
 * noon is not what moves the evening. An hour that no row had is forecast by the base (0).
 */
export const byHour = (name: string, hourColumn: number, inner: Learner): Learner => ({
  name,
  ...(inner.sequential === undefined ? {} : { sequential: inner.sequential }),
  fit: async (rows, options) => {
    const learnt = new Map<number, FittedLearner>();
    const groups = [...placesByHour(rows.inputs, hourColumn)].toSorted(([one], [other]) => one - other);
    for (const [hour, places] of groups) {
      const goesOn = (): Promise<boolean> => options.tick(learnt.size / groups.length);
      const one = await inner.fit(pickLearning(rows, places), { ...options, tick: goesOn });
      if (one === null) {
        for (const learner of learnt.values()) learner.dispose();
        return null;
      }
      learnt.set(hour, one);
    }
    return fitted(hourColumn, learnt);
  },
  restore: (tf, saved) => {
    let taken = 0;
    return fitted(
      hourColumn,
      new Map(
        savedSchema.parse(saved.parts).map(({ hour, parts, networks }) => {
          const own = saved.networks.slice(taken, taken + networks);
          taken += networks;
          return [hour, inner.restore(tf, { parts, networks: own })];
        }),
      ),
    );
  },
});
