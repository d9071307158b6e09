import type { LinearModel, Term } from './linear-model.ts';
import type { Slacks } from './slacks.ts';
import type { FlexibleLoad } from './types.ts';

export interface SwitchingFrame {
  readonly steps: number;
  readonly hours: number;
  /** What money counts in the objective. */
  readonly weight: number;
  /** Whether the end of the horizon may cut a run: it goes on in the next plan. */
  readonly cut: boolean;
  /** Steps in which they may run, and in which all of them must; left out where nothing narrows it down. */
  readonly narrowed?: { may(step: number): boolean; must(step: number): boolean };
  /** Steps [from, to) in each of which the most starts count; left out where they count over all steps together. */
  readonly startsWithin?: readonly (readonly [from: number, to: number])[];
}

/** Steps at the begin in which a load that runs already has to go on. */
const carriedOf = (load: FlexibleLoad): number =>
  load.before.on ? Math.max(0, load.minRunSteps - load.before.steps) : 0;

/** How many of equal loads may run in a step. A run that has begun goes on outside the window, and where a person said so. */
const createMost = (loads: readonly FlexibleLoad[], bends: boolean, may: (step: number) => boolean) => {
  const [load] = loads;
  const runs = new Set(load?.mustRun);
  const rests = new Set(load?.mustRest);
  return (step: number): number => {
    if (load === undefined) return 0;
    const carried = loads.filter((each) => carriedOf(each) > step).length;
    if (rests.has(step) && !(bends && runs.has(step))) return bends ? carried : 0;
    const inWindow = step >= load.firstStep && step < load.endStep && may(step);
    return runs.has(step) || inWindow ? loads.length : carried;
  };
};

const addRunTime = (
  model: LinearModel,
  loads: readonly FlexibleLoad[],
  on: readonly (number | undefined)[],
  slacks: Slacks | null,
): void => {
  const [load] = loads;
  if (load === undefined || load.runSteps === null) return;
  const asked = load.runSteps * loads.length;
  const bent = (sign: 1 | -1): Term[] =>
    slacks === null ? [] : [[slacks.add('run time', load.firstStep, load.id), sign]];
  model.row(asked, asked, [
    ...on.flatMap((column): Term[] => (column === undefined ? [] : [[column, 1]])),
    ...bent(1),
    ...bent(-1),
  ]);
};

/**
 * Equal loads that are switched on and off: how many run in each step. Starts and stops are whole by themselves once the rest
 * is; the sums over the last steps are the tightest rows there are for minimum run and pause, and what happened before the
 * first step stands in them as constants.
 */
export const addSwitching = (
  model: LinearModel,
  loads: readonly FlexibleLoad[],
  frame: SwitchingFrame,
  slacks: Slacks | null,
): readonly (readonly Term[])[] => {
  const [load] = loads;
  const every = Array.from({ length: frame.steps }, (_, step) => step);
  if (load === undefined) return every.map(() => []);
  const { minRunSteps, maxStarts, startCost, mustRun } = load;
  const minPauseSteps = Math.max(1, load.minPauseSteps);
  const all = loads.length;
  const most = createMost(loads, slacks !== null, frame.narrowed?.may ?? (() => true));
  const runs = new Set(mustRun);
  const on = every.map((step) => {
    const upper = most(step);
    const lower = frame.narrowed?.must(step) === true ? Math.min(all, upper) : 0;
    return upper > 0 || runs.has(step) ? model.column({ lower, upper, integer: true }) : undefined;
  });
  const running = on.map((column): Term[] => (column === undefined ? [] : [[column, 1]]));
  for (const step of runs)
    model.row(all, Number.POSITIVE_INFINITY, [
      ...(running[step] ?? []),
      ...(slacks === null ? [] : [[slacks.add('run time', step, load.id), 1] as const]),
    ]);
  addRunTime(model, loads, on, slacks);
  const startedBefore = loads.filter(({ before }) => before.on);
  const stoppedBefore = loads.filter(({ before }) => !before.on);
  const inTime = (each: FlexibleLoad, step: number, length: number): boolean => each.before.steps < length - step;
  const carries =
    startedBefore.some((each) => inTime(each, 0, minRunSteps)) ||
    stoppedBefore.some((each) => inTime(each, 0, minPauseSteps));
  if (minRunSteps <= 1 && minPauseSteps <= 1 && maxStarts === null && startCost <= 0 && !carries) return running;

  const startable = (step: number): boolean =>
    every.slice(0, minRunSteps).every((more) => (step + more < frame.steps ? most(step + more) > 0 : frame.cut)) &&
    (frame.cut || step + minRunSteps <= frame.steps);
  const start: (number | undefined)[] = [];
  const stop: (number | undefined)[] = [];
  const recent = (list: readonly (number | undefined)[], step: number, length: number): readonly Term[] =>
    list
      .slice(Math.max(0, step - length + 1), step + 1)
      .flatMap((column) => (column === undefined ? [] : [[column, 1]]));
  for (const step of every) {
    const now = on[step];
    const before = step === 0 ? undefined : on[step - 1];
    const ran = step === 0 ? startedBefore.length : 0;
    start.push(
      now === undefined
        ? undefined
        : model.column({ upper: startable(step) ? all : 0, cost: frame.weight * Math.max(0, startCost) }),
    );
    stop.push(before === undefined && ran === 0 ? undefined : model.column({ upper: all }));
    const term = (column: number | undefined, factor: number): readonly Term[] =>
      column === undefined ? [] : [[column, factor]];
    if (now !== undefined || before !== undefined || ran > 0)
      model.row(ran, ran, [...term(now, 1), ...term(before, -1), ...term(start[step], -1), ...term(stop[step], 1)]);
    const newly = startedBefore.filter((each) => inTime(each, step, minRunSteps)).length;
    const starts = recent(start, step, minRunSteps);
    if (starts.length > 0 || newly > 0) model.row(Number.NEGATIVE_INFINITY, -newly, [...starts, ...term(now, -1)]);
    const resting = stoppedBefore.filter((each) => inTime(each, step, minPauseSteps)).length;
    if (now !== undefined)
      model.row(Number.NEGATIVE_INFINITY, all - resting, [...recent(stop, step, minPauseSteps), [now, 1]]);
  }
  if (maxStarts !== null)
    for (const [from, to] of frame.startsWithin ?? [[0, frame.steps]])
      model.row(
        Number.NEGATIVE_INFINITY,
        all * maxStarts,
        start.slice(from, to).flatMap((column): Term[] => (column === undefined ? [] : [[column, 1]])),
      );
  return running;
};
