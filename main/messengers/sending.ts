import type { Clock } from '../clock.ts';
import type { Result } from '../result.ts';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;
/** Whoever wants more patience than this is left to the caller. */
const LONGEST_WAIT_MS = 30_000;

/** Tries a message again while that can help and does not take long; answers the last result. */
export const sendPatiently = async <Value>(
  clock: Clock,
  signal: AbortSignal,
  send: (attempt: number) => Promise<Result<Value>>,
): Promise<Result<Value>> => {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await send(attempt);
    if (sent.ok || sent.error.kind === 'permanent' || attempt === TRIES || signal.aborted) return sent;
    const waitMs = Math.max(sent.error.retryAfterMs ?? 0, FIRST_WAIT_MS * 4 ** (attempt - 1));
    if (waitMs > LONGEST_WAIT_MS) return sent;
    await clock.sleep(waitMs, signal);
  }
};

/** Cuts a text to a length in characters, whole ones, with dots where something is missing. */
export const cutTo = (text: string, length: number): string => {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 3)).join('')}...`;
};
