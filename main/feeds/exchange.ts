import { type Counterpart, statusFailure, troubleFailure } from '../http/json-answer.ts';
import type { HttpAnswer } from '../http/types.ts';
import { type Failure, fail, ok, type Result } from '../result.ts';
import { conditions } from './provider/conditional.ts';
import type { FeedPlace, ProviderDeps, Validators } from './types.ts';

/** The failure without the key, wherever a text may have taken it in. */
const withoutKey = (failure: Failure, key: string | null): Failure => {
  if (key === null || key === '') return failure;
  const clean = (text: string): string => text.replaceAll(encodeURIComponent(key), '•••').replaceAll(key, '•••');
  return { ...failure, message: clean(failure.message), advice: clean(failure.advice) };
};

export interface ExchangeWish {
  readonly deps: ProviderDeps;
  readonly place: FeedPlace;
  readonly signal: AbortSignal;
  /** Below the place's base address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly validators?: Validators;
  readonly who: Counterpart;
  /** What the provider itself says of an error status; null leaves it to the usual words. */
  readonly explain?: (answer: HttpAnswer, now: number) => { ok: false; error: Failure } | null;
}

/** One GET of a provider: 2xx and 304 are answers, everything else a failure in plain words that never shows the key. */
export const exchange = async (wish: ExchangeWish): Promise<Result<HttpAnswer>> => {
  const { deps, place, who } = wish;
  const query = new URLSearchParams(Object.entries(wish.query ?? {}).map(([name, value]) => [name, String(value)]));
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const answer = await deps.http.send({
    url: `${place.baseUrl}${wish.path}${search}`,
    headers: {
      accept: 'application/json',
      'user-agent': deps.userAgent,
      ...conditions(wish.validators),
      ...wish.headers,
    },
    timeoutMs: 30_000,
    signal: wish.signal,
  });
  const judge = (): Result<HttpAnswer> => {
    if (!answer.ok) return troubleFailure(answer.error, who);
    const now = deps.clock.now();
    const isError = answer.value.status >= 400;
    const explained = isError ? (wish.explain?.(answer.value, now) ?? null) : null;
    return explained ?? statusFailure(answer.value, who, now) ?? ok(answer.value);
  };
  const judged = judge();
  return judged.ok ? judged : fail(withoutKey(judged.error, place.key));
};
