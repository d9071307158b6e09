import type { LayersModel, Scalar, Tensor2D } from '@tensorflow/tfjs';
import { seededRandom, shuffled } from './random.ts';

/** TensorFlow.js is handed in by whoever knows where it runs and on which backend. */
export type Tensorflow = typeof import('@tensorflow/tfjs');

/** The quantiles that every forecaster gives, in this order. */
const QUANTILES = [0.1, 0.5, 0.9] as const;
/** How much of the squared error the middle quantile minds beside its pinball loss. */
const SQUARED_SHARE = 0.4;

export interface NetworkShape {
  readonly inputs: number;
  readonly width: number;
  readonly blocks: number;
}

/**
 * A small dense residual network: [rows, inputs] → [rows, 3] (low, middle, high of the scaled residual). Only dense,
 * relu and add: all of them have kernels and gradients on the WASM backend.
 */
export const buildNetwork = (tf: Tensorflow, shape: NetworkShape, seed: number): LayersModel => {
  const start = (offset: number) => tf.initializers.glorotUniform({ seed: seed * 100 + offset });
  const input = tf.input({ shape: [shape.inputs] });
  let flow = tf.layers
    .dense({ units: shape.width, activation: 'relu', kernelInitializer: start(1) })
    .apply(input) as ReturnType<typeof tf.input>;
  for (let block = 0; block < shape.blocks; block += 1) {
    const inner = tf.layers
      .dense({ units: shape.width, activation: 'relu', kernelInitializer: start(2 + block) })
      .apply(flow);
    flow = tf.layers.add().apply([flow, inner as typeof flow]) as typeof flow;
  }
  const out = tf.layers.dense({ units: QUANTILES.length, kernelInitializer: start(50) }).apply(flow);
  return tf.model({ inputs: input, outputs: out as typeof flow });
};

/** Standardised inputs [rows × inputs], scaled residuals [rows] and the weight of each row. */
export interface TrainingRows {
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

export interface TrainingOptions {
  readonly seed: number;
  readonly batch: number;
  /** Passes over the rows, with the learning rate of each stretch. */
  readonly stretches: readonly { readonly epochs: number; readonly rate: number }[];
  /** Weight decay (L2) on all kernels. */
  readonly decay: number;
  /** Called after each pass with the mean loss; may wait, so that other work gets its turn. Answers false to end. */
  readonly afterEpoch: (done: number, of: number, loss: number) => Promise<boolean>;
}

/** [rows × from] rows picked in the given order. */
const gather = (source: Float32Array, order: Int32Array, from: number, to: number, width: number): Float32Array => {
  const out = new Float32Array((to - from) * width);
  for (let row = from; row < to; row += 1) {
    const start = (order[row] ?? 0) * width;
    out.set(source.subarray(start, start + width), (row - from) * width);
  }
  return out;
};

/**
 * Trains with the pinball loss of the three quantiles, the middle one mixed with a squared error, since a
 * plan adds up energy and the mean matters to it as much as the median. Answers whether it ran to its end.
 */
export const trainNetwork = async (
  tf: Tensorflow,
  network: LayersModel,
  rows: TrainingRows,
  options: TrainingOptions,
): Promise<boolean> => {
  const count = rows.targets.length;
  const width = rows.inputs.length / Math.max(1, count);
  const random = seededRandom(options.seed);
  const total = options.stretches.reduce((sum, stretch) => sum + stretch.epochs, 0);
  const quantiles = tf.tensor2d([...QUANTILES], [1, QUANTILES.length]);
  const middle = tf.tensor2d([0, SQUARED_SHARE, 0], [1, QUANTILES.length]);
  const kernels = network.trainableWeights.filter((weight) => weight.shape.length === 2);
  let done = 0;
  try {
    for (const stretch of options.stretches) {
      const optimizer = tf.train.adam(stretch.rate);
      try {
        for (let epoch = 0; epoch < stretch.epochs; epoch += 1) {
          const order = shuffled(count, random);
          let loss = 0;
          for (let from = 0; from < count; from += options.batch) {
            const to = Math.min(count, from + options.batch);
            loss += tf.tidy(() => {
              const inputs = tf.tensor2d(gather(rows.inputs, order, from, to, width), [to - from, width]);
              const targets = tf.tensor2d(gather(rows.targets, order, from, to, 1), [to - from, 1]);
              const weights = tf.tensor2d(gather(rows.weights, order, from, to, 1), [to - from, 1]);
              const lossOf = (): Scalar => {
                const error = tf.sub(targets, network.apply(inputs, { training: true }) as Tensor2D);
                const pinball = tf.maximum(tf.mul(error, quantiles), tf.mul(error, tf.sub(quantiles, 1)));
                const squared = tf.mul(tf.square(error), middle);
                const fit = tf.mean(tf.mul(tf.add(pinball, squared), weights));
                const size = kernels.map((kernel) => tf.sum(tf.square(kernel.read())));
                const penalty = size.reduce((sum, each) => tf.add(sum, each), tf.scalar(0));
                return tf.add(fit, tf.mul(penalty, options.decay)) as Scalar;
              };
              const value = optimizer.minimize(lossOf, true);
              return (value?.dataSync()[0] ?? Number.NaN) * (to - from);
            });
          }
          done += 1;
          if (!Number.isFinite(loss)) throw new Error('training diverged: the loss is not a number');
          if (!(await options.afterEpoch(done, total, loss / count))) return false;
        }
      } finally {
        optimizer.dispose();
      }
    }
    return true;
  } finally {
    quantiles.dispose();
    middle.dispose();
  }
};

/** Scaled residuals [rows × 3], each row in ascending order, as the mean of the networks. */
export const predictNetworks = (
  tf: Tensorflow,
  networks: readonly LayersModel[],
  inputs: Float32Array,
  count: number,
): Float32Array => {
  if (count === 0) return new Float32Array(0);
  const sum = new Float32Array(count * QUANTILES.length);
  tf.tidy(() => {
    const tensor = tf.tensor2d(inputs, [count, inputs.length / count]);
    for (const network of networks) {
      const out = (network.predict(tensor) as Tensor2D).dataSync();
      for (let index = 0; index < sum.length; index += 1)
        sum[index] = (sum[index] ?? 0) + (out[index] ?? Number.NaN) / networks.length;
    }
  });
  for (let row = 0; row < count; row += 1) sum.subarray(row * 3, row * 3 + 3).sort();
  return sum;
};
