import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { z } from 'zod';
import { problemSchema } from '../../preload/contract/base.ts';
import {
  type CommandInput,
  type CommandName,
  type CommandOutput,
  commands,
  type QueryInput,
  type QueryName,
  type QueryOutput,
  queries,
  type Request,
} from '../../preload/contract.ts';
import { controlSocketPath } from '../gateway/control-path.ts';
import { fail, ok, permanent, type Result, temporary } from '../result.ts';

const TIMEOUT_MS = 15_000;
/** A reply of the whole action log stays well below this, characters. */
const LONGEST_REPLY = 16_000_000;

const replySchema = z.strictObject({
  reply: z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), value: z.unknown() }),
    z.strictObject({ ok: z.literal(false), problem: problemSchema }),
  ]),
});

const unreadable = () =>
  permanent(
    'cli.unreadable',
    'The running center answered something that this command line does not understand.',
    'Use the command line of the same version as the running center.',
  );

/** Sends one line and answers the line that comes back. `cli.no-center` means that nobody listens. */
const exchange = (folder: string, request: Request, timeoutMs: number): Promise<Result<string>> =>
  new Promise((resolve) => {
    const socket = connect(controlSocketPath(folder));
    let text = '';
    const end = (result: Result<string>): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () =>
      end(
        temporary(
          'cli.timeout',
          `The running center did not answer within ${Math.round(timeoutMs / 1000)} s.`,
          'It may be busy or hung: try again, or end its process.',
        ),
      ),
    );
    socket.on('connect', () => socket.write(`${JSON.stringify({ request })}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const at = text.indexOf('\n');
      if (at >= 0) end(ok(text.slice(0, at)));
      else if (text.length > LONGEST_REPLY) end(unreadable());
    });
    socket.on('end', () => end(unreadable()));
    socket.on('error', (error) =>
      end(temporary('cli.no-center', `No running center was reached (${error.message}).`, 'Start CommandCenter.')),
    );
  });

const ask = async (folder: string, request: Request, output: z.ZodType, timeoutMs: number) => {
  const line = await exchange(folder, request, timeoutMs);
  if (!line.ok) return line;
  let raw: unknown;
  try {
    raw = JSON.parse(line.value);
  } catch {
    return unreadable();
  }
  const parsed = replySchema.safeParse(raw);
  if (!parsed.success) return unreadable();
  const { reply } = parsed.data;
  if (!reply.ok) {
    const { code, kind, message, advice } = reply.problem;
    return fail({ code, kind, message, advice });
  }
  const value = output.safeParse(reply.value);
  return value.success ? ok(value.data) : unreadable();
};

/** Speaks to the center that runs on a data folder. */
export interface ControlClient {
  query<Name extends QueryName>(name: Name, input: QueryInput<Name>): Promise<Result<QueryOutput<Name>>>;
  command<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<Result<CommandOutput<Name>>>;
}

export const createControlClient = (folder: string, timeoutMs = TIMEOUT_MS): ControlClient => ({
  query: async (name, input) =>
    (await ask(folder, { kind: 'query', name, input }, queries[name].output, timeoutMs)) as Result<
      QueryOutput<typeof name>
    >,
  command: async (name, input) =>
    (await ask(
      folder,
      { kind: 'command', name, input, key: randomUUID() },
      commands[name].output,
      timeoutMs,
    )) as Result<CommandOutput<typeof name>>,
});
