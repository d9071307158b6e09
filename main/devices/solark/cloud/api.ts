import type { z } from 'zod';
import { jsonAnswer, parseJson } from '../../../http/json-answer.ts';
import type { Result } from '../../../result.ts';
import type { DriverDeps, OpenOptions } from '../../types.ts';
import { agreedFingerprint, webAddress } from '../../web-address.ts';
import { accessLost, cancelledAt, counterpartOf, noPermission, refusedBy } from './failures.ts';
import { createLogin } from './login.ts';
import { type CloudChoice, hostOf, serviceOf } from './services.ts';
import { type Envelope, envelopeSchema } from './shapes.ts';

/**
 * No limit is published; clients ask every 2 to 5 minutes. A poll is five requests and a login two or three; adding a device
 * reads it twice and opens it, which must not take minutes.
 */
const RULE = { burst: 40, refillMs: 4_000 };
const MAX_BYTES = 1024 * 1024;

interface Ask<Shape> {
  readonly path: string;
  readonly what: string;
  readonly schema: z.ZodType<Shape>;
  readonly body?: object;
}

export interface CloudApi {
  /** The `data` of a successful answer. A token that ended is renewed once. */
  ask<Shape>(request: Ask<Shape>, signal: AbortSignal): Promise<Result<Shape>>;
  counters(): { readonly requests: number; readonly failures: number; readonly rejected: number };
  /** Ends every request that is on its way. */
  close(): void;
}

/** Words with which a token is refused though the status says 200. */
const TOKEN_WORDS = /token|unauthori[sz]ed|log ?in again|expired/i;
const PERMISSION_WORDS = /permission|forbidden|no right|not allowed/i;

export const createCloudApi = (
  { connection, secret }: OpenOptions,
  choice: CloudChoice,
  { clock, http, limiterOf }: DriverDeps,
): CloudApi => {
  const host = hostOf(connection, choice.service);
  const { portal } = serviceOf(choice.service);
  const base = webAddress({ ...connection, host }, 'verify');
  const limiter = limiterOf(`solark-cloud:${base}:${choice.account.toLowerCase()}`, RULE);
  const closing = new AbortController();
  const counters = { requests: 0, failures: 0, rejected: 0 };

  const send = async (
    request: {
      readonly method: 'GET' | 'POST';
      readonly path: string;
      readonly body?: object;
      readonly token?: string;
    },
    signal: AbortSignal,
  ) => {
    if (!(await limiter.take(signal))) return null;
    counters.requests += 1;
    const { method, path, body, token } = request;
    return http.send({
      method,
      url: `${base}${path}`,
      headers: {
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(portal ? { origin: portal, referer: `${portal}/` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      maxBytes: MAX_BYTES,
      fingerprint: agreedFingerprint(connection),
      signal,
    });
  };

  const noted = <Value>(result: Result<Value>): Result<Value> => {
    if (result.ok) return result;
    if (result.error.code === 'device.malformed') counters.rejected += 1;
    if (result.error.retryAfterMs !== undefined && result.error.code !== 'device.refused')
      limiter.holdFor(result.error.retryAfterMs);
    return result;
  };

  const login = createLogin({
    clock,
    host,
    service: choice.service,
    account: choice.account,
    secret,
    ask: async (request, what, signal) => {
      const answer = await send(request, signal);
      return answer === null
        ? cancelledAt(host)
        : noted(jsonAnswer(answer, envelopeSchema, counterpartOf(host, what), clock.now()));
    },
  });

  type Outcome<Shape> = { readonly kind: 'token-refused' } | { readonly kind: 'done'; readonly result: Result<Shape> };

  const once = async <Shape>(asked: Ask<Shape>, token: string, signal: AbortSignal): Promise<Outcome<Shape>> => {
    const { path, what, schema, body } = asked;
    const done = (result: Result<Shape>): Outcome<Shape> => ({ kind: 'done', result: noted(result) });
    const answer = await send({ method: body ? 'POST' : 'GET', path, token, ...(body ? { body } : {}) }, signal);
    if (answer === null) return done(cancelledAt(host));
    if (answer.ok && answer.value.status === 401) return { kind: 'token-refused' };
    const envelope: Result<Envelope> = jsonAnswer(answer, envelopeSchema, counterpartOf(host, what), clock.now());
    if (!envelope.ok) return done(envelope);
    const { success, code, msg, data } = envelope.value;
    if (success === false || (success === undefined && code !== null && code !== 0)) {
      if (code === 401 || TOKEN_WORDS.test(msg ?? '')) return { kind: 'token-refused' };
      return done(PERMISSION_WORDS.test(msg ?? '') ? noPermission(host, what, msg) : refusedBy(host, what, msg));
    }
    return done(parseJson(JSON.stringify(data ?? null), schema, counterpartOf(host, what)));
  };

  const asking = async <Shape>(asked: Ask<Shape>, signal: AbortSignal): Promise<Result<Shape>> => {
    const token = await login.token(signal);
    if (!token.ok) return token;
    const first = await once(asked, token.value.access, signal);
    if (first.kind === 'done') return first.result;
    const fresh = await login.renew(token.value, signal);
    if (!fresh.ok) return fresh;
    const second = await once(asked, fresh.value.access, signal);
    if (second.kind === 'done') return second.result;
    // A new token that is refused at once: going on would only lock the account.
    const lost = accessLost(host);
    login.giveUp(lost);
    return lost;
  };

  return {
    counters: () => ({ ...counters }),
    close: () => closing.abort(),
    ask: async (asked, caller) => {
      const result = await asking(asked, AbortSignal.any([caller, closing.signal]));
      if (!result.ok) counters.failures += 1;
      return result;
    },
  };
};
