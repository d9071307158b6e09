import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { parseJson, retryAfterMs, statusFailure, troubleFailure } from '../../http/json-answer.ts';
import type { HttpAnswer, HttpClient } from '../../http/types.ts';
import { type Failure, fail, ok, permanent, type Result } from '../../result.ts';

const PAGE_SIZE = 50;
const MOST_PAGES = 10;

const counterpart = {
  room: 'messenger',
  name: 'Twilio',
  what: 'these messages',
  accessAdvice: 'Copy the account SID and the auth token from the Twilio console again.',
} as const;

/** RFC 2822, such as `Thu, 24 Aug 2023 05:01:45 +0000`, as UTC ms. */
const rfc2822 = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number());

const smsSchema = z.object({
  sid: z.string().min(1).max(64),
  direction: z.string(),
  status: z.string(),
  body: z.string(),
  from: z.string(),
  to: z.string(),
  date_created: rfc2822.nullable(),
  date_sent: rfc2822.nullable(),
  error_code: z.number().nullable(),
});
/** A message as Twilio keeps it. */
export type Sms = z.infer<typeof smsSchema>;

const pageSchema = z.object({ messages: z.array(smsSchema), next_page_uri: z.string().nullable() });
const errorSchema = z.object({ code: z.number().int(), message: z.string() });

/** What each code of https://www.twilio.com/docs/api/errors means for a person. */
const ERRORS: ReadonlyMap<number, readonly [message: string, advice: string]> = new Map([
  [20003, ['Twilio does not know these credentials.', counterpart.accessAdvice]],
  [20404, ['Twilio knows no such account.', counterpart.accessAdvice]],
  [
    21211,
    ['Twilio says that a number to write to is not valid.', 'Write it with country code, such as +4915112345678.'],
  ],
  [21606, ['Twilio cannot send from this number.', 'Choose a number of your Twilio account that can send SMS.']],
  [
    21608,
    ['A trial account of Twilio may only write to verified numbers.', 'Verify the number in the Twilio console.'],
  ],
  [21610, ['This person has told the network not to receive our messages.', 'They can send START to our number.']],
  [30034, ['US networks do not take messages of this number.', 'Register it for A2P 10DLC in the Twilio console.']],
]);

/** What a code of Twilio means; null where a person can do nothing special about it. */
export const errorOf = (code: number): Failure | null => {
  const [message, advice] = ERRORS.get(code) ?? [];
  if (message === undefined || advice === undefined) return null;
  return { code: `messenger.twilio-${code}`, kind: 'permanent', message, advice };
};

const safeError = (body: string): z.infer<typeof errorSchema> | null => {
  try {
    return errorSchema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
};

/** The messages of one Twilio account: https://www.twilio.com/docs/messaging/api/message-resource. */
export interface Twilio {
  send(message: { readonly to: string; readonly body: string }, signal: AbortSignal): Promise<Result<Sms>>;
  get(sid: string, signal: AbortSignal): Promise<Result<Sms>>;
  /** Newest first. `sinceDay`: UTC date YYYY-MM-DD of sending. `pages`: how many are read at most. */
  list(
    by: { readonly to: string; readonly from: string; readonly sinceDay?: string; readonly pages?: number },
    signal: AbortSignal,
  ): Promise<Result<readonly Sms[]>>;
}

export const createTwilio = (options: {
  readonly server: string;
  readonly accountSid: string;
  /** The auth token, or `SK…:secret` of an API key. */
  readonly secret: string;
  readonly from: string;
  readonly http: HttpClient;
  readonly clock: Clock;
}): Twilio => {
  const { accountSid, secret, from, http, clock } = options;
  const server = options.server.replace(/\/+$/, '');
  const messages = `${server}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages`;
  const credentials = secret.includes(':') ? secret : `${accountSid}:${secret}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;

  const refusalOf = (answer: HttpAnswer): { ok: false; error: Failure } | null => {
    if (answer.status < 400) return statusFailure(answer, counterpart, clock.now());
    const error = safeError(answer.body);
    const isTooOften = answer.status === 429 || error?.code === 20429;
    if (isTooOften) {
      const advice = 'It is tried again by itself.';
      const waitMs = retryAfterMs(answer.headers, clock.now()) ?? 10_000;
      const message = 'Twilio says that it is asked too often.';
      return fail({ code: 'messenger.too-often', kind: 'temporary', message, advice, retryAfterMs: waitMs });
    }
    const known = error === null ? null : errorOf(error.code);
    return known === null ? statusFailure(answer, counterpart, clock.now()) : fail(known);
  };

  const exchange = async <Shape>(
    url: string,
    form: Readonly<Record<string, string>> | null,
    shape: z.ZodType<Shape>,
    signal: AbortSignal,
  ): Promise<Result<Shape>> => {
    const answer = await http.send({
      url,
      ...(form === null ? {} : { method: 'POST' as const, body: new URLSearchParams(form).toString() }),
      headers: {
        authorization,
        ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      signal,
    });
    if (!answer.ok) return troubleFailure(answer.error, counterpart);
    return refusalOf(answer.value) ?? parseJson(answer.value.body, shape, counterpart);
  };

  return {
    send: ({ to, body }, signal) => exchange(`${messages}.json`, { To: to, From: from, Body: body }, smsSchema, signal),
    get: (sid, signal) => exchange(`${messages}/${encodeURIComponent(sid)}.json`, null, smsSchema, signal),
    list: async (by, signal) => {
      const found: Sms[] = [];
      const query = new URLSearchParams({ To: by.to, From: by.from, PageSize: String(PAGE_SIZE) });
      // The name of the parameter really ends with ">": the value follows another "=".
      if (by.sinceDay !== undefined) query.set('DateSent>', by.sinceDay);
      let next: string | null = `${messages}.json?${query}`;
      for (let page = 0; next !== null && page < (by.pages ?? MOST_PAGES); page += 1) {
        const read: Result<z.infer<typeof pageSchema>> = await exchange(next, null, pageSchema, signal);
        if (!read.ok) return read;
        found.push(...read.value.messages);
        next = read.value.next_page_uri;
        if (next === null) break;
        // The credentials go to nobody else, whatever a page points to.
        if (!next.startsWith('/2010-04-01/'))
          return permanent('messenger.moved', 'Twilio points to another address.', 'Check the address of Twilio.');
        next = `${server}${next}`;
      }
      return ok(found);
    },
  };
};
