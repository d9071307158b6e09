import type { LayersModel, Tensor2D } from '@tensorflow/tfjs';
import type { Tensorflow } from './types.ts';

/** What a convolution of three hours looks at, a dilation apart. */
const TAPS = ['before', 'here', 'after'] as const;

/** How large the network is, and which input is the typical shape of a day. */
export interface FlowShape {
  readonly width: number;
  readonly steps: number;
  readonly channels: number;
  readonly dilations: readonly number[];
  readonly shapeColumn: number;
}

/**
 * The weights as dense layers, side by side in one model so that they are saved in TensorFlow.js' own format: the flow
 * between them shifts in time, which no layer of TensorFlow.js does with a gradient on the WASM backend.
 */
export const buildLayers = (tf: Tensorflow, shape: FlowShape, seed: number): LayersModel => {
  const start = (offset: number) => tf.initializers.glorotUniform({ seed: seed * 100 + offset });
  const layer = (name: string, inputs: number, units: number, offset: number, gain = 1) => {
    const input = tf.input({ shape: [inputs], name: `${name}-in` });
    const initializer =
      gain === 1 ? start(offset) : tf.initializers.randomNormal({ stddev: gain, seed: seed * 100 + offset });
    return { input, output: tf.layers.dense({ name, units, kernelInitializer: initializer }).apply(input) };
  };
  const { channels } = shape;
  const all = [
    layer('start', shape.width, channels, 1),
    ...shape.dilations.flatMap((_, place) =>
      TAPS.map((tap, offset) => layer(`conv-${place}-${tap}`, channels, channels, 2 + 3 * place + offset)),
    ),
    layer('detail', channels, 1, 50, 0.01),
    layer('whole', channels, 3, 51, 0.01),
  ];
  return tf.model({
    inputs: all.map(({ input }) => input),
    outputs: all.map(({ output }) => output as ReturnType<typeof tf.input>),
  });
};

/**
 * A product whose gradient transposes first: the WASM backend multiplies plain matrices several times faster than
 * transposed ones, which is what the gradient of tf.matMul asks it for.
 */
const productOf = (tf: Tensorflow, one: Tensor2D, other: Tensor2D): Tensor2D =>
  tf.customGrad<Tensor2D>((...given) => {
    const save = given.at(-1);
    if (typeof save !== 'function') throw new Error('TensorFlow.js gave no way to keep what a gradient needs');
    save([one, other]);
    return {
      value: tf.matMul(one, other),
      gradFunc: (slope, [left = one, right = other]) => [
        tf.matMul(slope, tf.transpose(right)),
        tf.matMul(tf.transpose(left), slope),
      ],
    };
  })(one, other);

/**
 * From [steps · batch × width] inputs (step by step, so that a shift in time is a slice of rows) to [steps · batch × 1].
 * The trend of the day, its peak and its valley come from the mean over all steps, the detail from the step itself.
 */
export const flowOf = (
  tf: Tensorflow,
  layers: LayersModel,
  shape: FlowShape,
  input: Tensor2D,
  batch: number,
): Tensor2D => {
  const { steps, channels } = shape;
  const dense = (name: string, value: Tensor2D): Tensor2D => {
    const [kernel, bias] = layers.getLayer(name).weights;
    if (kernel === undefined || bias === undefined) throw new Error(`no weights of ${name}`);
    return tf.add(productOf(tf, value, kernel.read() as Tensor2D), bias.read());
  };
  const size = (by: number): number => (steps - by) * batch;
  const earlier = (value: Tensor2D, by: number): Tensor2D =>
    tf.pad2d(tf.slice2d(value, [0, 0], [size(by), channels]), [
      [by * batch, 0],
      [0, 0],
    ]);
  const later = (value: Tensor2D, by: number): Tensor2D =>
    tf.pad2d(tf.slice2d(value, [by * batch, 0], [size(by), channels]), [
      [0, by * batch],
      [0, 0],
    ]);
  let flow = tf.relu(dense('start', input));
  shape.dilations.forEach((by, place) => {
    const tap = (name: (typeof TAPS)[number]): Tensor2D => dense(`conv-${place}-${name}`, flow);
    const seen = tf.addN<Tensor2D>([earlier(tap('before'), by), tap('here'), later(tap('after'), by)]);
    flow = tf.add(flow, tf.relu(seen));
  });
  const whole = dense('whole', tf.mean<Tensor2D>(tf.reshape(flow, [steps, batch, channels]), 0));
  const ofDay = (column: number): Tensor2D => tf.tile(tf.slice2d(whole, [0, column], [batch, 1]), [steps, 1]);
  const typical = tf.slice2d(input, [0, shape.shapeColumn], [steps * batch, 1]);
  const peak = tf.mul<Tensor2D>(ofDay(1), tf.relu(typical));
  const valley = tf.mul<Tensor2D>(ofDay(2), tf.relu(tf.neg(typical)));
  return tf.add(tf.add<Tensor2D>(dense('detail', flow), ofDay(0)), tf.add(peak, valley));
};
