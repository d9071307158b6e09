import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import type { FlexibleLoad } from './types.ts';

/** Equal loads that are planned as one: how many of them run in each step. */
export interface LoadGroup {
  readonly loads: readonly FlexibleLoad[];
  /** How many run in a step, as a sum of columns. */
  readonly running: readonly (readonly Term[])[];
}

const keyOf = ({ id: _, ...rest }: FlexibleLoad): string => JSON.stringify(rest);

/** A load that runs once, in one piece: only its start is to be chosen. */
const runsOnce = (load: FlexibleLoad): boolean =>
  load.runSteps !== null &&
  load.runSteps > 0 &&
  load.maxStarts !== 0 &&
  (load.minRunSteps >= load.runSteps || load.maxStarts === 1);

/**
 * Loads that may be planned as one without losing a plan: whatever the sum does, first on first off with the longest paused
 * first gives each its minimum run and pause and shares the starts evenly. Run times of each are not kept by that.
 */
const canMerge = (load: FlexibleLoad): boolean => load.runSteps === null || runsOnce(load);

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);

const addSingleRun = (model: LinearModel, loads: readonly FlexibleLoad[], steps: number, slacks: Slacks | null) => {
  const [load] = loads;
  const running: Term[][] = range(0, steps).map(() => []);
  if (load === undefined) return running;
  const length = load.runSteps ?? 0;
  const starts = range(load.firstStep, load.endStep - length + 1).map((step) => {
    const start = model.column({ upper: loads.length, integer: true });
    for (const at of range(step, step + length)) running[at]?.push([start, 1]);
    return [start, 1] as const;
  });
  const short = slacks === null ? [] : [[slacks.add('run time', load.firstStep, load.id), 1 / length] as const];
  model.row(loads.length, loads.length, [...starts, ...short]);
  return running;
};

const addOnOff = (model: LinearModel, loads: readonly FlexibleLoad[], steps: number, slacks: Slacks | null) => {
  const [load] = loads;
  const running: Term[][] = range(0, steps).map(() => []);
  if (load === undefined) return running;
  const { firstStep, endStep, minRunSteps, minPauseSteps, maxStarts, runSteps } = load;
  const most = loads.length;
  const on = range(firstStep, endStep).map(() => model.column({ upper: most, integer: true }));
  on.forEach((column, place) => {
    running[firstStep + place]?.push([column, 1]);
  });
  if (runSteps !== null)
    model.row(runSteps, runSteps, [
      ...on.map((column): Term => [column, 1]),
      ...(slacks === null ? [] : [[slacks.add('run time', firstStep, load.id), 1] as const]),
    ]);
  if (minRunSteps <= 1 && minPauseSteps <= 1 && maxStarts === null) return running;
  // Starts and stops are whole by themselves once the rest is. The sums over the last steps are the tightest rows there are.
  const start = on.map((_, place) => model.column({ upper: firstStep + place + minRunSteps > endStep ? 0 : most }));
  const stop = on.map(() => model.column({ upper: most }));
  on.forEach((column, place) => {
    const term = (list: readonly number[], at: number, factor: number): readonly Term[] => {
      const found = list[at];
      return found === undefined ? [] : [[found, factor]];
    };
    const recent = (list: readonly number[], length: number): readonly Term[] =>
      range(Math.max(0, place - length + 1), place + 1).flatMap((at) => term(list, at, 1));
    model.row(0, 0, [[column, 1], ...term(on, place - 1, -1), ...term(start, place, -1), ...term(stop, place, 1)]);
    model.row(Number.NEGATIVE_INFINITY, 0, [...recent(start, minRunSteps), [column, -1]]);
    model.row(Number.NEGATIVE_INFINITY, most, [...recent(stop, Math.max(1, minPauseSteps)), [column, 1]]);
  });
  if (maxStarts !== null)
    model.row(
      Number.NEGATIVE_INFINITY,
      most * maxStarts,
      start.map((column) => [column, 1]),
    );
  return running;
};

/** Of equal loads that are planned apart the one that runs later on the whole is the later one of the list. */
const order = (model: LinearModel, groups: readonly LoadGroup[]): void => {
  const byKey = new Map<string, LoadGroup>();
  for (const group of groups) {
    const [load] = group.loads;
    if (load === undefined) continue;
    const weigh = (terms: LoadGroup['running'], sign: number): readonly Term[] =>
      terms.flatMap((each, step) =>
        each.map(([column, factor]): Term => [column, (sign * factor * (step + 1)) / terms.length]),
      );
    const before = byKey.get(keyOf(load));
    if (before !== undefined)
      model.row(Number.NEGATIVE_INFINITY, 0, [...weigh(before.running, 1), ...weigh(group.running, -1)]);
    byKey.set(keyOf(load), group);
  }
};

/** Columns and rows of all flexible loads; equal ones are merged, or put in order where they cannot be. */
export const addLoads = (
  model: LinearModel,
  loads: readonly FlexibleLoad[],
  steps: number,
  slacks: Slacks | null,
): readonly LoadGroup[] => {
  const sets = new Map<string, FlexibleLoad[]>();
  for (const load of loads) {
    const key = canMerge(load) ? keyOf(load) : `alone ${load.id}`;
    sets.set(key, [...(sets.get(key) ?? []), load]);
  }
  const groups = [...sets.values()].map((set): LoadGroup => {
    const once = set[0] !== undefined && runsOnce(set[0]);
    return { loads: set, running: (once ? addSingleRun : addOnOff)(model, set, steps, slacks) };
  });
  // With bent run times the order would forbid a plan that is needed.
  if (slacks === null) order(model, groups);
  return groups;
};
