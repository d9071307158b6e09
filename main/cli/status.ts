import { existsSync } from 'node:fs';
import type { Mode } from '../../preload/contract/base.ts';
import type { CenterStatus, Overview, Site, StopState } from '../../preload/contract/site.ts';
import { ok, type Result } from '../result.ts';
import { checkDatabase } from '../store/backing-up.ts';
import { databasePath } from '../store/connection.ts';
import { MIGRATIONS } from '../store/migrate.ts';
import { type CliCommand, type CommandContext, done, failed, type Outcome } from './command.ts';
import { createControlClient } from './control-client.ts';
import { nobodyListens, storedMode, withStore } from './offline.ts';

const time = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
const MODES: Readonly<Record<Mode, string>> = {
  watch: 'Watch: it looks and switches nothing',
  suggest: 'Suggest: it asks before each action',
  automate: 'Automate: it acts inside its limits',
};

const stopLine = (stop: StopState): string =>
  `STOPPED by ${stop.who} at ${time(stop.stoppedAt)} UTC${stop.why ? `: ${stop.why}` : ''}. A person ends it with "resume --who NAME".`;

const runningLines = (status: CenterStatus, overview: Result<Overview>): readonly string[] => {
  const site = status.sites.find((each) => each.id === status.activeSiteId);
  return [
    `CommandCenter ${status.version} runs (${status.host}) since ${time(status.startedAt)} UTC.`,
    `${site?.name ?? status.activeSiteId}${site?.demo ? ' (demo)' : ''}. ${status.stop ? stopLine(status.stop) : `${MODES[status.mode]}.`}`,
    ...(overview.ok
      ? [
          overview.value.sentence,
          overview.value.reason,
          ...(overview.value.soc.nowPct === null ? [] : [`Battery ${Math.round(overview.value.soc.nowPct)} %.`]),
          ...overview.value.attention.map((item) => `Needs attention: ${item.subject}, ${item.sentence}.`),
        ]
      : [`The overview could not be had: ${overview.error.message}`]),
    ...(status.pendingProposals > 0 ? [`${status.pendingProposals} proposals wait for an answer.`] : []),
  ];
};

interface StoredHome {
  readonly site: Site;
  readonly mode: Mode;
  readonly stop: StopState | null;
  readonly devices: number;
}

const storedLines = (homes: readonly StoredHome[]): readonly string[] =>
  homes.map(
    ({ site, mode, stop, devices }) =>
      `${site.name}${site.demo ? ' (demo)' : ''}, ${devices} devices. ${stop ? stopLine(stop) : `Next start: ${MODES[mode]}.`}`,
  );

/** Reads the database of a folder where nothing runs; an older database is left as it is, a status changes nothing. */
const stored = async (context: CommandContext): Promise<Outcome> => {
  const { folder, clock } = context;
  const path = databasePath(folder);
  const nothing = `CommandCenter does not run on ${folder}.`;
  if (!existsSync(path)) return done([nothing, 'There is no house in it yet.'], { running: false, homes: [] });
  const checked = checkDatabase(path);
  if (!checked.ok) return failed(checked.error);
  const newest = MIGRATIONS.at(-1)?.number ?? 0;
  if (checked.value.schemaVersion < newest)
    return done(
      [nothing, `Its database has version ${checked.value.schemaVersion}; the next start brings it to ${newest}.`],
      { running: false, schemaVersion: checked.value.schemaVersion, homes: null },
    );
  const homes = await withStore(folder, clock, (store) =>
    ok(
      store.sites.list().map(
        (site): StoredHome => ({
          site,
          mode: storedMode(store, site.id),
          stop: store.stops.active(site.id) ?? null,
          devices: store.devices.list(site.id).length,
        }),
      ),
    ),
  );
  return homes.ok
    ? done([nothing, ...storedLines(homes.value)], { running: false, homes: homes.value })
    : failed(homes.error);
};

export const status: CliCommand = {
  name: 'status',
  summary: 'Says what the house does and why, or what is stored where nothing runs.',
  positionals: [],
  options: {},
  run: async (context) => {
    const client = createControlClient(context.folder);
    const answer = await client.query('center.status', {});
    if (!answer.ok) return nobodyListens(answer) ? stored(context) : failed(answer.error);
    const overview = await client.query('site.overview', { siteId: answer.value.activeSiteId });
    return done(runningLines(answer.value, overview), {
      running: true,
      status: answer.value,
      overview: overview.ok ? overview.value : null,
    });
  },
};
