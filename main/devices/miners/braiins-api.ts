import type { z } from 'zod';
import type { Connection } from '../../../preload/contract/devices.ts';
import type { Clock } from '../../clock.ts';
import { parseJson, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpClient } from '../../http/types.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import { eitherSignal } from '../any-signal.ts';
import type { DeviceDiagnostics } from '../types.ts';
import { agreedFingerprint, webAddress } from '../web-address.ts';
import { loginSchema } from './braiins-shapes.ts';
import { minerAt, passwordNeeded, passwordWrong } from './failures.ts';
import { createTurns } from './turn.ts';

/** The REST interface of Braiins OS: one request at a time, one login that is renewed once. */
export interface BraiinsApi {
  readonly address: string;
  read<Shape>(path: string, schema: z.ZodType<Shape>, what: string, signal: AbortSignal): Promise<Result<Shape>>;
  /** Null where the firmware has no such answer, or the mining service rests (404, 412, 500). */
  readIfThere<Shape>(
    path: string,
    schema: z.ZodType<Shape>,
    what: string,
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<Result<Shape | null>>;
  /** Answers the status that came: 412 says that the mining service rests. */
  put(path: string, body: object | null, what: string, signal: AbortSignal): Promise<Result<number>>;
  diagnostics(): DeviceDiagnostics;
  close(): void;
}

const ACCESS = 'Enter the password of the user root of the miner’s own web page.';
const NOT_THERE = [404, 412, 500, 501];
/** A wrong password is not tried again for a while: logins may be locked. */
const REFUSED_FOR_MS = 300_000;
const TIMEOUT_MS = 6_000;

export const createBraiinsApi = (options: {
  readonly connection: Connection;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly http: HttpClient;
}): BraiinsApi => {
  const { connection, secret, clock, http } = options;
  const base = `${webAddress(connection, 'off')}/api/v1`;
  const fingerprint = agreedFingerprint(connection);
  const address = `${connection.host}:${connection.port}`;
  const account = connection.options?.['account']?.trim() || 'root';
  const counters = { requests: 0, failures: 0, rejected: 0 };
  const life = new AbortController();
  const inTurn = createTurns();
  let token: string | null = null;
  let refused: { readonly untilMs: number; readonly error: Failure } | null = null;
  const to = (what: string) => minerAt(address, what, ACCESS);

  const send = async (
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body: object | null,
    what: string,
    signal: AbortSignal,
    timeoutMs = TIMEOUT_MS,
  ): Promise<Result<HttpAnswer>> => {
    counters.requests += 1;
    const answer = await http.send({
      method,
      url: `${base}${path}`,
      headers: {
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        // The bare token: with "Bearer" in front it is refused.
        ...(token === null ? {} : { authorization: token }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      fingerprint,
      signal,
    });
    return answer.ok ? answer : troubleFailure(answer.error, to(what));
  };

  const parsed = <Shape>(answer: HttpAnswer, schema: z.ZodType<Shape>, what: string): Result<Shape> => {
    const value = parseJson(answer.body, schema, to(what));
    if (!value.ok) counters.rejected += 1;
    return value;
  };

  const logIn = async (signal: AbortSignal): Promise<Result<void>> => {
    if (secret === null) return passwordNeeded(address, 'of its own web page (user root)');
    if (refused && clock.monotonicMs() < refused.untilMs) return fail(refused.error);
    token = null;
    const answer = await send('POST', '/auth/login', { username: account, password: secret }, 'the login', signal);
    if (!answer.ok) return answer;
    if ([400, 401, 403].includes(answer.value.status)) {
      const wrong = passwordWrong(address, `of the user ${account} in its own web page`);
      refused = { untilMs: clock.monotonicMs() + REFUSED_FOR_MS, error: wrong.error };
      return wrong;
    }
    const failure = statusFailure(answer.value, to('the login'), clock.now());
    if (failure) return failure;
    const login = parsed(answer.value, loginSchema, 'the login');
    if (!login.ok) return login;
    token = login.value.token;
    refused = null;
    return ok(undefined);
  };

  /** A login ends after an hour without use: it is renewed once, then the refusal stands. */
  const authorised: typeof send = async (method, path, body, what, signal, timeoutMs) => {
    if (token === null) {
      const login = await logIn(signal);
      if (!login.ok) return login;
    }
    const first = await send(method, path, body, what, signal, timeoutMs);
    if (!first.ok || first.value.status !== 401) return first;
    const login = await logIn(signal);
    return login.ok ? send(method, path, body, what, signal, timeoutMs) : login;
  };

  const asked = async <Value>(
    signal: AbortSignal,
    work: (own: AbortSignal) => Promise<Result<Value>>,
  ): Promise<Result<Value>> => {
    const { signal: own, end } = eitherSignal(signal, life.signal);
    const result = await inTurn(() => work(own)).finally(end);
    if (!result.ok) counters.failures += 1;
    return result;
  };

  const readIfThere = <Shape>(
    path: string,
    schema: z.ZodType<Shape>,
    what: string,
    signal: AbortSignal,
    timeoutMs?: number,
  ): Promise<Result<Shape | null>> =>
    asked<Shape | null>(signal, async (own) => {
      const answer = await authorised('GET', path, null, what, own, timeoutMs);
      if (!answer.ok) return answer;
      if (NOT_THERE.includes(answer.value.status)) return ok(null);
      return statusFailure(answer.value, to(what), clock.now()) ?? parsed(answer.value, schema, what);
    });

  return {
    address,
    read: (path, schema, what, signal) =>
      asked(signal, async (own) => {
        const answer = await authorised('GET', path, null, what, own);
        if (!answer.ok) return answer;
        return statusFailure(answer.value, to(what), clock.now()) ?? parsed(answer.value, schema, what);
      }),
    readIfThere,
    put: (path, body, what, signal) =>
      asked(signal, async (own) => {
        const answer = await authorised('PUT', path, body, what, own);
        if (!answer.ok) return answer;
        if (answer.value.status === 412) return ok(412);
        return statusFailure(answer.value, to(what), clock.now()) ?? ok(answer.value.status);
      }),
    diagnostics: () => ({ ...counters }),
    close: () => life.abort(),
  };
};
