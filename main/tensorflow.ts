import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tensorflow } from '../models/learners/types.ts';
import { messageOf } from './result.ts';

export interface Backend {
  readonly tf: Tensorflow;
  /** `wasm`, or `cpu` with what kept WASM from starting. */
  readonly name: string;
}

/**
 * TensorFlow.js on its WASM backend, or on the plain CPU backend (3 to 7 times slower) where WASM does not start. The
 * packages are CommonJS and find their .wasm files by path, hence require.
 */
export const loadTensorflow = async (): Promise<Backend> => {
  const require = createRequire(import.meta.url);
  const tf: Tensorflow = require('@tensorflow/tfjs');
  tf.env().set('PROD', true); // Keeps its advice to install another backend off the console.
  try {
    const wasm: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm');
    const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
    wasm.setWasmPaths(`${join(folder, 'dist')}/`);
    if (await tf.setBackend('wasm')) return { tf, name: 'wasm' };
    await tf.setBackend('cpu');
    return { tf, name: 'cpu (WASM did not start)' };
  } catch (thrown) {
    await tf.setBackend('cpu');
    return { tf, name: `cpu (WASM: ${messageOf(thrown)})` };
  }
};
