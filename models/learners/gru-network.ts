import type { Tensor, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs';
import { seededRandom } from '../network/random.ts';
import { STEPS } from './sequences.ts';
import type { Tensorflow } from './types.ts';

/**
 * A gated recurrent unit (Cho et al. 2014) that reads a day in blocks of hours, and attention (Vaswani et al. 2017) by which
 * each hour looks at all blocks. Written with matMul, split and element-wise operations, all of which have kernels and
 * gradients on WASM; blocks rather than hours, since each step costs a round through the backend.
 */

/** Hours of a block: weather models say something new every three. */
const BLOCK = 3;
const BLOCKS = STEPS / BLOCK;

export interface GruShape {
  readonly inputs: number;
  readonly width: number;
}

/** Weights by name, with their shapes. */
const shapesOf = ({ inputs, width }: GruShape): readonly (readonly [string, readonly [number, number]])[] => [
  ['hour', [inputs, width]],
  ['hourBias', [1, width]],
  ['block', [BLOCK * width, 3 * width]],
  ['blockBias', [1, 3 * width]],
  ['gates', [width, 2 * width]],
  ['candidate', [width, width]],
  ['query', [width, width]],
  ['key', [width, width]],
  ['fromHour', [width, width]],
  ['fromDay', [width, width]],
  ['mixBias', [1, width]],
  ['out', [width, 1]],
];

/** Glorot's uniform start (2010); biases and the last layer at 0, so that it starts at the base of the design. */
export const startNumbers = (shape: GruShape, seed: number): readonly number[] => {
  const random = seededRandom(seed);
  return shapesOf(shape).flatMap(([name, [from, to]]) => {
    const limit = name.endsWith('Bias') || name === 'out' ? 0 : Math.sqrt(6 / (from + to));
    return Array.from({ length: from * to }, () => limit * (2 * random() - 1));
  });
};

/** All weights in one variable: an optimizer works on it in a dozen operations, on twelve variables in a hundred. */
export const gruWeights = (tf: Tensorflow, shape: GruShape, numbers: readonly number[]): Variable => {
  const size = shapesOf(shape).reduce((sum, [, [from, to]]) => sum + from * to, 0);
  if (numbers.length !== size) throw new Error(`a network of ${numbers.length} weights should have ${size}`);
  return tf.tidy(() => tf.variable(tf.tensor1d([...numbers])));
};

/** Each weight by its name: views of the one variable. */
const readWeights = (tf: Tensorflow, shape: GruShape, weights: Variable) => {
  const shapes = shapesOf(shape);
  const parts = tf.split(
    weights,
    shapes.map(([, [from, to]]) => from * to),
  );
  return (name: string): Tensor2D => {
    const place = shapes.findIndex(([each]) => each === name);
    const [part, size] = [parts[place], shapes[place]?.[1]];
    if (part === undefined || size === undefined) throw new Error(`no weights ${name}`);
    return tf.reshape(part, [...size]);
  };
};

/** Where an hour of a sequence stands in the input of `runGru`: blocks first, then sequences, then hours of the block. */
export const placeInBlocks = (sequences: number, sequence: number, step: number): number =>
  (Math.floor(step / BLOCK) * sequences + sequence) * BLOCK + (step % BLOCK);

/** Standardised inputs, ordered by `placeInBlocks`, to one value an hour: [sequences · STEPS, 1], sequence by sequence. */
export const runGru = (
  tf: Tensorflow,
  shape: GruShape,
  weights: Variable,
  inputs: Tensor2D,
  sequences: number,
): Tensor2D => {
  const { width } = shape;
  const by = readWeights(tf, shape, weights);
  const hours = tf.relu(tf.add(tf.matMul(inputs, by('hour')), by('hourBias'))) as Tensor2D;
  const driven = tf.add(
    tf.matMul(tf.reshape(hours, [BLOCKS * sequences, BLOCK * width]), by('block')),
    by('blockBias'),
  ) as Tensor2D;
  let state: Tensor2D = tf.zeros([sequences, width]);
  const states: Tensor2D[] = [];
  // Split, not slice: its gradient joins the parts again, where each slice would add a whole of zeros.
  const [byGates, byCandidate] = [by('gates'), by('candidate')];
  for (const block of tf.split(driven, BLOCKS, 0)) {
    const [forUpdate, forReset, forCandidate] = tf.split(block, 3, 1);
    const [fromUpdate, fromReset] = tf.split(tf.matMul(state, byGates), 2, 1);
    const update = tf.sigmoid(tf.add(forUpdate ?? block, fromUpdate ?? state));
    const reset = tf.sigmoid(tf.add(forReset ?? block, fromReset ?? state));
    const candidate = tf.tanh(tf.add(forCandidate ?? block, tf.mul(reset, tf.matMul(state, byCandidate))));
    state = tf.add(state, tf.mul(update, tf.sub(candidate, state))) as Tensor2D;
    states.push(state);
  }
  const bySequence = (flat: Tensor, each: number): Tensor3D =>
    tf.transpose(tf.reshape(flat, [BLOCKS, sequences, each]) as Tensor3D, [1, 0, 2]);
  const hourly = tf.reshape(bySequence(hours, BLOCK * width), [sequences * STEPS, width]) as Tensor2D;
  const memory = bySequence(tf.concat(states, 0), width);
  const keys = bySequence(tf.matMul(tf.concat(states, 0) as Tensor2D, by('key')), width);
  const queries = tf.reshape(tf.matMul(hourly, by('query')), [sequences, STEPS, width]) as Tensor3D;
  const attention = tf.softmax(tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(width)));
  const seen = tf.reshape(tf.matMul(attention as Tensor3D, memory), [sequences * STEPS, width]) as Tensor2D;
  const mixed = tf.relu(
    tf.add(tf.add(tf.matMul(hourly, by('fromHour')), tf.matMul(seen, by('fromDay'))), by('mixBias')),
  ) as Tensor2D;
  return tf.matMul(mixed, by('out'));
};
