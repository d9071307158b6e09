/** Beyond this a fuse of any curve may go within seconds. */
const AT_ONCE_RATIO = 1.45;
/** What a fuse bears for a while, and what the guard waits for at a small overload, ms. */
const PATIENCE_MS = 10_000;
/** One sample below is a gap, two are the end. */
const SAMPLES_OVER = 2;
const SAMPLES_UNDER = 2;
/** What was seen longer ago says nothing of now, ms. */
const FORGOTTEN_MS = 600_000;

/** What is watched: the import of the house, or one phase. */
export interface OverloadSample {
  /** When it was measured, UTC ms: the same instant again is the same sample. */
  readonly measuredAt: number;
  /** What flows, and what may, in one unit. */
  readonly flows: number;
  readonly limit: number;
}

export interface OverloadMemory {
  readonly lastMeasuredAt: number | null;
  readonly over: number;
  readonly under: number;
  /** When the first sample above was seen, monotonic ms; null while none counts. */
  readonly sinceMs: number | null;
}
export const NO_OVERLOAD: OverloadMemory = { lastMeasuredAt: null, over: 0, under: 0, sinceMs: null };

/** The greater the overload the sooner: 10 s at the limit, falling evenly to none at 1.45 times of it. */
export const patienceMs = (ratio: number): number => {
  if (!(ratio > 1)) return Number.POSITIVE_INFINITY;
  return Math.max(0, PATIENCE_MS * (1 - (ratio - 1) / (AT_ONCE_RATIO - 1)));
};

/**
 * Follows one flow against its limit. A single sample above means nothing, however high: it takes two, and the time that
 * the size of the overload allows. Null where nothing new is known: then nothing changes and nothing is decided.
 */
export const followOverload = (
  before: OverloadMemory,
  sample: OverloadSample | null,
  nowMs: number,
): { readonly memory: OverloadMemory; readonly overloaded: boolean } => {
  if (sample === null) return { memory: before, overloaded: false };
  const gapMs = before.lastMeasuredAt === null ? 0 : Math.abs(sample.measuredAt - before.lastMeasuredAt);
  if (gapMs > FORGOTTEN_MS) return followOverload(NO_OVERLOAD, sample, nowMs);
  const ratio = sample.limit > 0 ? sample.flows / sample.limit : sample.flows > 0 ? Number.POSITIVE_INFINITY : 0;
  const isOver = ratio > 1;
  let memory = before;
  if (sample.measuredAt !== before.lastMeasuredAt) {
    const under = isOver ? 0 : before.under + 1;
    const ended = under >= SAMPLES_UNDER;
    memory = {
      lastMeasuredAt: sample.measuredAt,
      over: isOver ? before.over + 1 : ended ? 0 : before.over,
      under,
      sinceMs: isOver ? (before.sinceMs ?? nowMs) : ended ? null : before.sinceMs,
    };
  }
  const overloaded =
    isOver && memory.over >= SAMPLES_OVER && memory.sinceMs !== null && nowMs - memory.sinceMs >= patienceMs(ratio);
  return { memory, overloaded };
};
