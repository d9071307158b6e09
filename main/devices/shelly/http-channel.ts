import { request } from 'node:http';
import type { Clock } from '../../clock.ts';
import { type Failure, fail, messageOf, ok, type Result } from '../../result.ts';
import { createNonceCounter, headerAuthorization, newCnonce, parseHeaderChallenge } from './digest.ts';
import {
  cancelled,
  malformed,
  nonceAged,
  passwordNeeded,
  passwordWrong,
  refused,
  timedOut,
  tooBusy,
  unreachable,
} from './failures.ts';
import { parseFrame } from './frames.ts';
import { CALL_TIMEOUT_MS } from './socket-channel.ts';

const MAX_BODY_BYTES = 256 * 1024;

interface HttpAnswer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly body: string;
}

export interface HttpChannel {
  /** `GET /shelly`: who it is; never needs a password. Answers the parsed JSON. */
  info(signal: AbortSignal): Promise<Result<unknown>>;
  /** `POST /rpc` with a request frame. */
  call(method: string, params: object, signal: AbortSignal): Promise<Result<unknown>>;
}

/** The device over plain HTTP, one connection a request: for the first look and where no WebSocket is to be had. */
export const createHttpChannel = (options: {
  readonly host: string;
  readonly port: number;
  readonly secret: string | null;
  readonly clock: Clock;
  readonly onMalformed: () => void;
}): HttpChannel => {
  const { host, port, secret, clock } = options;
  const address = `${host}:${port}`;
  const nonces = createNonceCounter();

  const exchange = (
    input: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string; readonly login?: string },
    name: string,
    signal: AbortSignal,
  ): Promise<Result<HttpAnswer>> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(cancelled(name));
      const headers = {
        ...(input.body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(input.body) }),
        ...(input.login === undefined ? {} : { authorization: input.login }),
      };
      const sent = request({ host, port, method: input.method, path: input.path, headers, agent: false });
      const finish = (result: Result<HttpAnswer>): void => {
        cancelTimer();
        signal.removeEventListener('abort', onAbort);
        sent.destroy();
        resolve(result);
      };
      const onAbort = (): void => finish(cancelled(name));
      const cancelTimer = clock.after(CALL_TIMEOUT_MS, () => finish(timedOut(address, name, CALL_TIMEOUT_MS)));
      signal.addEventListener('abort', onAbort, { once: true });
      sent.on('error', (error) => finish(unreachable(address, messageOf(error))));
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > MAX_BODY_BYTES) finish(malformed(address, name));
        });
        response.on('error', (error) => finish(unreachable(address, messageOf(error))));
        response.on('end', () =>
          finish(
            ok({
              status: response.statusCode ?? 0,
              challenge: response.headers['www-authenticate'],
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          ),
        );
      });
      sent.end(input.body);
    });

  const unreadable = (name: string): { readonly ok: false; readonly error: Failure } => {
    options.onMalformed();
    return fail(malformed(address, name).error);
  };

  const loginFor = (uri: string): string | undefined => {
    const login = secret === null ? null : nonces.take();
    if (!login || secret === null) return undefined;
    return headerAuthorization({ ...login, password: secret, method: 'POST', uri, cnonce: newCnonce() });
  };

  return {
    info: async (signal) => {
      const answer = await exchange({ method: 'GET', path: '/shelly' }, 'GET /shelly', signal);
      if (!answer.ok) return answer;
      if (answer.value.status === 429) return tooBusy(address);
      if (answer.value.status !== 200) return unreadable('GET /shelly');
      try {
        return ok<unknown>(JSON.parse(answer.value.body));
      } catch {
        return unreadable('GET /shelly');
      }
    },
    call: async (method, params, signal) => {
      const body = JSON.stringify({ id: 1, src: 'commandcenter', method, params });
      for (let attempt = 1; ; attempt += 1) {
        const login = loginFor('/rpc');
        const post = { method: 'POST' as const, path: '/rpc', body };
        const answer = await exchange(login === undefined ? post : { ...post, login }, method, signal);
        if (!answer.ok) return answer;
        if (answer.value.status === 429) return tooBusy(address);
        if (answer.value.status === 401) {
          if (secret === null) return passwordNeeded(address);
          const challenge = parseHeaderChallenge(answer.value.challenge);
          if (!challenge) return unreadable(method);
          if (attempt > 1) return challenge.stale ? nonceAged(address) : passwordWrong(address);
          nonces.accept(challenge);
          continue;
        }
        const frame = parseFrame(answer.value.body);
        if (frame?.kind !== 'reply') return unreadable(method);
        const { error, result } = frame.reply;
        return error ? refused(address, method, error.code, error.message) : ok(result);
      }
    },
  };
};
