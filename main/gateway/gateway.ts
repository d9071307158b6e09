import { z } from 'zod';
import type { Problem } from '../../preload/contract/base.ts';
import { commands, queries, type Reply, requestSchema } from '../../preload/contract.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { messageOf, type Result } from '../result.ts';
import type { IdempotencyRepository } from '../store/types.ts';
import type { CommandHandlers, Gateway, QueryHandlers, RequestContext } from './types.ts';

interface GatewayDeps {
  readonly queryHandlers: QueryHandlers;
  readonly commandHandlers: CommandHandlers;
  readonly idempotency: IdempotencyRepository;
  readonly clock: Clock;
  readonly log: Log;
}

const refusal = (code: string, message: string, advice: string, fields?: Record<string, string>): Reply<never> => ({
  ok: false,
  problem: { code, kind: 'permanent', message, advice, ...(fields ? { fields } : {}) },
});

/** Turns zod's issues into one sentence and a message a field, so that a form can show each where it belongs. */
/** Checks of length throw on objects that only pretend to have one (`{"length":{"valueOf":2}}`): that is a wrong shape too. */
const parsedBy = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
):
  | { readonly success: true; readonly data: z.output<Schema> }
  | { readonly success: false; readonly error: z.ZodError } => {
  try {
    return schema.safeParse(input);
  } catch (thrown) {
    return { success: false, error: new z.ZodError([{ code: 'custom', path: [], message: messageOf(thrown), input }]) };
  }
};

const inputRefusal = (error: z.ZodError): Reply<never> => {
  const fields = Object.fromEntries(
    error.issues.map((issue) => [issue.path.map(String).join('.') || 'input', issue.message]),
  );
  const [first] = Object.entries(fields);
  return refusal(
    'input.invalid',
    first ? `${first[0]}: ${first[1]}` : 'The input is not valid.',
    'Correct the named field and try again. Nothing was changed.',
    fields,
  );
};

const toReply = (result: Result<unknown, Problem>): Reply<unknown> =>
  result.ok ? { ok: true, value: result.value } : { ok: false, problem: result.error };

/**
 * The one door behind every transport: parses the request, the name and the input, then asks the handler. A command's
 * key makes it idempotent: a double click, a resent message or a reconnect gets the first answer, also after a restart.
 */
export const createGateway = (deps: GatewayDeps): Gateway => {
  const { queryHandlers, commandHandlers, idempotency, clock, log } = deps;
  const refusedCounts: Record<string, number> = {};
  const inFlight = new Map<string, Promise<Reply<unknown>>>();

  const refuse = (reply: Reply<never>): Reply<never> => {
    if (!reply.ok) refusedCounts[reply.problem.code] = (refusedCounts[reply.problem.code] ?? 0) + 1;
    return reply;
  };

  const unknown = (kind: 'query' | 'command', name: string): Reply<never> =>
    refuse(
      refusal(
        'request.unknown',
        `There is no ${kind} "${name}".`,
        'Reload the window: it may be older than the center.',
      ),
    );

  const guarded = async (name: string, run: () => Promise<Result<unknown, Problem>>): Promise<Reply<unknown>> => {
    try {
      return toReply(await run());
    } catch (thrown) {
      log.error('A handler failed', { name, message: messageOf(thrown) });
      return refusal(
        'center.bug',
        `${name} failed inside: ${messageOf(thrown)}.`,
        'The log names the cause. Look at the action log before you try again.',
      );
    }
  };

  const query = async (name: string, input: unknown): Promise<Reply<unknown>> => {
    if (!Object.hasOwn(queries, name)) return unknown('query', name);
    const known = name as keyof typeof queries;
    const parsed = parsedBy(queries[known].input, input);
    if (!parsed.success) return refuse(inputRefusal(parsed.error));
    const handler = queryHandlers[known] as (input: unknown) => Promise<Result<unknown, Problem>>;
    return guarded(name, async () => handler(parsed.data));
  };

  const command = async (
    name: string,
    input: unknown,
    key: string,
    context: RequestContext,
  ): Promise<Reply<unknown>> => {
    if (!Object.hasOwn(commands, name)) return unknown('command', name);
    const known = name as keyof typeof commands;
    const parsed = parsedBy(commands[known].input, input);
    if (!parsed.success) return refuse(inputRefusal(parsed.error));
    const seen = inFlight.get(key);
    if (seen) return seen;
    const handler = commandHandlers[known] as (
      input: unknown,
      context: RequestContext,
    ) => Promise<Result<unknown, Problem>>;
    const run = guarded(name, async () => handler(parsed.data, context));
    inFlight.set(key, run);
    try {
      const reply = await run;
      remember(key, reply);
      return reply;
    } finally {
      inFlight.delete(key);
    }
  };

  /** A stop must answer even when the disk does not: what cannot be remembered is logged, never thrown. */
  const remember = (key: string, reply: Reply<unknown>): void => {
    try {
      idempotency.put(key, JSON.stringify(reply), clock.now());
    } catch (thrown) {
      log.error('An answer could not be remembered', { message: messageOf(thrown) });
    }
  };

  const remembered = (key: string): Reply<unknown> | undefined => {
    try {
      const text = idempotency.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as Reply<unknown>);
    } catch (thrown) {
      log.error('A remembered answer could not be read', { message: messageOf(thrown) });
      return undefined;
    }
  };

  return {
    handle: async (raw, context) => {
      const request = parsedBy(requestSchema, raw);
      if (!request.success)
        return refuse(
          refusal(
            'request.malformed',
            'The request has the wrong shape.',
            'Reload the window: it may be older than the center.',
          ),
        );
      if (request.data.kind === 'query') return query(request.data.name, request.data.input);
      const { name, input, key } = request.data;
      return remembered(key) ?? command(name, input, key, context);
    },
    refused: () => ({ ...refusedCounts }),
  };
};
