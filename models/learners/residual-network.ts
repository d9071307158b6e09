import type { LayersModel, Scalar, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import { seededRandom, shuffled } from '../network/random.ts';
import { type DenseNetwork, readDense, runDense } from './dense-forward.ts';
import { type CountedRows, countedRows, weightedMean } from './rows.ts';
import { type ColumnScale, scaled, scaleOf } from './standardise.ts';
import type { FittedLearner, Learner, Tensorflow } from './types.ts';

export interface ResidualNetworkOptions {
  readonly name?: string;
  readonly width?: number;
  readonly blocks?: number;
  /** Networks that differ by their seed; their mean counts. */
  readonly members?: number;
  readonly batch?: number;
  /** Passes over the rows, with the learning rate of each stretch. */
  readonly stretches?: readonly { readonly epochs: number; readonly rate: number }[];
  /** Weight decay apart from the loss (Loshchilov and Hutter 2019): a share of each kernel a step, times the rate. */
  readonly decay?: number;
  /** How much of the loss is a pseudo-Huber one, which minds single large errors less; the rest is squared. */
  readonly huberShare?: number;
}

type Settings = Required<Omit<ResidualNetworkOptions, 'name'>>;

/** Inputs further out than this many spreads count as this far. */
const LIMIT = 5;
const STRETCHES = [
  { epochs: 8, rate: 0.004 },
  { epochs: 4, rate: 0.0012 },
  { epochs: 2, rate: 0.0004 },
] as const;

interface Parts {
  readonly scale: ColumnScale;
  /** Mean and spread of the targets. A spread of 0 says that they were all the same. */
  readonly mean: number;
  readonly spread: number;
}
const savedSchema: z.ZodType<Parts> = z.object({
  scale: z.object({ mean: z.array(z.number()), spread: z.array(z.number()) }),
  mean: z.number(),
  spread: z.number(),
});

/** Dense, relu and add only: they have kernels and gradients on WASM. It starts at 0, that is at the base of the design. */
const build = (tf: Tensorflow, inputs: number, { width, blocks }: Settings, seed: number): LayersModel => {
  const start = (offset: number) => tf.initializers.heUniform({ seed: seed * 100 + offset });
  const input = tf.input({ shape: [inputs] });
  const dense = (offset: number) =>
    tf.layers.dense({ units: width, activation: 'relu', kernelInitializer: start(offset) });
  let flow = dense(1).apply(input) as ReturnType<typeof tf.input>;
  for (let block = 0; block < blocks; block += 1) {
    const inner = dense(2 + block).apply(flow) as typeof flow;
    flow = tf.layers.add().apply([flow, inner]) as typeof flow;
  }
  const out = tf.layers.dense({ units: 1, kernelInitializer: 'zeros' }).apply(flow);
  return tf.model({ inputs: input, outputs: out as typeof flow });
};

const gather = (source: Float32Array, order: Int32Array, width: number): Float32Array => {
  const out = new Float32Array(order.length * width);
  order.forEach((row, place) => {
    out.set(source.subarray(row * width, (row + 1) * width), place * width);
  });
  return out;
};

/** Standardised inputs and targets with the weight of each row. */
interface ScaledRows {
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
}

/** Trains one network in place; false where `tick` ended it. */
const train = async (
  tf: Tensorflow,
  network: LayersModel,
  rows: ScaledRows,
  settings: Settings,
  random: () => number,
  tick: (share: number) => Promise<boolean>,
): Promise<boolean> => {
  const count = rows.targets.length;
  const width = rows.inputs.length / count;
  const { batch, huberShare, decay } = settings;
  const epochs = settings.stretches.reduce((sum, stretch) => sum + stretch.epochs, 0);
  const kernels = network.trainableWeights.filter((weight) => weight.shape.length === 2);
  /** The loss of the rows `order`, after one step against its slope. */
  const step = (optimizer: ReturnType<typeof tf.train.adam>, order: Int32Array): number =>
    tf.tidy(() => {
      const inputs = tf.tensor2d(gather(rows.inputs, order, width), [order.length, width]);
      const targets = tf.tensor2d(gather(rows.targets, order, 1), [order.length, 1]);
      const weights = tf.tensor2d(gather(rows.weights, order, 1), [order.length, 1]);
      const lossOf = (): Scalar => {
        const error = tf.sub(targets, network.apply(inputs, { training: true }) as Tensor2D);
        const squared = tf.square(error);
        const huber = tf.sub(tf.sqrt(tf.add(squared, 1)), 1);
        // Half the square, so that both parts mind small errors alike.
        const mixed = tf.add(tf.mul(squared, (1 - huberShare) / 2), tf.mul(huber, huberShare));
        return tf.mean(tf.mul(mixed, weights));
      };
      return optimizer.minimize(lossOf, true)?.dataSync()[0] ?? Number.NaN;
    });
  let done = 0;
  for (const { epochs: passes, rate } of settings.stretches) {
    const optimizer = tf.train.adam(rate);
    try {
      for (let epoch = 0; epoch < passes; epoch += 1) {
        const order = shuffled(count, random);
        let steps = 0;
        for (let from = 0; from < count; from += batch) {
          const loss = step(optimizer, order.subarray(from, Math.min(count, from + batch)));
          if (!Number.isFinite(loss)) throw new Error('training diverged: the loss is not a number');
          steps += 1;
        }
        tf.tidy(() => {
          for (const kernel of kernels) kernel.write(tf.mul(kernel.read(), 1 - Math.min(0.5, decay * rate * steps)));
        });
        done += 1;
        if (!(await tick(done / epochs))) return false;
      }
    } finally {
      optimizer.dispose();
    }
  }
  return true;
};

const fitted = (parts: Parts, networks: readonly LayersModel[]): FittedLearner => {
  const dense: readonly DenseNetwork[] = networks.map((network) => readDense(network, parts.scale.mean.length));
  return {
    predict: ({ inputs }) => {
      const out = new Float64Array(inputs.rows);
      const x = scaled(inputs, parts.scale, LIMIT);
      for (const network of dense) runDense(network, x, inputs.rows, 1 / dense.length, out);
      return out.map((value) => parts.mean + parts.spread * value);
    },
    save: () => ({ parts, networks }),
    dispose: () => {
      for (const network of networks) network.dispose();
    },
  };
};

const partsOf = (rows: CountedRows): Parts => {
  const mean = weightedMean(rows.targets, rows.weights);
  const variance = weightedMean(
    Float64Array.from(rows.targets, (target) => (target - mean) ** 2),
    rows.weights,
  );
  return { scale: scaleOf(rows), mean, spread: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 0 };
};

/** A few small dense residual networks that learn the mean, each from its own seed. */
export const createResidualNetwork = (options: ResidualNetworkOptions = {}): Learner => {
  const settings: Settings = {
    width: options.width ?? 32,
    blocks: options.blocks ?? 2,
    members: options.members ?? 3,
    batch: options.batch ?? 256,
    stretches: options.stretches ?? STRETCHES,
    decay: options.decay ?? 0.05,
    huberShare: options.huberShare ?? 0.3,
  };
  return {
    name: options.name ?? 'residual-network',
    fit: async (learning, { tf, seed, tick }) => {
      const rows = countedRows(learning);
      const parts = partsOf(rows);
      const { mean, spread } = parts;
      const ready: ScaledRows = {
        inputs: scaled(rows.inputs, parts.scale, LIMIT),
        targets: rows.targets.map((target) => (target - mean) / (spread || 1)),
        weights: Float32Array.from(rows.weights),
      };
      const networks: LayersModel[] = [];
      let complete = false;
      try {
        for (let member = 0; member < settings.members; member += 1) {
          const network = build(tf, rows.inputs.width, settings, seed * 100 + member);
          networks.push(network);
          if (spread === 0) continue;
          const random = seededRandom(seed * 1000 + member);
          const share = (of: number) => tick((member + of) / settings.members);
          if (!(await train(tf, network, ready, settings, random, share))) return null;
        }
        complete = true;
        return fitted(parts, networks);
      } finally {
        if (!complete) for (const network of networks) network.dispose();
      }
    },
    restore: (_, saved) => {
      if (saved.networks.length === 0) throw new Error('a residual network was saved without its networks');
      return fitted(savedSchema.parse(saved.parts), saved.networks);
    },
  };
};
