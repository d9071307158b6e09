import { POLICY_FEATURES } from './features.ts';
import { offsetsOf, type PolicyShape, weightCount } from './network.ts';

/** The trained network in plain arithmetic: one step of one home in microseconds, without TensorFlow.js. */
export interface Actor {
  /** Reads `inputs` from `at` on, moves `memory` on, and writes the gain of each mode and the expected loss to `out`. */
  step(inputs: Float32Array, at: number, memory: Float32Array, out: Float32Array): void;
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** `out` += row vector × matrix at `offset` of the weights, [rows × columns]. */
const addProduct = (
  weights: Float32Array,
  offset: number,
  row: Float32Array,
  from: number,
  rows: number,
  out: Float32Array,
): void => {
  const columns = out.length;
  for (let r = 0; r < rows; r += 1) {
    const value = row[from + r] ?? 0;
    if (value === 0) continue;
    const at = offset + r * columns;
    for (let c = 0; c < columns; c += 1) out[c] = (out[c] ?? 0) + value * (weights[at + c] ?? 0);
  }
};

export const createActor = (shape: PolicyShape, weights: Float32Array): Actor => {
  if (weights.length !== weightCount(shape))
    throw new Error(`a policy of ${weights.length} weights should have ${weightCount(shape)}`);
  const { dense, hidden } = shape;
  const inputs = POLICY_FEATURES.length;
  const offsets = offsetsOf(shape);
  const at = (name: string): number => offsets.get(name) ?? Number.NaN;
  const [first, firstBias, drive, driveBias] = [at('in'), at('inBias'), at('driven'), at('drivenBias')];
  const [gates, candidate, fromIn, fromState] = [at('gates'), at('candidate'), at('fromIn'), at('fromState')];
  const [mixBias, last, lastBias] = [at('mixBias'), at('out'), at('outBias')];
  const seen = new Float32Array(dense);
  const driven = new Float32Array(3 * hidden);
  const gated = new Float32Array(2 * hidden);
  const recalled = new Float32Array(hidden);
  const mixed = new Float32Array(dense);
  const begin = (out: Float32Array, bias: number): void => {
    for (let c = 0; c < out.length; c += 1) out[c] = weights[bias + c] ?? 0;
  };
  const rectify = (values: Float32Array): void => {
    for (let c = 0; c < values.length; c += 1) if ((values[c] ?? 0) < 0) values[c] = 0;
  };
  return {
    step: (row, place, memory, out) => {
      begin(seen, firstBias);
      addProduct(weights, first, row, place, inputs, seen);
      rectify(seen);
      begin(driven, driveBias);
      addProduct(weights, drive, seen, 0, dense, driven);
      gated.fill(0);
      addProduct(weights, gates, memory, 0, hidden, gated);
      recalled.fill(0);
      addProduct(weights, candidate, memory, 0, hidden, recalled);
      for (let unit = 0; unit < hidden; unit += 1) {
        const update = sigmoid((driven[unit] ?? 0) + (gated[unit] ?? 0));
        const reset = sigmoid((driven[hidden + unit] ?? 0) + (gated[hidden + unit] ?? 0));
        const fresh = Math.tanh((driven[2 * hidden + unit] ?? 0) + reset * (recalled[unit] ?? 0));
        const before = memory[unit] ?? 0;
        memory[unit] = before + update * (fresh - before);
      }
      begin(mixed, mixBias);
      addProduct(weights, fromIn, seen, 0, dense, mixed);
      addProduct(weights, fromState, memory, 0, hidden, mixed);
      rectify(mixed);
      begin(out, lastBias);
      addProduct(weights, last, mixed, 0, dense, out);
    },
  };
};
