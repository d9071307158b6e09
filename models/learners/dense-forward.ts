import type { LayersModel } from '@tensorflow/tfjs';

/**
 * A trained residual network run in plain numbers: for the few rows of a forecast the way to a backend and back costs more
 * than the sums, and a forecast has 10 ms for everything.
 */
export interface DenseNetwork {
  readonly inputs: number;
  readonly width: number;
  /** Kernel [from × to] and bias [to] of each layer: the first, the residual blocks, the last (to 1). */
  readonly layers: readonly { readonly kernel: Float32Array; readonly bias: Float32Array }[];
}

/** Throws where the network is not of this shape. */
export const readDense = (network: LayersModel, inputs: number): DenseNetwork => {
  const weights = network.getWeights();
  const width = weights[0]?.shape[1] ?? 0;
  const layers: DenseNetwork['layers'][number][] = [];
  for (let each = 0; each + 1 < weights.length; each += 2) {
    const from = each === 0 ? inputs : width;
    const to = each + 2 === weights.length ? 1 : width;
    const [kernel, bias] = [weights[each], weights[each + 1]];
    if (kernel?.shape[0] !== from || kernel.shape[1] !== to || bias?.shape[0] !== to)
      throw new Error(`layer ${each / 2} of a network is not [${from}, ${to}]`);
    layers.push({ kernel: Float32Array.from(kernel.dataSync()), bias: Float32Array.from(bias.dataSync()) });
  }
  if (layers.length < 2) throw new Error('a network has no layers');
  return { inputs, width, layers };
};

/** Adds kernelᵀ·values to `out`, [from] → [to]. */
const addProduct = (
  values: Float32Array,
  from: number,
  start: number,
  kernel: Float32Array,
  out: Float32Array,
): void => {
  const to = out.length;
  for (let each = 0; each < from; each += 1) {
    const value = values[start + each] ?? 0;
    if (value === 0) continue;
    const line = each * to;
    for (let unit = 0; unit < to; unit += 1) out[unit] = (out[unit] ?? 0) + value * (kernel[line + unit] ?? 0);
  }
};

/** Adds `factor` times the network's answer to each row of standardised inputs. */
export const runDense = (
  network: DenseNetwork,
  inputs: Float32Array,
  rows: number,
  factor: number,
  into: Float64Array,
): void => {
  const { width, layers } = network;
  const flow = new Float32Array(width);
  const inner = new Float32Array(width);
  const answer = new Float32Array(1);
  for (let row = 0; row < rows; row += 1) {
    layers.forEach(({ kernel, bias }, place) => {
      if (place === layers.length - 1) {
        answer.set(bias);
        addProduct(flow, width, 0, kernel, answer);
        return;
      }
      inner.set(bias);
      if (place === 0) addProduct(inputs, network.inputs, row * network.inputs, kernel, inner);
      else addProduct(flow, width, 0, kernel, inner);
      for (let unit = 0; unit < width; unit += 1)
        flow[unit] = Math.max(0, inner[unit] ?? 0) + (place === 0 ? 0 : (flow[unit] ?? 0));
    });
    into[row] = (into[row] ?? 0) + factor * (answer[0] ?? 0);
  }
};
