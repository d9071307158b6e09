import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../learners/types.ts';
import { seededRandom } from '../network/random.ts';
import { POLICY_FEATURES } from './features.ts';
import { MODES } from './modes.ts';

/**
 * The policy's network: a dense layer, a gated recurrent unit (Cho et al. 2014), a dense layer that sees both, and two heads:
 * the gain of each mode, and what is expected to be lost from here on. Written with operations that have kernels and gradients
 * on WASM. It is trained by TensorFlow.js and served by `createActor` in plain arithmetic.
 */
export interface PolicyShape {
  readonly dense: number;
  readonly hidden: number;
}

/** The heads say what each mode gains beside self-consumption; a score is so many times that. */
export const SHARPNESS = 20;

const INPUTS = POLICY_FEATURES.length;
const OUTPUTS = MODES.length + 1;

/** Weights by name, with their shapes. */
const shapesOf = ({ dense, hidden }: PolicyShape): readonly (readonly [string, readonly [number, number]])[] => [
  ['in', [INPUTS, dense]],
  ['inBias', [1, dense]],
  ['driven', [dense, 3 * hidden]],
  ['drivenBias', [1, 3 * hidden]],
  ['gates', [hidden, 2 * hidden]],
  ['candidate', [hidden, hidden]],
  ['fromIn', [dense, dense]],
  ['fromState', [hidden, dense]],
  ['mixBias', [1, dense]],
  ['out', [dense, OUTPUTS]],
  ['outBias', [1, OUTPUTS]],
];

/** Where each named matrix lies in the flat weights. */
export const offsetsOf = (shape: PolicyShape): ReadonlyMap<string, number> => {
  let at = 0;
  return new Map(
    shapesOf(shape).map(([name, [from, to]]) => {
      at += from * to;
      return [name, at - from * to];
    }),
  );
};

export const weightCount = (shape: PolicyShape): number =>
  shapesOf(shape).reduce((sum, [, [from, to]]) => sum + from * to, 0);

/** Glorot's uniform start (2010); biases at 0, and the heads small, so that it starts undecided. */
export const startWeights = (shape: PolicyShape, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from(
    shapesOf(shape).flatMap(([name, [from, to]]) => {
      const limit = name.endsWith('Bias') ? 0 : Math.sqrt(6 / (from + to)) * (name === 'out' ? 0.05 : 1);
      return Array.from({ length: from * to }, () => limit * (2 * random() - 1));
    }),
  );
};

/**
 * The network over sequences of equal length, for training. `inputs` [steps · sequences, features] lie step by step, `start`
 * is the memory [sequences, hidden] at the first step. Answers the gain of
 * each mode [steps · sequences, modes] and what is expected to be lost [… , 1].
 */
export const runNetwork = (
  tf: Tensorflow,
  shape: PolicyShape,
  weights: Variable,
  inputs: Tensor2D,
  start: Tensor2D,
  steps: number,
): { readonly gains: Tensor2D; readonly expected: Tensor2D } => {
  const shapes = shapesOf(shape);
  const parts = tf.split(
    weights,
    shapes.map(([, [from, to]]) => from * to),
  );
  const by = (name: string): Tensor2D => {
    const place = shapes.findIndex(([each]) => each === name);
    const [part, size] = [parts[place], shapes[place]?.[1]];
    if (part === undefined || size === undefined) throw new Error(`no weights ${name}`);
    return tf.reshape(part, [...size]);
  };
  const seen = tf.relu(tf.add(tf.matMul(inputs, by('in')), by('inBias'))) as Tensor2D;
  const driven = tf.add(tf.matMul(seen, by('driven')), by('drivenBias'));
  const [byGates, byCandidate] = [by('gates'), by('candidate')];
  let state = start;
  const states: Tensor2D[] = [];
  for (const step of tf.split(driven, steps, 0)) {
    const [forUpdate, forReset, forCandidate] = tf.split(step, 3, 1);
    const [fromUpdate, fromReset] = tf.split(tf.matMul(state, byGates), 2, 1);
    const update = tf.sigmoid(tf.add(forUpdate ?? step, fromUpdate ?? state));
    const reset = tf.sigmoid(tf.add(forReset ?? step, fromReset ?? state));
    const candidate = tf.tanh(tf.add(forCandidate ?? step, tf.mul(reset, tf.matMul(state, byCandidate))));
    state = tf.add(state, tf.mul(update, tf.sub(candidate, state))) as Tensor2D;
    states.push(state);
  }
  const memory = tf.concat(states, 0) as Tensor2D;
  const mixed = tf.relu(
    tf.add(tf.add(tf.matMul(seen, by('fromIn')), tf.matMul(memory, by('fromState'))), by('mixBias')),
  ) as Tensor2D;
  const out = tf.add(tf.matMul(mixed, by('out')), by('outBias'));
  const [gains, expected] = tf.split(out, [MODES.length, 1], 1);
  if (gains === undefined || expected === undefined) throw new Error('the heads were not split');
  return { gains: gains as Tensor2D, expected: expected as Tensor2D };
};
