import loadHighs, { type Highs, type Model } from 'highs';

export type { Highs, Model };

/** The solver, compiled to WebAssembly: one thread always, and nothing is printed. */
export const loadSolver = (): Promise<Highs> => loadHighs({ print: () => undefined, printErr: () => undefined });

/** What makes the same problem give the same plan, and small errors stay small. */
export const REPEATABLE = { output_flag: false, random_seed: 1, primal_feasibility_tolerance: 1e-9 } as const;

/** A figure of the last run, NaN where the solver does not know it. */
export const infoOf = (model: Model, name: string): number => Number(model.info.get(name));
