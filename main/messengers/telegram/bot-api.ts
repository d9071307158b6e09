import { z } from 'zod';
import { parseJson, troubleFailure } from '../../http/json-answer.ts';
import type { HttpClient } from '../../http/types.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';

const ANSWER_MS = 15_000;

const replySchema = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error_code: z.number().int(),
    description: z.string(),
    parameters: z.object({ retry_after: z.number().min(0).max(86_400).optional() }).optional(),
  }),
]);
type Refusal = Extract<z.infer<typeof replySchema>, { ok: false }>;

const counterpart = { room: 'messenger', name: 'Telegram', what: 'its answer', accessAdvice: '' } as const;

/** What a person can do about a refusal, by what its description says. */
const REFUSALS: readonly {
  readonly says: RegExp;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}[] = [
  {
    says: /webhook is active/i,
    code: 'webhook',
    message: 'Another service receives the answers of this Telegram bot by a webhook.',
    advice: 'Make a bot of its own for CommandCenter, or delete the webhook.',
  },
  {
    says: /terminated by other getUpdates|^conflict/i,
    code: 'conflict',
    message: 'Another program reads the answers of this Telegram bot.',
    advice: 'Make a bot of its own for CommandCenter, or end the other program.',
  },
  {
    says: /chat not found|upgraded to a supergroup/i,
    code: 'chat',
    message: 'Telegram knows no such chat.',
    advice: 'Open the bot in Telegram, press Start, and check the number of the chat.',
  },
  {
    says: /blocked by the user|can't initiate|deactivated|kicked/i,
    code: 'blocked',
    message: 'The Telegram bot may not write to this chat.',
    advice: 'Open the bot in Telegram and press Start.',
  },
];

const refusalOf = ({ error_code: status, description, parameters }: Refusal): Failure => {
  if (status === 429)
    return {
      code: 'messenger.too-often',
      kind: 'temporary',
      message: 'Telegram says that it is asked too often.',
      advice: 'It is tried again by itself.',
      retryAfterMs: (parameters?.retry_after ?? 5) * 1000,
    };
  if (status === 401 || status === 404)
    return {
      code: 'messenger.access',
      kind: 'permanent',
      message: 'Telegram does not know this bot token.',
      advice: 'Copy the token of the bot from BotFather again.',
    };
  const known = REFUSALS.find(({ says }) => says.test(description));
  if (known !== undefined)
    return {
      code: `messenger.${known.code}`,
      kind: 'permanent',
      message: known.message,
      advice: known.advice,
    };
  return {
    code: 'messenger.refused',
    kind: status >= 500 ? 'temporary' : 'permanent',
    message: `Telegram refused it (${status}).`,
    advice: status >= 500 ? 'It is tried again by itself.' : 'Check the settings of Telegram.',
  };
};

/** One method of the bot with JSON both ways. The token is part of the address: no address is ever logged or shown. */
export type CallBot = <Shape>(
  method: string,
  input: Readonly<Record<string, unknown>>,
  shape: z.ZodType<Shape>,
  options: { readonly signal: AbortSignal; readonly waitMs?: number },
) => Promise<Result<Shape>>;

/** The Bot API: https://core.telegram.org/bots/api#making-requests. `waitMs`: how long the method itself waits. */
export const createBot =
  ({ server, token, http }: { readonly server: string; readonly token: string; readonly http: HttpClient }): CallBot =>
  async (method, input, shape, { signal, waitMs = 0 }) => {
    const answer = await http.send({
      method: 'POST',
      url: `${server.replace(/\/+$/, '')}/bot${encodeURIComponent(token).replace('%3A', ':')}/${method}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      timeoutMs: waitMs + ANSWER_MS,
      signal,
    });
    if (!answer.ok) return troubleFailure(answer.error, counterpart);
    const reply = parseJson(answer.value.body, replySchema, counterpart);
    if (!reply.ok) return reply;
    if (!reply.value.ok) return fail(refusalOf(reply.value));
    const result = shape.safeParse(reply.value.result);
    return result.success ? ok(result.data) : parseJson(JSON.stringify(reply.value.result ?? null), shape, counterpart);
  };
