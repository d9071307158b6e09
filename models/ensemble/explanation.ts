import type { Explanation } from '../forecast/types.ts';
import { seededRandom, shuffled } from '../network/random.ts';
import type { EnsembleParts } from './parts.ts';
import { askedOf } from './training-rows.ts';
import type { EnsembleDesign, EnsembleRow } from './types.ts';

/** Orders in which features are put in; each costs a row a feature. */
const ORDERS = 6;

/**
 * What moved one hour's mean away from its base. Features of the learners: Shapley values by sampled orders (Štrumbelj and
 * Kononenko 2014) against the usual hour, weighted as the learners are; experts and sequence learners as a whole each.
 * What learners arrange rows by is the hour's own from the start. Base and contributions add up to the mean before it is
 * held within its bounds.
 */
export const explainRow = <Prepared>(
  design: EnsembleDesign<Prepared>,
  parts: EnsembleParts<Prepared>,
  rows: readonly EnsembleRow[],
  place: number,
  origin: number,
): Explanation | null => {
  const row = rows[place];
  if (row === undefined) return null;
  const width = design.features.length;
  const { members, weights, usual } = parts;
  const tabular = members.flatMap((member, index) =>
    member.sequential ? [] : [{ member, weight: weights[index] ?? 0 }],
  );
  const start = design.features.map(({ name }, feature) => {
    const held = design.arrangedBy?.includes(name) === true;
    return (held ? row.features[feature] : usual[feature]) ?? 0;
  });
  const asked: EnsembleRow[] = [];
  const orders = Array.from({ length: ORDERS }, (_, order) => shuffled(width, seededRandom(order + 1)));
  for (const order of orders) {
    const features = [...start];
    asked.push({ ...row, features: [...features] });
    for (const feature of order) {
      features[feature] = row.features[feature] ?? 0;
      asked.push({ ...row, features: [...features] });
    }
  }
  const matrix = askedOf(asked, new Int32Array(asked.length).fill(origin), width);
  const mixed = new Float64Array(asked.length);
  for (const { member, weight } of tabular) {
    const said = member.learner.predict(matrix);
    for (let index = 0; index < mixed.length; index += 1)
      mixed[index] = (mixed[index] ?? 0) + weight * row.scale * (said[index] ?? 0);
  }
  const moved = new Float64Array(width);
  orders.forEach((order, turn) => {
    const from = turn * (width + 1);
    order.forEach((feature, step) => {
      moved[feature] = (moved[feature] ?? 0) + ((mixed[from + step + 1] ?? 0) - (mixed[from + step] ?? 0)) / ORDERS;
    });
  });
  const whole = askedOf(rows, new Int32Array(rows.length).fill(origin), width);
  const sequential = members.flatMap((member, index) =>
    member.sequential
      ? [{ name: member.name, value: (weights[index] ?? 0) * row.scale * (member.learner.predict(whole)[place] ?? 0) }]
      : [],
  );
  const experts = design.experts.map((name, index) => ({
    name,
    value: (weights[members.length + index] ?? 0) * ((row.experts[index] ?? row.base) - row.base),
  }));
  return {
    base: row.base + (mixed[0] ?? 0),
    contributions: [
      ...design.features.map(({ name }, index) => ({ name, value: moved[index] ?? 0 })),
      ...sequential,
      ...experts,
    ],
  };
};
