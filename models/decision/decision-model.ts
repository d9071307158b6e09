import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Tensorflow } from '../learners/types.ts';
import { seededRandom, shuffled } from '../network/random.ts';
import { fitStandardiser, standardise } from '../network/standardise.ts';
import { type DecisionScore, scoreDecisions } from './decision-score.ts';
import type { DecisionRow } from './rows.ts';
import { DECISION_FEATURES } from './situation.ts';

/** What moved one decision: contributions are in logits and add up, with `baseLogit`, to the logit of the probability. */
export interface DecisionExplanation {
  readonly probability: number;
  readonly baseLogit: number;
  /** The weightiest first, with what a sentence needs: the value, what is usual, and which way it points. */
  readonly contributions: readonly {
    readonly name: string;
    readonly unit: string;
    readonly doc: string;
    readonly value: number;
    readonly usual: number;
    readonly logit: number;
  }[];
}

export interface DecisionCard {
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** On the newest fifth of the rows, which a first fit did not see; null with too few rows. */
  readonly heldOut: DecisionScore | null;
}

export interface SavedDecision {
  readonly networks: readonly LayersModel[];
  readonly parts: unknown;
}

export interface FittedDecision {
  /** Probability that the run ends well, 0 to 1; `features` as `decisionFeatures` gives them. */
  probability(features: readonly number[]): number;
  probabilities(rows: readonly (readonly number[])[]): Float32Array;
  explain(features: readonly number[]): DecisionExplanation;
  save(): SavedDecision;
  dispose(): void;
  readonly card: DecisionCard;
}

export interface DecisionOptions {
  readonly seed: number;
  readonly epochs?: number;
  readonly members?: number;
}

const WIDTH = 12;
const BATCH = 512;
const RATE = 0.01;
const DECAY = 1e-3;
/** The season is learnt from a year on; before, it would only tell the past from the future. */
const YEAR_MS = 330 * 86_400_000;
const SEASON = DECISION_FEATURES.flatMap(({ name }, index) => (name.startsWith('season') ? [index] : []));
const PERMUTATIONS = 24;
/** Fewer rows, or an outcome rarer than this, teach nothing. */
const LEAST_ROWS = 200;
const LEAST_OF_A_KIND = 20;

/**
 * [rows, features] → [rows, 1], a logit: a logistic regression plus a small network, so that what is nearly straight needs no
 * network and can be carried beyond what was seen. Kernels and gradients of all of it are there on the WASM backend.
 */
const build = (tf: Tensorflow, inputs: number, seed: number): LayersModel => {
  const start = (offset: number) => tf.initializers.glorotUniform({ seed: seed * 100 + offset });
  const input = tf.input({ shape: [inputs] });
  const inner = tf.layers.dense({ units: WIDTH, activation: 'relu', kernelInitializer: start(1) }).apply(input);
  const bent = tf.layers.dense({ units: 1, useBias: false, kernelInitializer: start(2) }).apply(inner);
  const straight = tf.layers.dense({ units: 1, kernelInitializer: start(3) }).apply(input);
  const out = tf.layers.add().apply([bent, straight] as (typeof input)[]);
  return tf.model({ inputs: input, outputs: out as typeof input });
};

const pick = (source: Float32Array, order: Int32Array, width: number): Float32Array => {
  const out = new Float32Array(order.length * width);
  order.forEach((row, index) => {
    out.set(source.subarray(row * width, (row + 1) * width), index * width);
  });
  return out;
};

/** Cross entropy by Adam with a rate that falls to a tenth. */
const train = (
  tf: Tensorflow,
  network: LayersModel,
  inputs: Float32Array,
  rows: readonly DecisionRow[],
  seed: number,
  epochs: number,
): void => {
  const width = DECISION_FEATURES.length;
  const random = seededRandom(seed);
  const good = Float32Array.from(rows, (row) => (row.good ? 1 : 0));
  const weights = Float32Array.from(rows, (row) => row.weight);
  const kernels = network.trainableWeights.filter((weight) => weight.shape.length === 2);
  for (const [rate, share] of [
    [RATE, 0.7],
    [RATE / 10, 0.3],
  ] as const) {
    const optimizer = tf.train.adam(rate);
    for (let epoch = 0; epoch < Math.ceil(epochs * share); epoch += 1) {
      const order = shuffled(rows.length, random);
      for (let from = 0; from < rows.length; from += BATCH) {
        const some = order.subarray(from, from + BATCH);
        tf.tidy(() => {
          const x = tf.tensor2d(pick(inputs, some, width), [some.length, width]);
          const y = tf.tensor2d(pick(good, some, 1), [some.length, 1]);
          const w = tf.tensor2d(pick(weights, some, 1), [some.length, 1]);
          optimizer.minimize(() => {
            const sure = tf.sigmoid(network.apply(x, { training: true }) as Tensor2D);
            const yes = tf.mul(y, tf.log(tf.add(sure, 1e-6)));
            const no = tf.mul(tf.sub(1, y), tf.log(tf.sub(1 + 1e-6, sure)));
            const sizes = kernels.map((kernel) => tf.sum(tf.square(kernel.read())));
            const penalty = sizes.reduce((sum, each) => tf.add(sum, each), tf.scalar(0));
            const fit = tf.mean(tf.mul(tf.neg(tf.add(yes, no)), w));
            return tf.add(fit, tf.mul(penalty, DECAY)).asScalar();
          });
        });
      }
    }
    optimizer.dispose();
  }
};

