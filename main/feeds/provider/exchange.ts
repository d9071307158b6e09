import type { z } from 'zod';
import { parseJson, retryAfterMs, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import type { HttpRequest } from '../../http/types.ts';
import { ok, type Result, temporary } from '../../result.ts';
import type { FeedPlace, ProviderDeps, Validators } from '../types.ts';
import { conditions, expiryOf, validatorsOf } from './conditional.ts';

/** One question to a service. A key stands in `headers` only: an address may turn up in a message, a header never does. */
export interface Question {
  readonly deps: ProviderDeps;
  readonly place: FeedPlace;
  readonly signal: AbortSignal;
  /** Who is asked, for the sentences. */
  readonly name: string;
  /** What is asked for, for the sentences: "the prices of SE3". */
  readonly what: string;
  readonly accessAdvice: string;
  /** With a slash in front and the query behind. */
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Left out where one set of rows is gathered from several addresses: validators belong to one address. */
  readonly validators?: Validators;
  /** Statuses by which this service says "not published yet". */
  readonly absentStatuses?: readonly number[];
}

export interface Heard {
  /** `absent`: nothing is published yet. `unchanged`: what was sent last time still holds. */
  readonly kind: 'body' | 'absent' | 'unchanged';
  readonly body: string;
  readonly validators: Validators;
  readonly expiresAt: number | null;
}

const counterpartOf = ({ name, what, accessAdvice }: Question) => ({ room: 'feed' as const, name, what, accessAdvice });

/** Asks once. Every status that is no success, no "not modified" and no "not published yet" is a failure in plain words. */
export const hear = async (question: Question): Promise<Result<Heard>> => {
  const { deps, place, signal, path, validators } = question;
  const request: HttpRequest = {
    method: question.method ?? 'GET',
    url: `${place.baseUrl}${path}`,
    headers: { 'user-agent': deps.userAgent, ...conditions(validators), ...question.headers },
    ...(question.body === undefined ? {} : { body: question.body }),
    signal,
  };
  const answer = await deps.http.send(request);
  const counterpart = counterpartOf(question);
  if (!answer.ok) return troubleFailure(answer.error, counterpart);
  const { status, headers, body } = answer.value;
  const now = deps.clock.now();
  const heard = { body, validators: validatorsOf(headers), expiresAt: expiryOf(headers, now) };
  if (question.absentStatuses?.includes(status)) return ok({ ...heard, kind: 'absent', body: '' });
  if (status === 304)
    return validators === undefined
      ? temporary('feed.malformed', `${question.name} says that nothing changed, unasked.`, 'It is asked again later.')
      : ok({ ...heard, kind: 'unchanged', validators });
  if (status === 428) {
    // "Precondition required": how one service says "slow down".
    const tooOften = temporary(
      'feed.too-often',
      `${question.name} says that it is asked too often.`,
      'It is asked later.',
    );
    const waitMs = retryAfterMs(headers, now);
    return waitMs === null ? tooOften : { ok: false, error: { ...tooOften.error, retryAfterMs: waitMs } };
  }
  return statusFailure(answer.value, counterpart, now) ?? ok({ ...heard, kind: 'body' });
};

/** The body as JSON of a known shape. */
export const readJson = <Shape>(heard: Heard, schema: z.ZodType<Shape>, question: Question): Result<Shape> =>
  parseJson(heard.body, schema, counterpartOf(question));

/** A body that cannot be used, with the reason. */
export const unusable = (question: Pick<Question, 'name' | 'what'>, why: string) =>
  temporary(
    'feed.malformed',
    `What ${question.name} sent for ${question.what} cannot be used: ${why}.`,
    'It is asked again by itself; check the settings of this source when this goes on.',
  );
