import type { Clock } from '../../../clock.ts';
import { type Failure, ok, type Result } from '../../../result.ts';
import { LOGIN_REST_MS, loginRefused, passwordMissing, passwordWrong } from './failures.ts';
import { sealedPassword, signatureForKey, signatureForLogin } from './seal.ts';
import type { ServiceName } from './services.ts';
import { serviceOf } from './services.ts';
import { type Envelope, keySchema, type TokenAnswer, tokenSchema } from './shapes.ts';

const CLIENT_ID = 'csp-web';
/** A token is renewed before it ends by so much. */
const AHEAD_MS = 60_000;
const USUAL_LIFE_S = 3_600;
const GIVEN_UP_MS = 3_600_000;

export interface Token {
  readonly access: string;
  readonly refresh: string | null;
  readonly endsMs: number;
}

/** One request without a token: an envelope, whatever it says, or the failure. */
export type AskOpenly = (
  request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object },
  what: string,
  signal: AbortSignal,
) => Promise<Result<Envelope>>;

export interface Login {
  /** The token in force; logs in once where there is none. Those who ask at the same time wait for one login. */
  token(signal: AbortSignal): Promise<Result<Token>>;
  /** `stale` was refused: refreshed once, else logged in once. Another's newer token is taken as it is. */
  renew(stale: Token, signal: AbortSignal): Promise<Result<Token>>;
  /** Nothing is tried with this account for an hour: it could be locked. */
  giveUp(because: { readonly ok: false; readonly error: Failure }): void;
}

/** Words with which the clouds refuse a name or password; anything else may pass by itself. */
const WRONG_WORDS = /credential|password|username|account|user name|invalid|not exist|incorrect/i;

export const createLogin = (options: {
  readonly clock: Clock;
  readonly host: string;
  readonly service: ServiceName;
  readonly account: string;
  readonly secret: string | null;
  readonly ask: AskOpenly;
}): Login => {
  const { clock, host, account, secret, ask } = options;
  const service = serviceOf(options.service);
  let token: Token | null = null;
  /** The last word on this account; a wrong password is one until the person enters another. */
  let given: { readonly because: { readonly ok: false; readonly error: Failure }; readonly untilMs: number } | null =
    null;
  let restUntilMs = Number.NEGATIVE_INFINITY;
  let refusal: string | null = null;
  let underWay: Promise<Result<Token>> | null = null;

  const tokenIn = ({ data }: Envelope): Token | null => {
    const parsed = tokenSchema.safeParse(data);
    return parsed.success ? tokenOf(parsed.data) : null;
  };
  const tokenOf = ({ access_token, refresh_token, expires_in }: TokenAnswer): Token => ({
    access: access_token,
    refresh: refresh_token || null,
    endsMs: clock.monotonicMs() + (expires_in !== null && expires_in > 0 ? expires_in : USUAL_LIFE_S) * 1_000,
  });

  const credentials = async (password: string, signal: AbortSignal): Promise<Result<object>> => {
    const plain = { client_id: CLIENT_ID, grant_type: 'password', username: account };
    if (service.login === 'plain') return ok({ ...plain, password });
    const { source } = service.login;
    const nonce = clock.now();
    const query = `source=${source}&nonce=${nonce}&sign=${signatureForKey(nonce, source)}`;
    const answer = await ask({ method: 'GET', path: `/anonymous/publicKey?${query}` }, 'the key for the login', signal);
    if (!answer.ok) return answer;
    const key = keySchema.safeParse(answer.value.data);
    if (!key.success) return loginRefused(host, answer.value.msg);
    const sealed = sealedPassword(password, key.data);
    if (!sealed.ok) return sealed;
    // A nonce is used once.
    const second = Math.max(clock.now(), nonce + 1);
    return ok({
      ...plain,
      password: sealed.value,
      source,
      nonce: second,
      sign: signatureForLogin(second, source, key.data),
    });
  };

  const logIn = async (signal: AbortSignal): Promise<Result<Token>> => {
    if (secret === null || secret === '' || account === '') return passwordMissing(host);
    if (clock.monotonicMs() < restUntilMs) return loginRefused(host, refusal);
    const body = await credentials(secret, signal);
    if (!body.ok) return body;
    const path = service.login === 'plain' ? '/oauth/token' : '/oauth/token/new';
    const answer = await ask({ method: 'POST', path, body: body.value }, 'the login', signal);
    if (!answer.ok) {
      if (answer.error.code === 'device.access') given = { because: answer, untilMs: Number.POSITIVE_INFINITY };
      return answer;
    }
    const found = answer.value.success === false ? null : tokenIn(answer.value);
    if (found) return ok(found);
    // A wrong password comes with status 200.
    if (WRONG_WORDS.test(answer.value.msg ?? '')) {
      given = { because: passwordWrong(host, answer.value.msg), untilMs: Number.POSITIVE_INFINITY };
      return given.because;
    }
    restUntilMs = clock.monotonicMs() + LOGIN_REST_MS;
    refusal = answer.value.msg ?? null;
    return loginRefused(host, refusal);
  };

  const refreshed = async ({ refresh }: Token, signal: AbortSignal): Promise<Token | null> => {
    if (refresh === null) return null;
    const body = { client_id: CLIENT_ID, grant_type: 'refresh_token', refresh_token: refresh };
    const answer = await ask({ method: 'POST', path: '/oauth/token', body }, 'a new token', signal);
    return answer.ok && answer.value.success !== false ? tokenIn(answer.value) : null;
  };

  /** One at a time; whoever comes meanwhile gets the same answer. */
  const joined = (work: () => Promise<Result<Token>>): Promise<Result<Token>> => {
    underWay ??= work()
      .then((result) => {
        token = result.ok ? result.value : null;
        return result;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };

  const renew = (stale: Token, signal: AbortSignal): Promise<Result<Token>> =>
    joined(async () => {
      const fresh = await refreshed(stale, signal);
      return fresh ? ok(fresh) : logIn(signal);
    });

  const lastWord = () => (given !== null && clock.monotonicMs() < given.untilMs ? given.because : null);

  return {
    token: (signal) => {
      const word = lastWord();
      if (word) return Promise.resolve(word);
      if (underWay !== null) return underWay;
      if (!token) return joined(() => logIn(signal));
      return token.endsMs - AHEAD_MS > clock.monotonicMs() ? Promise.resolve(ok(token)) : renew(token, signal);
    },
    renew: (stale, signal) => {
      const word = lastWord();
      if (word) return Promise.resolve(word);
      if (token && token.access !== stale.access) return Promise.resolve(ok(token));
      return renew(stale, signal);
    },
    giveUp: (because) => {
      given = { because, untilMs: clock.monotonicMs() + GIVEN_UP_MS };
      token = null;
    },
  };
};
