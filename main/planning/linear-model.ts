import type { ModelData } from 'highs';

/** A column or a row of a model under construction. */
export interface ColumnSpec {
  readonly cost?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly integer?: boolean;
}
export type Term = readonly [column: number, factor: number];

/** A mixed-integer linear program, built column by column and row by row; it is to be minimised. */
export interface LinearModel {
  /** Answers the place of the new column. Default: continuous, from 0 up, free of cost. */
  column(spec: ColumnSpec): number;
  /** lower ≤ sum of the terms ≤ upper; answers the place of the new row. */
  row(lower: number, upper: number, terms: readonly Term[]): number;
  addCost(column: number, cost: number): void;
  data(): ModelData & { readonly integrality: Int32Array };
}

export const createLinearModel = (): LinearModel => {
  const cost: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const integrality: number[] = [];
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const starts: number[] = [];
  const indices: number[] = [];
  const values: number[] = [];
  return {
    column: (spec) => {
      cost.push(spec.cost ?? 0);
      lower.push(spec.lower ?? 0);
      upper.push(spec.upper ?? Number.POSITIVE_INFINITY);
      integrality.push(spec.integer === true ? 1 : 0);
      return cost.length - 1;
    },
    row: (least, most, terms) => {
      starts.push(indices.length);
      for (const [column, factor] of terms) {
        indices.push(column);
        values.push(factor);
      }
      rowLower.push(least);
      rowUpper.push(most);
      return rowLower.length - 1;
    },
    addCost: (column, more) => {
      cost[column] = (cost[column] ?? 0) + more;
    },
    data: () => ({
      numCols: cost.length,
      numRows: rowLower.length,
      colCost: Float64Array.from(cost),
      colLower: Float64Array.from(lower),
      colUpper: Float64Array.from(upper),
      rowLower: Float64Array.from(rowLower),
      rowUpper: Float64Array.from(rowUpper),
      matrix: {
        format: 'csr',
        numRows: rowLower.length,
        numCols: cost.length,
        starts: Int32Array.from([...starts, indices.length]),
        indices: Int32Array.from(indices),
        values: Float64Array.from(values),
      },
      integrality: Int32Array.from(integrality),
    }),
  };
};
