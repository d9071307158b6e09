import type { LinearModel } from './linear-model.ts';

/** A limit that a soft plan may bend, at a price. */
export type Limit = 'import' | 'export' | 'least charge' | 'most charge' | 'charge at the end' | 'run time';

export interface Slack {
  readonly limit: Limit;
  readonly step: number;
  /** The load whose run time it is. */
  readonly load?: string;
  /** kW, kWh or steps by which the limit is bent. */
  readonly column: number;
}

/** Adds a column for each way in which a limit may be bent; each costs `price` a kW, kWh or step. */
export interface Slacks {
  add(limit: Limit, step: number, load?: string): number;
  readonly list: readonly Slack[];
}

export const createSlacks = (model: LinearModel, price: number): Slacks => {
  const list: Slack[] = [];
  return {
    list,
    add: (limit, step, load) => {
      const column = model.column({ cost: price });
      list.push({ limit, step, column, ...(load === undefined ? {} : { load }) });
      return column;
    },
  };
};
