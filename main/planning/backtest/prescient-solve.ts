import { type Highs, infoOf, REPEATABLE } from '../highs.ts';
import type { ForeseenLoads } from './prescient-loads.ts';
import { type Columns, formulatePiece, type Piece } from './prescient-rows.ts';
import type { Past, SimSite } from './types.ts';

const GAP = 1e-5;
/** A solution of a piece, by its columns. */
export interface SolvedPiece {
  readonly values: Float64Array;
  readonly columns: Columns;
  readonly loads: ForeseenLoads;
  /** How much cheaper it may still be, in money. */
  readonly missing: number;
  /** False where whole numbers leave no way without the solver's rounding. */
  readonly exact: boolean;
}

interface SolveOptions {
  readonly timeLimitSeconds: number;
  readonly courses: readonly (readonly Float64Array[])[];
}

/** How far a row may be off where whole numbers are searched: as the solver has it, and where that was too much. */
const LOOSE = 1e-6;
const TIGHT = 1e-9;

/** Choices of loads are many: so many branches are looked at, and what may still be missing is told. */
const MOST_NODES = 200;
const LOADS_GAP = 1e-4;

const searched = (highs: Highs, past: Past, site: SimSite, piece: Piece, options: SolveOptions, tolerance: number) => {
  const { data, columns, loads } = formulatePiece(past, site, piece);
  return highs.withModel(data, (model): SolvedPiece | null => {
    const { constants } = highs;
    const isOptimal = (): boolean => model.getModelStatus() === constants.modelStatus.optimal;
    const isFound = (): boolean => infoOf(model, 'primal_solution_status') === constants.solutionStatus.feasible;
    model.options.set({ ...REPEATABLE, time_limit: options.timeLimitSeconds, mip_rel_gap: GAP, mip_abs_gap: 1e-6 });
    if (tolerance < LOOSE) model.options.set({ mip_feasibility_tolerance: tolerance });
    // What other policies had the loads do is where the search begins: so none of them is ever cheaper.
    let begin: { readonly values: Float64Array; readonly cost: number } | null = null;
    for (const course of options.courses) {
      const fixed = loads.fixed(course);
      for (const { column, least, most } of fixed) model.changeColBounds(column, least, most);
      model.run();
      const cost = infoOf(model, 'objective_function_value');
      if ((isOptimal() || isFound()) && cost < (begin?.cost ?? Number.POSITIVE_INFINITY))
        begin = { values: model.getSolution().colValue, cost };
      for (const { column } of fixed)
        model.changeColBounds(column, data.colLower[column] ?? 0, data.colUpper[column] ?? 0);
    }
    if (options.courses.length > 0) model.options.set({ mip_rel_gap: LOADS_GAP, mip_max_nodes: MOST_NODES });
    if (begin !== null) model.setSolution({ colValue: begin.values });
    model.run();
    if (!isOptimal() && !isFound())
      return begin === null
        ? null
        : { values: begin.values, columns, loads, missing: Number.POSITIVE_INFINITY, exact: true };
    const whole = data.integrality.some((kind) => kind !== 0);
    const { colValue: values } = model.getSolution();
    if (!whole) return { values, columns, loads, missing: 0, exact: true };
    const missing = Math.max(0, infoOf(model, 'objective_function_value') - infoOf(model, 'mip_dual_bound'));
    // Whole numbers are fixed and the rest solved again, so that nothing leans on the solver's rounding.
    for (const [column, kind] of data.integrality.entries()) {
      if (kind === 0) continue;
      const rounded = Math.round(values[column] ?? 0);
      model.changeColBounds(column, rounded, rounded);
    }
    model.clearIntegrality();
    model.run();
    const exact = isOptimal();
    return { values: exact ? model.getSolution().colValue : values, columns, loads, missing, exact };
  });
};

/**
 * The best of a piece; null where the limits leave no way through or the time ran out. A tier of a peak charge that is reached by
 * the solver's rounding alone is no tier that can be kept: then it is searched once more without it.
 */
export const solvePiece = (
  highs: Highs,
  past: Past,
  site: SimSite,
  piece: Piece,
  options: SolveOptions,
): SolvedPiece | null => {
  const found = searched(highs, past, site, piece, options, LOOSE);
  return found === null || found.exact ? found : (searched(highs, past, site, piece, options, TIGHT) ?? found);
};
