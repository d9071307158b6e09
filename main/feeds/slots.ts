const GRID_MS = 300_000;

/** A span of time in which each moment is taken once. */
export interface Slots {
  /** Takes [at, at + stepMs) where nothing of it is taken and some of it lies inside; true where it did. */
  take(at: number, stepMs: number): boolean;
  /** Share of [from, to) that is taken, 0 to 1. */
  covered(from: number, to: number): number;
}

/** Counted in pieces of five minutes, the shortest step of any feed. */
export const createSlots = (start: number, to: number): Slots => {
  const from = Math.floor(start / GRID_MS) * GRID_MS;
  const taken = new Uint8Array(Math.max(0, Math.ceil((to - from) / GRID_MS)));
  const pieces = (at: number, end: number): readonly [number, number] => [
    Math.max(0, Math.floor((at - from) / GRID_MS)),
    Math.min(taken.length, Math.ceil((end - from) / GRID_MS)),
  ];
  return {
    take: (at, stepMs) => {
      const [first, last] = pieces(at, at + stepMs);
      if (last <= first) return false;
      for (let piece = first; piece < last; piece += 1) if (taken[piece] === 1) return false;
      taken.fill(1, first, last);
      return true;
    },
    covered: (at, end) => {
      const [first, last] = pieces(at, end);
      if (last <= first) return 0;
      let count = 0;
      for (let piece = first; piece < last; piece += 1) count += taken[piece] ?? 0;
      return count / (last - first);
    },
  };
};
