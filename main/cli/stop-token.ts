import { createStopTokens, newStopToken } from '../gateway/stop-tokens.ts';
import { ok, type Result } from '../result.ts';
import { type CliCommand, type CommandContext, done, failed, textOf, usage } from './command.ts';
import { createControlClient } from './control-client.ts';
import { nobodyListens, withStore } from './offline.ts';

interface Change {
  readonly who: string;
  readonly name: string | null;
  readonly hash: string | null;
}

const keep = async (
  context: CommandContext,
  change: Change,
): Promise<Result<{ readonly names: readonly string[] }>> => {
  const kept = await createControlClient(context.folder).command('stop.setToken', change);
  if (!nobodyListens(kept)) return kept;
  return withStore(context.folder, context.clock, ({ state }) => {
    const tokens = createStopTokens(state, context.clock);
    if (change.name !== null && change.hash !== null) tokens.keep(change.name, change.hash);
    else tokens.revoke(change.name);
    return ok({ names: tokens.names() });
  });
};

/** A secret that stops the house over HTTP and can do nothing else. Only its hash leaves this terminal. */
export const stopToken: CliCommand = {
  name: 'stop-token',
  summary: 'Makes a token that stops the house over HTTP, shown once; --revoke takes it back.',
  positionals: [],
  options: {
    name: { type: 'string', help: 'what holds it, kept in the log at a stop (default: HTTP)' },
    revoke: { type: 'boolean', help: 'take back the token of that name, or all of them without --name' },
  },
  run: async (context) => {
    const name = textOf(context, 'name');
    if (name !== undefined && (name.length === 0 || name.length > 80))
      return usage('--name needs a name of 1 to 80 characters.');
    const who = context.userName || 'terminal';
    if (context.values['revoke'] === true) {
      const revoked = await keep(context, { who, name: name ?? null, hash: null });
      if (!revoked.ok) return failed(revoked.error);
      const { names } = revoked.value;
      const left = names.length === 0 ? 'No token is left.' : `Left: ${names.join(', ')}.`;
      return done([`${name === undefined ? 'All tokens are' : `The token of ${name} is`} taken back. ${left}`], {
        names,
      });
    }
    const made = newStopToken();
    const kept = await keep(context, { who, name: name ?? 'HTTP', hash: made.hash });
    if (!kept.ok) return failed(kept.error);
    return done(
      [
        made.token,
        'It is shown this once: only its hash is kept. It stops the house and can do nothing else.',
        'POST /stop with the header "Authorization: Bearer TOKEN", to the address of serve or over the control socket.',
      ],
      { token: made.token, name: name ?? 'HTTP' },
    );
  },
};
