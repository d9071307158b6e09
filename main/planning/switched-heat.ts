import { warmedC } from './schedule.ts';
import type { HeatStore, Problem } from './types.ts';

const HOUR_MS = 3_600_000;

/** One store that is on or off, as near to a power by step as its band and its minimum runs and pauses let it. */
const followedBy = (store: HeatStore, wantedKw: readonly number[], hours: number): readonly boolean[] => {
  let [temperature, owedKw, on, elapsed] = [store.initialC, 0, store.before.on, store.before.steps];
  /** Whether some steps of the same leave the band on the side that the machine works towards, or on the other. */
  const leaves = (step: number, length: number, running: boolean): boolean => {
    let ahead = temperature;
    for (let at = step; at < Math.min(wantedKw.length, step + Math.max(1, length)); at += 1) {
      ahead = warmedC(store, ahead, running ? store.powerKw : 0, at, hours);
      const warms = (store.heatPerKwh[at] ?? 0) > 0;
      const over = ahead > (store.maxC[at] ?? ahead);
      const under = ahead < (store.minC[at] ?? ahead);
      if (running === warms ? over : under) return true;
    }
    return false;
  };
  return wantedKw.map((wanted, step) => {
    owedKw += wanted;
    const held = on ? elapsed < store.minRunSteps : elapsed < store.minPauseSteps;
    const needed = leaves(step, on ? store.minPauseSteps : 1, false);
    const tooMuch = leaves(step, on ? 1 : store.minRunSteps, true);
    const now = held ? on : needed || (!tooMuch && owedKw >= store.powerKw / 2);
    elapsed = now === on ? elapsed + 1 : 1;
    on = now;
    owedKw -= now ? store.powerKw : 0;
    temperature = warmedC(store, temperature, now ? store.powerKw : 0, step, hours);
    return now;
  });
};

/** Heat stores that are on or off, by their ids, as near to `wantedKw` by step as they can. */
export const switchedHeat = (
  problem: Problem,
  wantedKw: (id: string) => readonly number[],
): ReadonlyMap<string, readonly boolean[]> =>
  new Map(
    problem.heatStores
      .filter(({ modulates }) => !modulates)
      .map((store) => [store.id, followedBy(store, wantedKw(store.id), problem.stepMs / HOUR_MS)] as const),
  );
