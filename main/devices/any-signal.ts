/**
 * A signal that aborts with either of two. `end` takes the listeners off again: a long-lived signal must not gather one
 * listener a request (AbortSignal.any leaves that to the garbage collector).
 */
export const eitherSignal = (
  one: AbortSignal,
  other: AbortSignal,
): { readonly signal: AbortSignal; readonly end: () => void } => {
  const both = new AbortController();
  const abort = (): void => both.abort();
  if (one.aborted || other.aborted) both.abort();
  one.addEventListener('abort', abort, { once: true });
  other.addEventListener('abort', abort, { once: true });
  return {
    signal: both.signal,
    end: () => {
      one.removeEventListener('abort', abort);
      other.removeEventListener('abort', abort);
    },
  };
};
