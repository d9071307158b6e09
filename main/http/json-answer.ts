import type { z } from 'zod';
import { type Failure, ok, permanent, type Result, temporary } from '../result.ts';
import type { HttpAnswer, HttpTrouble } from './types.ts';

/** Who is spoken to, for the sentences: `name` as in "The Shelly at 10.0.0.7", `what` as in "its status". */
export interface Counterpart {
  /** The first part of each failure's code. */
  readonly room: 'device' | 'feed' | 'messenger';
  readonly name: string;
  readonly what: string;
  /** What a person does when access is refused: where the password or key is found. */
  readonly accessAdvice: string;
}

/** Why there is no answer, in a person's words. */
export const troubleFailure = (
  trouble: HttpTrouble,
  { room, name, what }: Counterpart,
): { ok: false; error: Failure } => {
  const away = 'Check that it has power and network, and that the address and port are right.';
  switch (trouble.kind) {
    case 'unreachable':
      return temporary(`${room}.unreachable`, `${name} does not answer: ${trouble.cause}.`, away);
    case 'timed-out':
      return temporary(`${room}.timeout`, `${name} did not send ${what}: ${trouble.cause}.`, away);
    case 'cancelled':
      return temporary(`${room}.cancelled`, `Asking ${name} for ${what} was ended.`, 'Nothing needs to be done.');
    case 'too-large':
    case 'cut-short':
      return temporary(
        `${room}.malformed`,
        `What ${name} sent for ${what} cannot be used: ${trouble.cause}.`,
        'It is asked again by itself; check the address when this goes on.',
      );
    case 'untrusted': {
      const refused = permanent(
        `${room}.untrusted`,
        `${name} is not trusted: ${trouble.cause}.`,
        'Compare the fingerprint with the one that the device shows, and agree to it only if they are the same.',
      );
      const { fingerprint } = trouble;
      return fingerprint === undefined ? refused : { ok: false, error: { ...refused.error, fingerprint } };
    }
  }
};

/** Nobody is left alone longer than this, whatever a server asks for: wrong clocks ask for years. */
const LONGEST_WAIT_MS = 86_400_000;

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), ms from now; null where there is none. A day at most. */
export const retryAfterMs = (headers: HttpAnswer['headers'], now: number): number | null => {
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+$/.test(text)) return Math.min(LONGEST_WAIT_MS, Number(text) * 1000);
  // A date begins with its day; Date.parse makes one of almost anything.
  const at = /^[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, at - now));
};

/** The failure that a status stands for; null where it is a success (2xx) or "not modified". */
export const statusFailure = (
  answer: HttpAnswer,
  counterpart: Counterpart,
  now: number,
): { ok: false; error: Failure } | null => {
  const { status } = answer;
  const { room, name, what, accessAdvice } = counterpart;
  if ((status >= 200 && status < 300) || status === 304) return null;
  if (status === 401 || status === 403)
    return permanent(`${room}.access`, `${name} refuses access to ${what} (${status}).`, accessAdvice);
  if (status === 404)
    return permanent(`${room}.not-found`, `${name} has no ${what} (404).`, 'Check the address and the chosen model.');
  // Never followed: a key must not go to whom nobody named.
  if (status >= 300 && status < 400)
    return permanent(
      `${room}.moved`,
      `${name} points to another address (${status}).`,
      'Enter the address where it really is; with https in it, switch encryption on.',
    );
  const wait = retryAfterMs(answer.headers, now);
  const later = (code: string, message: string): { ok: false; error: Failure } => {
    const failure = temporary(code, message, 'It is asked again by itself, later.');
    return wait === null ? failure : { ok: false, error: { ...failure.error, retryAfterMs: wait } };
  };
  if (status === 429) return later(`${room}.too-often`, `${name} says that it is asked too often.`);
  if (status >= 500) return later(`${room}.their-fault`, `${name} cannot give ${what} now (${status}).`);
  return permanent(`${room}.refused`, `${name} refused ${what} (${status}).`, 'Check the settings of this connection.');
};

/** Parses a body that must be JSON of a known shape. HTML, an empty body or a wrong shape is a failure that names it. */
export const parseJson = <Shape>(body: string, schema: z.ZodType<Shape>, counterpart: Counterpart): Result<Shape> => {
  const { room, name, what } = counterpart;
  const unusable = (why: string) =>
    temporary(
      `${room}.malformed`,
      `What ${name} sent for ${what} cannot be used: ${why}.`,
      'It is asked again by itself; check the address and the chosen model when this goes on.',
    );
  if (body.trim() === '') return unusable('the answer is empty');
  if (/^\s*<(!doctype|html)/i.test(body)) return unusable('it is a web page, not data');
  let value: unknown;
  try {
    value = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return unusable('it is no JSON or was cut short');
  }
  let parsed: ReturnType<typeof schema.safeParse>;
  try {
    parsed = schema.safeParse(value);
  } catch {
    // Checks of length throw on objects that only pretend to have one: {"length":{"valueOf":2}}.
    return unusable('it has another shape than expected');
  }
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return unusable(where === '' ? 'it has another shape than expected' : `"${where}" is not as expected`);
};

/** A successful answer as JSON of a known shape, or the failure in plain words. */
export const jsonAnswer = <Shape>(
  answer: Result<HttpAnswer, HttpTrouble>,
  schema: z.ZodType<Shape>,
  counterpart: Counterpart,
  now: number,
): Result<Shape> => {
  if (!answer.ok) return troubleFailure(answer.error, counterpart);
  return statusFailure(answer.value, counterpart, now) ?? parseJson(answer.value.body, schema, counterpart);
};