const savedSchema = z.object({
  mean: z.array(z.number()).length(DECISION_FEATURES.length),
  spread: z.array(z.number()).length(DECISION_FEATURES.length),
  card: z.custom<DecisionCard>((value) => typeof value === 'object' && value !== null && 'heldOut' in value),
});
type Parts = z.infer<typeof savedSchema>;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const fitted = (tf: Tensorflow, networks: readonly LayersModel[], parts: Parts): FittedDecision => {
  const logits = (rows: readonly (readonly number[])[]): Float32Array => {
    const out = new Float32Array(rows.length);
    if (rows.length === 0) return out;
    tf.tidy(() => {
      const tensor = tf.tensor2d(standardise(rows, parts), [rows.length, parts.mean.length]);
      for (const network of networks)
        (network.predict(tensor) as Tensor2D).dataSync().forEach((logit, row) => {
          out[row] = (out[row] ?? 0) + logit / networks.length;
        });
    });
    return out;
  };
  return {
    card: parts.card,
    probabilities: (rows) => logits(rows).map(sigmoid),
    probability: (features) => sigmoid(logits([features])[0] ?? 0),
    explain: (features) => {
      // Shapley values (Štrumbelj and Kononenko 2014) against the usual values: inputs change over one by one, in random
      // orders, each forwards and backwards; what each change moves is averaged.
      const random = seededRandom(1);
      const width = features.length;
      const orders = Array.from({ length: PERMUTATIONS / 2 }, () => [...shuffled(width, random)]).flatMap((order) => [
        order,
        order.toReversed(),
      ]);
      const rows = orders.flatMap((order) => {
        const row = [...parts.mean];
        return [
          [...row],
          ...order.map((feature) => {
            row[feature] = features[feature] ?? 0;
            return [...row];
          }),
        ];
      });
      const values = logits(rows);
      const moved = new Float64Array(width);
      orders.forEach((order, index) => {
        order.forEach((feature, place) => {
          const at = index * (width + 1) + place;
          moved[feature] = (moved[feature] ?? 0) + ((values[at + 1] ?? 0) - (values[at] ?? 0)) / orders.length;
        });
      });
      return {
        probability: sigmoid(values[width] ?? 0),
        baseLogit: values[0] ?? 0,
        contributions: DECISION_FEATURES.map((feature, index) => ({
          ...feature,
          value: features[index] ?? 0,
          usual: parts.mean[index] ?? 0,
          logit: moved[index] ?? 0,
        })).toSorted((one, other) => Math.abs(other.logit) - Math.abs(one.logit)),
      };
    },
    save: () => ({ networks, parts }),
    dispose: () => {
      for (const network of networks) network.dispose();
    },
  };
};

const hasBoth = (rows: readonly DecisionRow[]): boolean => {
  const good = rows.filter((row) => row.good).length;
  return rows.length >= LEAST_ROWS && good >= LEAST_OF_A_KIND && rows.length - good >= LEAST_OF_A_KIND;
};

const trainMembers = (
  tf: Tensorflow,
  rows: readonly DecisionRow[],
  { seed, epochs = 24, members = 2 }: DecisionOptions,
): {
  readonly networks: readonly LayersModel[];
  readonly mean: readonly number[];
  readonly spread: readonly number[];
} => {
  const features = rows.map((row) => row.features);
  const found = fitStandardiser(features, DECISION_FEATURES.length);
  const isYear = (rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0) >= YEAR_MS;
  // A spread beyond measure makes an input vanish.
  const spread = found.spread.map((each, index) => (!isYear && SEASON.includes(index) ? 1e9 : each));
  const standardiser = { mean: found.mean, spread };
  const inputs = standardise(features, standardiser);
  const networks = Array.from({ length: members }, (_, member) => {
    const network = build(tf, DECISION_FEATURES.length, seed + member);
    train(tf, network, inputs, rows, seed + member, epochs);
    return network;
  });
  return { networks, ...standardiser };
};

/**
 * Learns whether running a flexible load now ends well. Null where there are too few rows, or nearly all ended the same way.
 * Deterministic for a seed; the caller disposes of what it gets.
 */
export const fitDecision = (
  tf: Tensorflow,
  rows: readonly DecisionRow[],
  options: DecisionOptions,
): FittedDecision | null => {
  const sorted = rows.toSorted((one, other) => one.at - other.at);
  if (!hasBoth(sorted)) return null;
  const split = Math.floor(sorted.length * 0.8);
  const card = {
    rows: sorted.length,
    from: sorted[0]?.at ?? 0,
    to: sorted.at(-1)?.at ?? 0,
    seed: options.seed,
    heldOut: null,
  };
  // Two days between, so that no outcome of the one reaches into the other.
  const until = (sorted[split]?.at ?? 0) - 2 * 86_400_000;
  const older = sorted.filter((row) => row.at < until);
  const newer = sorted.slice(split);
  let heldOut: DecisionScore | null = null;
  if (hasBoth(older)) {
    const { networks, mean, spread } = trainMembers(tf, older, options);
    const first = fitted(tf, networks, { mean: [...mean], spread: [...spread], card });
    heldOut = scoreDecisions(
      newer.map((row) => row.good),
      first.probabilities(newer.map((row) => row.features)),
    );
    first.dispose();
  }
  const { networks, mean, spread } = trainMembers(tf, sorted, options);
  return fitted(tf, networks, { mean: [...mean], spread: [...spread], card: { ...card, heldOut } });
};

/** The inverse of save; throws on parts that it did not write. */
export const restoreDecision = (tf: Tensorflow, saved: SavedDecision): FittedDecision =>
  fitted(tf, saved.networks, savedSchema.parse(saved.parts));
