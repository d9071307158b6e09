export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What exactly was measured, in a few words. */
  readonly note: string;
}

export type Bench = (folder: string) => Promise<readonly Figure[]>;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The smallest value that so many of a hundred do not exceed. */
export const percentile = (values: readonly number[], of: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil((values.length * of) / 100) - 1] ?? Number.NaN;
