/**
 * Expected failures are values, bugs are exceptions. A failure says what was tried, what came back and what a person
 * can do; `kind` tells retry code whether trying again can help, so that it never has to guess.
 */
export interface Failure {
  /** Stable machine name in lower case with dots, such as `device.unreachable`. */
  readonly code: string;
  readonly kind: 'temporary' | 'permanent';
  /** What went wrong, one plain sentence. */
  readonly message: string;
  /** What a person can do about it, one plain sentence. */
  readonly advice: string;
  /** How long the other side asked to be left alone, ms: retry code waits at least so long. */
  readonly retryAfterMs?: number | undefined;
  /** SHA-256 of a certificate that nobody vouches for: a person may agree to this one. */
  readonly fingerprint?: string | undefined;
}

export type Result<Value, Error = Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Error };

export const ok = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value });

export const fail = <Error>(error: Error): { readonly ok: false; readonly error: Error } => ({ ok: false, error });

/** A failure that may pass by itself: time-out, device away, queue full. */
export const temporary = (code: string, message: string, advice: string) =>
  fail<Failure>({ code, kind: 'temporary', message, advice });

/** A failure that stays until a person changes something: wrong address, wrong password, unknown model. */
export const permanent = (code: string, message: string, advice: string) =>
  fail<Failure>({ code, kind: 'permanent', message, advice });

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
