import type { LayersModel, Optimizer, Scalar, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import { seededRandom, shuffled } from '../network/random.ts';
import { buildLayers, type FlowShape, flowOf } from './day-flow.ts';
import { type DaySequences, daySequencesOf } from './day-sequences.ts';
import { countedRows } from './rows.ts';
import { type ColumnScale, scaled, scaleOf } from './standardise.ts';
import type { FittedLearner, Learner, LearningRows, Tensorflow } from './types.ts';

export interface TemporalConvolutionOptions {
  readonly name?: string;
  /** The column that places a row within its sequence, as an hour does in a day: 0 … steps − 1. */
  readonly stepColumn: number;
  readonly steps?: number;
  /** A column of the typical shape of a day: a peak lifts where it is high, a valley sinks where it is low. */
  readonly shapeColumn: number;
  readonly channels?: number;
  readonly dilations?: readonly number[];
  readonly epochs?: number;
  /** Sequences a step of learning. */
  readonly batch?: number;
  readonly rate?: number;
  /** Weight decay (L2) on all kernels. */
  readonly decay?: number;
  /** Share of the inputs that are hidden from a sequence while it is learnt from. */
  readonly dropout?: number;
  /** Networks from different starts, whose mean is the answer. */
  readonly networks?: number;
}

/** Inputs further out than this many spreads count as this far. */
const LIMIT = 5;
/** Errors up to about here count by their square, beyond by their size. */
const BEND = 0.3;
/** Shares of the passes, with the share of the rate that each has: slower towards the end, so that it settles. */
const STRETCHES = [
  { passes: 0.6, rate: 1 },
  { passes: 0.25, rate: 0.3 },
  { passes: 0.15, rate: 0.1 },
] as const;

/** Values of the rows at the places of some sequences, step by step: [steps · some × width]. */
const stepByStep = (x: Float32Array, width: number, { rows, steps }: DaySequences, some: Int32Array): Float32Array => {
  const out = new Float32Array(steps * some.length * width);
  let at = 0;
  for (let step = 0; step < steps; step += 1)
    for (const sequence of some) {
      const row = rows[sequence * steps + step] ?? 0;
      out.set(x.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  return out;
};

/** Hides a share of the columns of each sequence, all day long: the usual value stands there instead. */
const hide = (
  values: Float32Array,
  width: number,
  some: number,
  steps: number,
  share: number,
  random: () => number,
) => {
  for (let sequence = 0; sequence < some; sequence += 1)
    for (let column = 0; column < width; column += 1) {
      if (random() >= share) continue;
      for (let step = 0; step < steps; step += 1) values[(step * some + sequence) * width + column] = 0;
    }
};

const savedSchema = z.object({
  scale: z.object({ mean: z.array(z.number()), spread: z.array(z.number()) }),
  steps: z.int().min(1),
  channels: z.int().min(1),
  dilations: z.array(z.int().min(1)),
  shapeColumn: z.int().min(0),
  stepColumn: z.int().min(0),
});

const fitted = (
  tf: Tensorflow,
  networks: readonly LayersModel[],
  scale: ColumnScale,
  shape: FlowShape,
  stepColumn: number,
): FittedLearner => ({
  predict: (rows) => {
    const sequences = daySequencesOf(rows, stepColumn, shape.steps);
    const { count, steps } = sequences;
    if (count === 0) return new Float64Array(0);
    const all = Int32Array.from({ length: count }, (_, sequence) => sequence);
    const x = stepByStep(scaled(rows.inputs, scale, LIMIT), shape.width, sequences, all);
    const values = tf.tidy(() => {
      const input = tf.tensor2d(x, [steps * count, shape.width]);
      return networks.map((network) => flowOf(tf, network, shape, input, count).dataSync());
    });
    return Float64Array.from(sequences.placeOf, (place) => {
      const at = (place % steps) * count + Math.floor(place / steps);
      return values.reduce((sum, value) => sum + (value[at] ?? 0), 0) / networks.length;
    });
  },
  save: () => {
    const { steps, channels, dilations, shapeColumn } = shape;
    return { parts: { scale, steps, channels, dilations, shapeColumn, stepColumn }, networks };
  },
  dispose: () => {
    for (const network of networks) network.dispose();
  },
});

/**
 * A dilated convolution over the hours of a day (Bai, Kolter, Koltun, "An empirical evaluation of generic convolutional
 * and recurrent networks for sequence modeling", 2018) with lags as channels, so that its reach covers the days before as
 * well. All hours come out at once, as trend + peak + valley + detail. It looks both ways, since every input of every hour
 * is known at the origin. The loss is nearly the absolute error.
 */
export const createTemporalConvolution = (options: TemporalConvolutionOptions): Learner => {
  const { steps = 24, channels = 16, dilations = [1, 3, 8], epochs = 24, batch = 32, rate = 4e-3 } = options;
  const { decay = 1e-4, dropout = 0.2, networks: count = 2, stepColumn, shapeColumn } = options;

  const learn = async (
    rows: LearningRows,
    x: Float32Array,
    shape: FlowShape,
    { tf, seed, tick }: Parameters<Learner['fit']>[1],
    sequences: DaySequences,
  ): Promise<LayersModel | null> => {
    const random = seededRandom(seed);
    const layers = buildLayers(tf, shape, seed);
    const kernels = layers.trainableWeights.filter(({ shape: size }) => size.length === 2);
    // Where a sequence shows a row that is not there, nothing is to be learnt.
    const weights = Float32Array.from(sequences.rows, (row, place) =>
      sequences.own[place] === 1 ? (rows.weights[row] ?? 0) : 0,
    );
    const weightOf = (some: Int32Array): Float32Array =>
      Float32Array.from({ length: steps * some.length }, (_, at) => {
        const sequence = some[at % some.length] ?? 0;
        return weights[sequence * steps + Math.floor(at / some.length)] ?? 0;
      });
    const lossOf = (input: Tensor2D, targets: Tensor2D, weight: Tensor2D, size: number): Scalar => {
      const error = tf.sub(targets, flowOf(tf, layers, shape, input, size));
      const bent = tf.sub(tf.sqrt(tf.add(tf.square(error), BEND * BEND)), BEND);
      const sizes = kernels.map((kernel) => tf.sum<Scalar>(tf.square(kernel.read())));
      const fit = tf.mean<Scalar>(tf.mul(bent, weight));
      return sizes.reduce((sum, each) => tf.add(sum, tf.mul(each, decay)), fit);
    };
    const pass = (optimizer: Optimizer): void => {
      const order = shuffled(sequences.count, random);
      for (let from = 0; from < order.length; from += batch) {
        const some = order.subarray(from, from + batch);
        const inputs = stepByStep(x, shape.width, sequences, some);
        hide(inputs, shape.width, some.length, steps, dropout, random);
        tf.tidy(() => {
          const input = tf.tensor2d(inputs, [steps * some.length, shape.width]);
          const targets = tf.tensor2d(stepByStep(rows.targets, 1, sequences, some), [steps * some.length, 1]);
          const weight = tf.tensor2d(weightOf(some), [steps * some.length, 1]);
          optimizer.minimize(() => lossOf(input, targets, weight, some.length));
        });
      }
    };
    let done = 0;
    for (const stretch of STRETCHES) {
      const optimizer = tf.train.adam(rate * stretch.rate);
      try {
        for (let left = Math.max(1, Math.round(stretch.passes * epochs)); left > 0; left -= 1) {
          pass(optimizer);
          done += 1;
          if (await tick(Math.min(1, done / epochs))) continue;
          layers.dispose();
          return null;
        }
      } finally {
        optimizer.dispose();
      }
    }
    return layers;
  };

  return {
    name: options.name ?? 'temporal-convolution',
    sequential: true,
    fit: async (rows, context) => {
      const scale = scaleOf(countedRows(rows));
      const shape: FlowShape = { width: rows.inputs.width, steps, channels, dilations, shapeColumn };
      const x = scaled(rows.inputs, scale, LIMIT);
      const sequences = daySequencesOf(rows, stepColumn, steps);
      const learnt: LayersModel[] = [];
      for (let network = 0; network < count; network += 1) {
        const tick = (share: number): Promise<boolean> => context.tick((network + share) / count);
        const one = await learn(rows, x, shape, { ...context, seed: context.seed * 10 + network, tick }, sequences);
        if (one === null) {
          for (const each of learnt) each.dispose();
          return null;
        }
        learnt.push(one);
      }
      return fitted(context.tf, learnt, scale, shape, stepColumn);
    },
    restore: (tf, saved) => {
      const parts = savedSchema.parse(saved.parts);
      if (saved.networks.length === 0) throw new Error('a temporal convolution without networks');
      return fitted(tf, saved.networks, parts.scale, { ...parts, width: parts.scale.mean.length }, parts.stepColumn);
    },
  };
};
