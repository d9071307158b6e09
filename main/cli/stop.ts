import type { Site, StopState } from '../../preload/contract/site.ts';
import { saySetpoint } from '../control/words.ts';
import { ok, type Result, temporary } from '../result.ts';
import type { Store } from '../store/types.ts';
import { type CliCommand, type CommandContext, done, failed, type Outcome, textOf, usage } from './command.ts';
import { createControlClient } from './control-client.ts';
import { CONTROLLED, nobodyListens, storedMode, withOpenStore, withStore } from './offline.ts';

interface StopRequest {
  readonly who: string;
  readonly why: string | null;
}

/** What stands in the database when nobody ran: every controllable channel is still to be asked. */
const stopOf = (store: Store, site: Site, { who, why }: StopRequest, now: number): StopState => ({
  siteId: site.id,
  stoppedAt: now,
  who,
  surface: 'cli',
  why,
  whyAt: why === null ? null : now,
  modeBefore: storedMode(store, site.id),
  commandedAfterMs: null,
  answeredAfterMs: null,
  devices: store.devices.list(site.id).flatMap((device) =>
    device.channels
      .filter((channel) => channel.controllable && channel.safeState !== null)
      .map((channel) => ({
        deviceId: device.id,
        channelId: channel.channelId,
        name: channel.name,
        role: channel.role,
        safeState: channel.safeState === null ? 'unknown' : saySetpoint(channel.safeState, null),
        state: 'no-answer',
        readBack: null,
        attempts: 0,
        confirmedAfterMs: null,
        lastAskedAt: null,
        nextAskAt: null,
      })),
  ),
});

/** Persists the stop of every home that is not stopped already. Answers the stops that are in force. */
const persist = (store: Store, request: StopRequest, now: number): Result<readonly StopState[]> =>
  ok(
    store.transaction(() =>
      store.sites.list().map((site) => {
        const active = store.stops.active(site.id);
        if (active) return active;
        const state = stopOf(store, site, request, now);
        store.stops.begin(state);
        return state;
      }),
    ),
  );

const running = async (context: CommandContext, request: StopRequest): Promise<Result<StopState>> => {
  const client = createControlClient(context.folder);
  const status = await client.query('center.status', {});
  if (!status.ok) return status;
  return client.command('stop.activate', {
    siteId: status.value.activeSiteId,
    who: request.who,
    surface: 'cli',
    ...(request.why === null ? {} : { why: request.why }),
  });
};

const sentence = (state: StopState): readonly string[] => {
  const silent = state.devices.filter((device) => device.state === 'no-answer').map((device) => device.name);
  const safe = state.devices.filter((device) => device.state === 'safe').length;
  return [
    `Stopped by ${state.who}. Nothing is switched until a person re-enables it with "resume".`,
    `${state.devices.length} devices are commanded to their safe state, ${safe} have confirmed it.`,
    ...(silent.length > 0 ? [`No answer yet from ${silent.join(', ')}; they are asked again.`] : []),
  ];
};

/** Nothing runs: the stop waits in the database for the next start. */
const whereNothingRuns = async (context: CommandContext, request: StopRequest): Promise<Outcome> => {
  const now = context.clock.now();
  const stored = await withStore(context.folder, context.clock, (store) => persist(store, request, now));
  if (stored.ok)
    return done(
      [
        'The stop is stored: the next start is stopped until a person re-enables it with "resume".',
        'No device was reached, because nothing runs. Switch loads off by hand if it matters now.',
      ],
      { reached: false, stops: stored.value },
    );
  return stored.error.code === CONTROLLED ? whereNobodyAnswers(context, request) : failed(stored.error);
};

/** A center holds the folder and does not answer: the stop is stored beside it, and the person must end it. */
const whereNobodyAnswers = async (context: CommandContext, request: StopRequest): Promise<Outcome> => {
  const now = context.clock.now();
  const stored = await withOpenStore(context.folder, context.clock, (store) => persist(store, request, now));
  const failure = temporary(
    'cli.center-silent',
    stored.ok
      ? 'A center runs on this folder and did not answer. The stop is stored, but it may go on switching until it is ended.'
      : `A center runs on this folder and did not answer, and the stop could not be stored: ${stored.error.message}`,
    'End its process now (controller.json in the data folder names it), then start it again: it comes back stopped.',
  ).error;
  return { kind: 'failed', failure, data: { reached: false, stops: stored.ok ? stored.value : [] } };
};

/** Emergency stop from a terminal: through the running center where there is one, else for the next start. */
export const stop: CliCommand = {
  name: 'stop',
  summary: 'Stops everything: all loads to their safe state, until a person re-enables them.',
  positionals: [],
  options: {
    who: { type: 'string', help: 'your name, kept in the log (default: your user name)' },
    why: { type: 'string', help: 'the reason, kept in the log' },
  },
  run: async (context) => {
    const who = textOf(context, 'who') ?? context.userName;
    if (who.length === 0 || who.length > 80) return usage('--who needs a name of 1 to 80 characters.');
    const why = textOf(context, 'why') || null;
    if (why !== null && why.length > 400) return usage('--why must not be longer than 400 characters.');
    const request: StopRequest = { who, why };
    const reached = await running(context, request);
    if (reached.ok) return done(sentence(reached.value), { reached: true, stops: [reached.value] });
    if (nobodyListens(reached)) return whereNothingRuns(context, request);
    return reached.error.code.startsWith('cli.') ? whereNobodyAnswers(context, request) : failed(reached.error);
  },
};
