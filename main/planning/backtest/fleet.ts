import {
  type HeatLoad,
  heatBounds,
  type StepLoad,
  type StepWindow,
  type SwitchedLoad,
  warmed,
  windowAt,
} from './loads.ts';
import type { LoadStanding, Past } from './types.ts';

/** The loads of a home while they are played: where each stands, and what its own rules let it do. */
export interface Fleet {
  standings(step: number): readonly LoadStanding[];
  /**
   * Moves all one step on, as near to the wishes as their rules allow, and answers what they draw together, kW. What is more than
   * `roomKw` is left out, the least worth first, as far as rules allow.
   */
  draw(step: number, wishes: readonly number[], roomKw: number): number;
  /** What the load at a place of the site drew in the last step, kW. */
  kwOf(place: number): number;
}

/** Where a load stands just before a step. */
interface Begun {
  readonly step: number;
  readonly standing: LoadStanding;
}

interface Unit {
  standing(step: number): LoadStanding;
  move(step: number, kw: number): void;
  /** Loads with a lower one are left out first. */
  readonly rank: number;
  /** What the fuse leaves it at least, kW. */
  leastKw(standing: LoadStanding): number;
}

/** Longer than any rule asks. */
const LONG_STEPS = 1_000_000;
const ROUNDING_KW = 1e-9;

/** Whether what is left of a run time can still be done in time after a stop now. */
const canStop = (load: SwitchedLoad, window: StepWindow, at: { step: number; left: number; starts: number }): boolean =>
  at.left === 0 ||
  (at.left >= load.minRunSteps &&
    at.step + load.minPauseSteps + at.left <= window.to &&
    (load.maxStarts === null || at.starts < load.maxStarts));

/** The window or the day that what is counted belongs to. */
const spanOf = (past: Past, load: SwitchedLoad, step: number): number | null =>
  load.kind === 'run' ? (windowAt(load, step)?.from ?? null) : (past.day[step] ?? 0);

const switched = (past: Past, load: SwitchedLoad, begun: Begun | null): Unit => {
  let { on, elapsed, done, starts } = begun?.standing ?? { on: false, elapsed: LONG_STEPS, done: 0, starts: 0 };
  let counted = begun === null ? null : spanOf(past, load, begun.step);
  /** What is counted by window or by day begins anew. */
  const begin = (step: number): void => {
    const span = spanOf(past, load, step) ?? counted;
    if (span !== counted) [counted, done, starts] = [span, 0, 0];
  };
  const mayRun = (step: number, window: StepWindow | null): boolean => {
    if (window === null) return false;
    if (load.kind === 'run' && done >= window.runSteps) return false;
    if (on) return true;
    const ends = window.to >= past.end && load.kind === 'value' ? LONG_STEPS : window.to - step;
    return elapsed >= load.minPauseSteps && ends >= load.minRunSteps && (load.maxStarts ?? LONG_STEPS) > starts;
  };
  const mustRun = (step: number, window: StepWindow | null): boolean => {
    if (on && elapsed < load.minRunSteps) return true;
    if (load.kind === 'value' || window === null) return false;
    const left = window.runSteps - done;
    return on ? !canStop(load, window, { step, left, starts }) : left > 0 && step + 1 + left > window.to;
  };
  return {
    rank: load.kind === 'value' ? load.valuePerKwh : Number.MAX_VALUE,
    standing: (step) => {
      const window = windowAt(load, step);
      begin(step);
      const may = mayRun(step, window);
      const mostKw = may ? load.powerKw : 0;
      const leastKw = may && mustRun(step, window) ? load.powerKw : 0;
      return { on, elapsed, done, starts, leastKw, mostKw, temperatureC: null };
    },
    leastKw: ({ leastKw }) => leastKw,
    move: (_, kw) => {
      const now = kw > 0;
      if (now && !on) starts += 1;
      elapsed = now === on ? elapsed + 1 : 1;
      on = now;
      if (now) done += 1;
    },
  };
};

const heated = (past: Past, load: HeatLoad, begun: Begun | null): Unit => {
  let temperatureC = begun?.standing.temperatureC ?? load.initialC;
  return {
    rank: Number.MAX_VALUE / 2,
    standing: (step) => ({
      ...{ on: false, elapsed: LONG_STEPS, done: 0, starts: 0, temperatureC },
      ...heatBounds(load, past.hours, step, temperatureC),
    }),
    // The fuse comes before comfort.
    leastKw: () => 0,
    move: (step, kw) => {
      temperatureC = warmed(load, past.hours, step, temperatureC, kw);
    },
  };
};

/** A fleet at the begin of the played span, or as it stands before a later step. */
export const fleetOf = (
  past: Past,
  loads: readonly StepLoad[],
  from: { readonly step: number; readonly standings: readonly LoadStanding[] } | null = null,
): Fleet => {
  const units = loads.map((load, place) => {
    const standing = from?.standings[place];
    const begun = from === null || standing === undefined ? null : { step: from.step, standing };
    return load.kind === 'heat' ? heated(past, load, begun) : switched(past, load, begun);
  });
  const byRank = [...units.keys()].sort((one, other) => (units[one]?.rank ?? 0) - (units[other]?.rank ?? 0));
  const drawn = new Float64Array(loads.length);
  /** On or off is all or nothing. */
  const near = (place: number, wish: number, { leastKw, mostKw }: LoadStanding): number => {
    const kw = Math.min(mostKw, Math.max(leastKw, wish));
    return loads[place]?.kind === 'heat' ? kw : wish > 0 || leastKw > 0 ? mostKw : 0;
  };
  const standings = (step: number): readonly LoadStanding[] => units.map((unit) => unit.standing(step));
  return {
    standings,
    draw: (step, wishes, roomKw) => {
      const now = standings(step);
      let sum = 0;
      for (const [place, standing] of now.entries()) {
        drawn[place] = near(place, wishes[place] ?? 0, standing);
        sum += drawn[place] ?? 0;
      }
      for (const place of byRank) {
        const [unit, standing] = [units[place], now[place]];
        if (sum <= roomKw + ROUNDING_KW || unit === undefined || standing === undefined) continue;
        const before = drawn[place] ?? 0;
        const least = Math.min(before, unit.leastKw(standing));
        drawn[place] = loads[place]?.kind === 'heat' ? Math.max(least, before - (sum - roomKw)) : least;
        sum += (drawn[place] ?? 0) - before;
      }
      for (const [place, unit] of units.entries()) unit.move(step, drawn[place] ?? 0);
      return drawn.reduce((total, kw) => total + kw, 0);
    },
    kwOf: (place) => drawn[place] ?? 0,
  };
};
