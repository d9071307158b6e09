import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Tensorflow } from '../learners/types.ts';
import { shuffled } from '../network/random.ts';
import { POLICY_FEATURES } from './features.ts';
import { MODES } from './modes.ts';
import { runNetwork, SHARPNESS } from './network.ts';
import type { Experience } from './rollout.ts';
import type { PolicySettings } from './settings.ts';

const WIDTH = POLICY_FEATURES.length;
const LARGEST_GRADIENT = 1;
const VALUE_SHARE = 0.5;
const FORBIDDEN = -1e9;
/** A gain beyond this counts as this: what is clearly bad need not be known exactly. */
const LARGEST_GAIN = 1;

interface Said {
  readonly gains: Tensor2D;
  /** Logarithms of the probabilities. */
  readonly odds: Tensor2D;
}

/** Values of the chosen sequences in the order of the network: step by step, `width` numbers each. */
const byStep = (values: ArrayLike<number>, width: number, steps: number, chosen: Int32Array): Float32Array => {
  const out = new Float32Array(chosen.length * steps * width);
  chosen.forEach((sequence, place) => {
    for (let step = 0; step < steps; step += 1) {
      const from = (sequence * steps + step) * width;
      const to = (step * chosen.length + place) * width;
      for (let each = 0; each < width; each += 1) out[to + each] = values[from + each] ?? 0;
    }
  });
  return out;
};

/** Advantages with mean 0 and spread 1 over the steps that count. */
const standardised = ({ advantage, weight }: Experience): Float32Array => {
  let count = 0;
  let sum = 0;
  let squares = 0;
  advantage.forEach((value, at) => {
    if ((weight[at] ?? 0) === 0) return;
    count += 1;
    sum += value;
    squares += value * value;
  });
  const mean = sum / Math.max(1, count);
  const spread = Math.sqrt(Math.max(1e-12, squares / Math.max(1, count) - mean * mean));
  return advantage.map((value) => (value - mean) / spread);
};

/**
 * Two ways to learn from what was played, on one set of weights. `imitate` learns what each mode gains in
 * hindsight, which on the mean is what it gains by what is known; `practise` is proximal policy optimisation (Schulman et al. 2017): clipped ratios, generalised
 * advantages, an entropy bonus.
 */
export const createUpdate = (
  tf: Tensorflow,
  settings: PolicySettings,
  weights: Variable,
  allowed: readonly boolean[],
  random: () => number,
) => {
  const { shape, batch, clip } = settings;
  const optimizer = tf.train.adam(settings.imitationRate);
  const forbidden = tf.tensor2d([allowed.map((may) => (may ? 0 : FORBIDDEN))]);

  const learn = (
    experience: Experience,
    rate: number,
    entropy: number,
    lossOf: (columns: (values: ArrayLike<number>, width: number) => Tensor2D, said: Said) => Tensor,
  ): void => {
    Object.assign(optimizer, { learningRate: rate });
    const { sequences, steps } = experience;
    const order = shuffled(sequences, random);
    for (let from = 0; from < sequences; from += batch) {
      const part = order.subarray(from, Math.min(sequences, from + batch));
      tf.tidy(() => {
        const columns = (values: ArrayLike<number>, width: number): Tensor2D =>
          tf.tensor2d(byStep(values, width, steps, part), [part.length * steps, width]);
        const inputs = columns(experience.inputs, WIDTH);
        const starts = new Float32Array(part.length * shape.hidden);
        part.forEach((sequence, place) => {
          const at = sequence * shape.hidden;
          starts.set(experience.starts.subarray(at, at + shape.hidden), place * shape.hidden);
        });
        const memory = tf.tensor2d(starts, [part.length, shape.hidden]);
        const target = columns(experience.target, 1);
        const weight = columns(experience.weight, 1);
        const total = (): Scalar => {
          const { gains, expected } = runNetwork(tf, shape, weights, inputs, memory, steps);
          // Written out, since each piece has a kernel and a gradient on WASM.
          const scores = tf.add(tf.mul(gains, SHARPNESS), forbidden);
          const shifted = tf.sub(scores, tf.max(scores, 1, true));
          const odds = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true))) as Tensor2D;
          const shares = tf.exp(odds);
          const certainty = tf.sum(tf.mul(shares, tf.maximum(odds, -30)), 1, true);
          const value = tf.square(tf.sub(target, expected));
          const loss = tf.add(
            lossOf(columns, { gains, odds }),
            tf.add(tf.mul(value, VALUE_SHARE), tf.mul(certainty, entropy)),
          );
          return tf.mean(tf.mul(loss, weight));
        };
        const { value, grads } = tf.variableGrads(total, [weights]);
        if (!Number.isFinite(value.dataSync()[0] ?? Number.NaN))
          throw new Error('training diverged: the loss is not a number');
        optimizer.applyGradients(
          Object.entries(grads).map(([name, slope]) => ({
            name,
            tensor: tf.clipByValue(slope, -LARGEST_GRADIENT, LARGEST_GRADIENT),
          })),
        );
      });
    }
  };

  return {
    imitate: (experience: Experience, rate: number): void =>
      learn(experience, rate, 0, (columns, { gains }) => {
        const wanted = tf.clipByValue(columns(experience.gain, MODES.length), -LARGEST_GAIN, LARGEST_GAIN);
        return tf.sum(tf.square(tf.sub(gains, wanted)), 1, true);
      }),
    practise: (experience: Experience, rate: number): void => {
      const advantage = standardised(experience);
      const picked = new Float32Array(experience.chosen.length * MODES.length);
      experience.chosen.forEach((mode, at) => {
        picked[at * MODES.length + mode] = 1;
      });
      learn(experience, rate, settings.entropy, (columns, { odds }) => {
        const gain = columns(advantage, 1);
        const now = tf.sum(tf.mul(tf.maximum(odds, -30), columns(picked, MODES.length)), 1, true);
        const ratio = tf.exp(tf.sub(now, columns(experience.logProbability, 1)));
        const held = tf.minimum(tf.maximum(ratio, 1 - clip), 1 + clip);
        return tf.neg(tf.minimum(tf.mul(ratio, gain), tf.mul(held, gain)));
      });
    },
    dispose: (): void => {
      optimizer.dispose();
      forbidden.dispose();
    },
  };
};
