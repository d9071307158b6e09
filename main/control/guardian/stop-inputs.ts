/** A contact bounces: what holds for this long, or in two readings, is meant. */
const DEBOUNCE_MS = 1_000;
const READINGS = 2;
/** After a start, or a lost poll or two, an input has this long before a person is told that it is not known. */
const UNKNOWN_AFTER_MS = 60_000;

/** A physical stop button as it was followed so far. */
export interface InputMemory {
  readonly state: 'pressed' | 'released' | 'unknown';
  readonly candidate: {
    readonly pressed: boolean;
    readonly sinceMs: number;
    readonly measuredAt: number;
    readonly readings: number;
  } | null;
  readonly silentSinceMs: number | null;
  readonly told: boolean;
}
export const INPUT_UNSEEN: InputMemory = { state: 'unknown', candidate: null, silentSinceMs: null, told: false };

/** `pressed`: stop the house. `lost`, `back`: tell a person. */
type InputEdge = 'pressed' | 'lost' | 'back' | null;

/**
 * Follows one input. An input whose state is not known never stops the house; one that is found pressed after it was not
 * known does, because a latched button is a stop that somebody wants.
 */
export const followInput = (
  before: InputMemory,
  reading: { readonly pressed: boolean; readonly measuredAt: number } | null,
  nowMs: number,
): { readonly memory: InputMemory; readonly edge: InputEdge } => {
  if (reading === null) {
    const silentSinceMs = before.silentSinceMs ?? nowMs;
    const lost = !before.told && nowMs - silentSinceMs >= UNKNOWN_AFTER_MS;
    const memory: InputMemory = { state: 'unknown', candidate: null, silentSinceMs, told: before.told || lost };
    return { memory, edge: lost ? 'lost' : null };
  }
  const { pressed, measuredAt } = reading;
  const known = before.candidate?.pressed === pressed ? before.candidate : null;
  const candidate =
    known === null
      ? { pressed, sinceMs: nowMs, measuredAt, readings: 1 }
      : { ...known, measuredAt, readings: known.readings + (measuredAt === known.measuredAt ? 0 : 1) };
  const settled = candidate.readings >= READINGS || nowMs - candidate.sinceMs >= DEBOUNCE_MS;
  const state = settled ? (pressed ? 'pressed' : 'released') : before.state;
  const back = before.told && settled;
  const memory: InputMemory = { state, candidate, silentSinceMs: null, told: before.told && !settled };
  // A stop is more than the news that the input is back.
  if (state === 'pressed' && before.state !== 'pressed') return { memory, edge: 'pressed' };
  return { memory, edge: back ? 'back' : null };
};
