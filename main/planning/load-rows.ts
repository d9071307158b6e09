import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import { addSwitching, type SwitchingFrame } from './switching-rows.ts';
import type { FlexibleLoad } from './types.ts';

/** Equal loads that are planned as one: how many of them run in each step. */
export interface LoadGroup {
  readonly loads: readonly FlexibleLoad[];
  /** How many run in a step, as a sum of columns. */
  readonly running: readonly (readonly Term[])[];
}

/** What equal loads do together where they are planned as one: how many of them run in each step. */
export interface Together {
  readonly counts: readonly number[];
  readonly loads: number;
}

/** Equal loads with a run time in pieces one by one, near what they do together: `room` steps around it are free. */
export interface Apart {
  /** By the id of each of the loads. */
  readonly together: ReadonlyMap<string, Together>;
  readonly room: number;
}

/** More equal loads than this with a run time each in pieces are not told apart afterwards, so they are planned in parts. */
const MOST_SHARING = 6;

const keyOf = ({ id: _, before, ...rest }: FlexibleLoad, withBefore: boolean): string =>
  JSON.stringify([rest, withBefore ? before : null]);

/** A load that runs once, in one piece: only its start is to be chosen. */
const runsOnce = (load: FlexibleLoad): boolean =>
  load.runSteps !== null &&
  load.runSteps > 0 &&
  load.maxStarts !== 0 &&
  !load.before.on &&
  load.mustRun.length === 0 &&
  (load.minRunSteps >= load.runSteps || load.maxStarts === 1);

/** A load that has a run time in pieces: equal ones share it as a sum, and whoever tells them apart has to find a way. */
export const sharesRunTime = (load: FlexibleLoad): boolean => load.runSteps !== null && !runsOnce(load);

/** What a person pinned is about that load alone. */
const isPinned = (load: FlexibleLoad): boolean => load.mustRun.length + load.mustRest.length > 0;

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place);

const addSingleRun = (
  model: LinearModel,
  loads: readonly FlexibleLoad[],
  frame: SwitchingFrame,
  slacks: Slacks | null,
): LoadGroup['running'] => {
  const [load] = loads;
  const running: Term[][] = range(0, frame.steps).map(() => []);
  if (load === undefined) return running;
  const length = load.runSteps ?? 0;
  const rested = Math.max(0, load.minPauseSteps - load.before.steps);
  const rests = new Set(load.mustRest);
  const starts = range(Math.max(load.firstStep, rested), load.endStep - length + 1)
    .filter((step) => load.minRunSteps <= length && !range(step, step + length).some((at) => rests.has(at)))
    .map((step) => {
      const start = model.column({ upper: loads.length, integer: true, cost: frame.weight * load.startCost });
      for (const at of range(step, step + length)) running[at]?.push([start, 1]);
      return [start, 1] as const;
    });
  const short = slacks === null ? [] : [[slacks.add('run time', load.firstStep, load.id), 1 / length] as const];
  model.row(loads.length, loads.length, [...starts, ...short]);
  return running;
};

/** Steps in which a load that is planned apart may and must run. */
const narrowedOf = (apart: Apart | null, load: FlexibleLoad | undefined): Pick<SwitchingFrame, 'narrowed'> => {
  const together = load === undefined ? undefined : apart?.together.get(load.id);
  if (apart === null || together === undefined || apart.room === Number.POSITIVE_INFINITY) return {};
  const around = (step: number): readonly number[] =>
    together.counts.slice(Math.max(0, step - apart.room), step + apart.room + 1);
  return {
    narrowed: {
      may: (step) => around(step).some((count) => count > 0),
      must: (step) => around(step).every((count) => count === together.loads),
    },
  };
};

/** Of equal loads that are planned apart the one that runs later on the whole is the later one of the list. */
const order = (model: LinearModel, groups: readonly LoadGroup[]): void => {
  const byKey = new Map<string, LoadGroup>();
  for (const group of groups) {
    const [load] = group.loads;
    if (load === undefined || group.loads.length > 1) continue;
    const weigh = (terms: LoadGroup['running'], sign: number): readonly Term[] =>
      terms.flatMap((each, step) =>
        each.map(([column, factor]): Term => [column, (sign * factor * (step + 1)) / terms.length]),
      );
    const key = keyOf(load, true);
    const before = byKey.get(key);
    if (before !== undefined)
      model.row(Number.NEGATIVE_INFINITY, 0, [...weigh(before.running, 1), ...weigh(group.running, -1)]);
    byKey.set(key, group);
  }
};

/**
 * Columns and rows of all flexible loads. Equal ones are merged: whatever the sum does, first on first off with the longest
 * paused first gives each its minimum run and pause and shares the starts evenly. With `apart` those that share a run time in
 * pieces are planned one by one and put in order.
 */
export const addLoads = (
  model: LinearModel,
  loads: readonly FlexibleLoad[],
  frame: SwitchingFrame & { readonly apart: Apart | null },
  slacks: Slacks | null,
): readonly LoadGroup[] => {
  const sets = new Map<string, FlexibleLoad[]>();
  const sharing = new Map<string, number>();
  const placeOf = (load: FlexibleLoad): string => {
    if (isPinned(load)) return `alone ${load.id}`;
    if (!sharesRunTime(load)) return keyOf(load, runsOnce(load));
    if (frame.apart !== null) return `alone ${load.id}`;
    const key = keyOf(load, false);
    const place = sharing.get(key) ?? 0;
    sharing.set(key, place + 1);
    return `${key} ${Math.floor(place / MOST_SHARING)}`;
  };
  for (const load of loads) {
    const key = placeOf(load);
    sets.set(key, [...(sets.get(key) ?? []), load]);
  }
  const groups = [...sets.values()].map((set): LoadGroup => {
    const once = set[0] !== undefined && runsOnce(set[0]);
    const narrowed = set.length === 1 ? narrowedOf(frame.apart, set[0]) : {};
    return { loads: set, running: (once ? addSingleRun : addSwitching)(model, set, { ...frame, ...narrowed }, slacks) };
  });
  // With bent run times, or runs that are given, the order would forbid a plan that is needed.
  if (slacks === null && frame.apart?.room !== 0) order(model, groups);
  return groups;
};
