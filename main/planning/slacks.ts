import type { LinearModel } from './linear-model.ts';
import type { SoftLimits } from './types.ts';

/** A limit that a plan may bend, at a price. */
export type Limit =
  | 'import'
  | 'export'
  | 'least charge'
  | 'most charge'
  | 'charge at the end'
  | 'run time'
  | 'energy'
  | 'temperature';

export interface Slack {
  readonly limit: Limit;
  readonly step: number;
  /** The battery, load or heat store whose limit it is; null for the grid. */
  readonly id: string | null;
  /** kW, kWh, steps or K by which the limit is bent. */
  readonly column: number;
}

/** What a unit of each column costs in the objective. */
export type SlackPrices = Readonly<Record<Limit, number>>;

/** What is at the meter is the fuse of the house, so it is bent last. */
const GRID_RANK = 10;

export const pricesOf = (soft: SoftLimits, frame: { readonly hours: number; readonly steps: number }): SlackPrices => {
  const grid = GRID_RANK * soft.perKwh * frame.hours;
  // For the whole horizon together as much as a kWh elsewhere, so that no other limit is bent to return sooner.
  const staying = soft.perKwh / frame.steps;
  return {
    import: grid,
    export: grid,
    'least charge': staying,
    'most charge': staying,
    'charge at the end': soft.perKwh,
    'run time': soft.perRunHour * frame.hours,
    energy: soft.perKwh,
    temperature: soft.perKelvinHour * frame.hours,
  };
};

/** Every unit counts the same: for finding out which limits conflict. */
export const ALL_ALIKE: SlackPrices = {
  import: 1,
  export: 1,
  'least charge': 1,
  'most charge': 1,
  'charge at the end': 1,
  'run time': 1,
  energy: 1,
  temperature: 1,
};

/** Adds a column for each way in which a limit may be bent. */
export interface Slacks {
  add(limit: Limit, step: number, id?: string, most?: number): number;
  readonly list: readonly Slack[];
}

export const createSlacks = (model: LinearModel, prices: SlackPrices): Slacks => {
  const list: Slack[] = [];
  return {
    list,
    add: (limit, step, id, most = Number.POSITIVE_INFINITY) => {
      const column = model.column({ cost: prices[limit], upper: most });
      list.push({ limit, step, column, id: id ?? null });
      return column;
    },
  };
};
