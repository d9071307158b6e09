import loadHighs, { type Highs, type Model } from 'highs';

export type { Highs, Model };

/** The solver, compiled to WebAssembly: one thread always, and nothing is printed. */
export const loadSolver = (): Promise<Highs> => loadHighs({ print: () => undefined, printErr: () => undefined });

/**
 * What makes the same problem give the same plan and keeps small errors small. The relaxation of these problems is so near that
 * restarts and the search around reduced costs only cost time: without them the median of the benchmark halves.
 */
export const REPEATABLE = {
  output_flag: false,
  random_seed: 1,
  primal_feasibility_tolerance: 1e-9,
  mip_allow_restart: false,
  mip_heuristic_run_root_reduced_cost: false,
} as const;

/** A figure of the last run, NaN where the solver does not know it. */
export const infoOf = (model: Model, name: string): number => Number(model.info.get(name));
