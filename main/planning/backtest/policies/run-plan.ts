import type { StepWindow, SwitchedLoad } from '../loads.ts';
import type { LoadStanding } from '../types.ts';

/**
 * The cheapest steps of a window for what is left of a run time, each piece as long as the least run and each pause as long as the
 * least pause: on or off from `from` to the window's end. Null where there is no way.
 */
export const cheapestRun = (
  load: SwitchedLoad,
  window: StepWindow,
  from: number,
  standing: LoadStanding | null,
  costOf: (step: number) => number,
): readonly boolean[] | null => {
  const steps = window.to - from;
  const left = window.runSteps - (standing?.done ?? 0);
  if (left <= 0) return Array.from({ length: steps }, () => false);
  const oneStart =
    load.maxStarts !== null && load.maxStarts - (standing?.starts ?? 0) <= (standing?.on === true ? 0 : 1);
  const leastRun = oneStart ? Math.max(load.minRunSteps, window.runSteps) : load.minRunSteps;
  // Modes: 0 to leastRun − 1 are steps that it has run, less one; then those that it has paused, less one.
  const { minPauseSteps } = load;
  const modes = leastRun + minPauseSteps;
  const cost = new Float64Array((left + 1) * modes).fill(Number.POSITIVE_INFINITY);
  for (let mode = 0; mode < modes; mode += 1) cost[mode] = 0;
  const choices: Uint8Array[] = [];
  let after = cost;
  for (let at = steps - 1; at >= 0; at -= 1) {
    const price = costOf(from + at);
    const before = new Float64Array(after.length).fill(Number.POSITIVE_INFINITY);
    const choice = new Uint8Array(after.length);
    for (let rest = 0; rest <= left; rest += 1)
      for (let mode = 0; mode < modes; mode += 1) {
        const on = mode < leastRun;
        const mayRun = rest > 0 && (on || mode === modes - 1);
        const mayRest = !on || mode === leastRun - 1 || rest === 0;
        const nextOn = on ? Math.min(leastRun - 1, mode + 1) : 0;
        const nextOff = on ? leastRun : Math.min(modes - 1, mode + 1);
        const running = mayRun
          ? price + (after[(rest - 1) * modes + nextOn] ?? Number.POSITIVE_INFINITY)
          : Number.POSITIVE_INFINITY;
        const resting = mayRest
          ? (after[rest * modes + nextOff] ?? Number.POSITIVE_INFINITY)
          : Number.POSITIVE_INFINITY;
        before[rest * modes + mode] = Math.min(running, resting);
        choice[rest * modes + mode] = running < resting ? 1 : 0;
      }
    choices[at] = choice;
    after = before;
  }
  let mode =
    standing === null || (!standing.on && standing.elapsed >= minPauseSteps)
      ? modes - 1
      : standing.on
        ? Math.min(leastRun, standing.elapsed) - 1
        : leastRun + standing.elapsed - 1;
  let rest = left;
  if (!Number.isFinite(after[rest * modes + mode] ?? Number.POSITIVE_INFINITY)) return null;
  return choices.map((choice) => {
    const runs = choice[rest * modes + mode] === 1;
    const on = mode < leastRun;
    mode = runs ? (on ? Math.min(leastRun - 1, mode + 1) : 0) : on ? leastRun : Math.min(modes - 1, mode + 1);
    if (runs) rest -= 1;
    return runs;
  });
};
