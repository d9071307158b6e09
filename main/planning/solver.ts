import type { Formulation } from './formulation.ts';
import { type Highs, infoOf, type Model, REPEATABLE } from './highs.ts';

/** A tier is kept with so little to spare, kW, that no rounding lifts a month into the next. */
const TIER_MARGIN_KW = 1e-6;

export interface Solved {
  /** optimal: within the gap, or as good as was asked. feasible: the time ran out before. */
  readonly state: 'optimal' | 'feasible' | 'infeasible' | 'nothing';
  readonly values: Float64Array;
  /** What one unit more on the right of each row would cost, with the whole numbers as they are. */
  readonly duals: Float64Array;
  readonly bound: number;
}

interface Effort {
  readonly gap: number;
  readonly seconds: number;
  /** An answer that costs no more is good enough. */
  readonly target?: number;
}

type Answer = Pick<Solved, 'values' | 'duals'>;
const answerOf = (model: Model): Answer => {
  const { colValue, rowDual } = model.getSolution();
  return { values: colValue, duals: rowDual };
};

/** The solution again with its whole numbers fixed: a linear program, so that what is left is exact. */
const polished = (
  highs: Highs,
  model: Model,
  formulation: Pick<Formulation, 'data' | 'tierRows'>,
  rough: Answer,
): Answer => {
  const { integrality, rowUpper } = formulation.data;
  for (const [column, kind] of integrality.entries()) {
    if (kind === 0) continue;
    const whole = Math.round(rough.values[column] ?? 0);
    model.changeColBounds(column, whole, whole);
  }
  model.clearIntegrality();
  const rest = (margin: number): Answer | null => {
    for (const row of formulation.tierRows)
      model.changeRowBounds(row, Number.NEGATIVE_INFINITY, (rowUpper[row] ?? 0) - margin);
    model.run();
    return model.getModelStatus() === highs.constants.modelStatus.optimal ? answerOf(model) : null;
  };
  const spare = formulation.tierRows.length > 0 ? rest(TIER_MARGIN_KW) : null;
  return spare ?? rest(0) ?? rough;
};

/** A target that no answer reaches. */
const NO_TARGET = -1e300;

/** Runs the solver once on a model. */
export const solveOnce = (highs: Highs, formulation: Pick<Formulation, 'data' | 'tierRows'>, effort: Effort): Solved =>
  highs.withModel(formulation.data, (model): Solved => {
    const { modelStatus } = highs.constants;
    const whole = formulation.data.integrality.some((kind) => kind !== 0);
    model.options.set({
      ...REPEATABLE,
      time_limit: effort.seconds,
      mip_rel_gap: effort.gap,
      objective_target: effort.target ?? NO_TARGET,
    });
    model.run();
    const status = model.getModelStatus();
    const answer = answerOf(model);
    const bound = whole ? infoOf(model, 'mip_dual_bound') : model.getObjectiveValue();
    if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
      return { state: 'infeasible', ...answer, bound };
    const done = status === modelStatus.optimal || status === modelStatus.objectiveTarget;
    const found = infoOf(model, 'primal_solution_status') === highs.constants.solutionStatus.feasible;
    if (!done && !(whole && found)) return { state: 'nothing', ...answer, bound };
    const state = done ? 'optimal' : 'feasible';
    if (!whole && formulation.tierRows.length === 0) return { state, ...answer, bound };
    model.options.set({ objective_target: NO_TARGET });
    return { state, ...polished(highs, model, formulation, answer), bound };
  });

/**
 * Which part of the objective is money where limits are bent: their price is so high that a gap of the whole would hide what
 * the plan costs. From the relaxation, so that it is known before.
 */
export const moneyShare = (highs: Highs, formulation: Formulation): number => {
  const { integrality: _, ...data } = formulation.data;
  return highs.withModel(data, (model) => {
    model.options.set(REPEATABLE);
    model.run();
    const whole = model.getObjectiveValue();
    const values = model.getSolution().colValue;
    const bent = formulation.slacks.reduce(
      (sum, { column }) => sum + (formulation.data.colCost[column] ?? 0) * (values[column] ?? 0),
      0,
    );
    const share = Math.abs(whole - bent) / Math.max(1e-9, Math.abs(whole));
    return Number.isFinite(share) ? Math.min(1, Math.max(1e-6, share)) : 1;
  });
};
