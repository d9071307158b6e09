import type { LayersModel } from '@tensorflow/tfjs';

/** TensorFlow.js is handed in by whoever knows where it runs and on which backend. */
export type Tensorflow = typeof import('@tensorflow/tfjs');

/** One input of a model: its name, unit and meaning, as the card shows it. */
export interface FeatureDoc {
  readonly name: string;
  readonly unit: string;
  readonly doc: string;
}

/** Rows side by side in one array, [rows × width]; never NaN. */
export interface Matrix {
  readonly rows: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** What a learner learns from: one target a row. */
export interface LearningRows {
  readonly inputs: Matrix;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
  /** The origin (forecast) that each row belongs to, and its hours ahead: rows of one origin stand together by lead. */
  readonly origins: Int32Array;
  readonly leads: Int16Array;
}

export interface FitOptions {
  readonly tf: Tensorflow;
  readonly seed: number;
  /** Called now and then with a share 0 to 1, so that other work gets its turn; answers false to end. */
  readonly tick: (share: number) => Promise<boolean>;
}

/** What a fitted learner is made of: plain JSON, and networks where it has some. */
export interface SavedLearner {
  readonly parts: unknown;
  readonly networks: readonly LayersModel[];
}

/** Rows of the same shape without targets: [rows × width], with their origins and leads. */
export type AskedRows = Pick<LearningRows, 'inputs' | 'origins' | 'leads'>;

export interface FittedLearner {
  /** One value a row, in the unit of the targets. */
  predict(rows: AskedRows): Float64Array;
  save(): SavedLearner;
  dispose(): void;
}

/** A method that learns a number from a row of numbers: deterministic for a seed. */
export interface Learner {
  readonly name: string;
  /** True where a row's value depends on the other rows of its origin, so that a row cannot be asked alone. */
  readonly sequential?: boolean;
  /** Null when it was ended. */
  fit(rows: LearningRows, options: FitOptions): Promise<FittedLearner | null>;
  /** The inverse of save; throws on parts that it did not write. */
  restore(tf: Tensorflow, saved: SavedLearner): FittedLearner;
}
