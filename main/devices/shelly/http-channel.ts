import { troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpClient } from '../../http/types.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import { createNonceCounter, headerAuthorization, newCnonce, parseHeaderChallenge } from './digest.ts';
import { counterpartOf, malformed, nonceAged, passwordNeeded, passwordWrong, refused, tooBusy } from './failures.ts';
import { parseFrame } from './frames.ts';
import { CALL_TIMEOUT_MS } from './socket-channel.ts';

const MAX_BODY_BYTES = 256 * 1024;

export interface HttpChannel {
  /** `GET /shelly`: who it is; never needs a password. Answers the parsed JSON. */
  info(signal: AbortSignal): Promise<Result<unknown>>;
  /** `POST /rpc` with a request frame. */
  call(method: string, params: object, signal: AbortSignal, timeoutMs?: number): Promise<Result<unknown>>;
}

/** The device over HTTP, one connection a request: for the first look and where no WebSocket is to be had. */
export const createHttpChannel = (options: {
  readonly http: HttpClient;
  /** Host and port, for the sentences. */
  readonly address: string;
  /** The start of every web address. */
  readonly base: string;
  readonly fingerprint: string | undefined;
  readonly secret: string | null;
  readonly onMalformed: () => void;
}): HttpChannel => {
  const { http, address, base, fingerprint, secret } = options;
  const nonces = createNonceCounter();

  const unreadable = (name: string): { readonly ok: false; readonly error: Failure } => {
    options.onMalformed();
    return fail(malformed(address, name).error);
  };

  const exchange = async (
    path: string,
    name: string,
    signal: AbortSignal,
    post: { readonly body: string; readonly login: string | undefined } | null,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Result<HttpAnswer>> => {
    const sent = {
      method: 'POST' as const,
      body: post?.body ?? '',
      headers: {
        'content-type': 'application/json',
        ...(post?.login === undefined ? {} : { authorization: post.login }),
      },
    };
    const answer = await http.send({
      url: `${base}${path}`,
      ...(post === null ? {} : sent),
      timeoutMs,
      maxBytes: MAX_BODY_BYTES,
      fingerprint,
      signal,
    });
    if (answer.ok) return answer;
    if (answer.error.kind === 'too-large' || answer.error.kind === 'cut-short') options.onMalformed();
    return troubleFailure(answer.error, counterpartOf(address, name));
  };

  const loginFor = (uri: string): string | undefined => {
    const login = secret === null ? null : nonces.take();
    if (!login || secret === null) return undefined;
    return headerAuthorization({ ...login, password: secret, method: 'POST', uri, cnonce: newCnonce() });
  };

  return {
    info: async (signal) => {
      const answer = await exchange('/shelly', 'GET /shelly', signal, null);
      if (!answer.ok) return answer;
      if (answer.value.status === 429) return tooBusy(address);
      if (answer.value.status !== 200) return unreadable('GET /shelly');
      try {
        return ok<unknown>(JSON.parse(answer.value.body));
      } catch {
        return unreadable('GET /shelly');
      }
    },
    call: async (method, params, signal, timeoutMs) => {
      const body = JSON.stringify({ id: 1, src: 'commandcenter', method, params });
      for (let attempt = 1; ; attempt += 1) {
        const answer = await exchange('/rpc', method, signal, { body, login: loginFor('/rpc') }, timeoutMs);
        if (!answer.ok) return answer;
        if (answer.value.status === 429) return tooBusy(address);
        if (answer.value.status === 401) {
          if (secret === null) return passwordNeeded(address);
          const challenge = parseHeaderChallenge(answer.value.headers['www-authenticate']);
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
