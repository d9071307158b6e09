import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { DateTime } from 'luxon';
import { messageOf } from '../result.ts';
import { backupFolder, checkDatabase } from '../store/backing-up.ts';
import { databasePath } from '../store/connection.ts';
import { MIGRATIONS } from '../store/migrate.ts';
import { isTimeZone } from '../zone.ts';
import type { CommandContext } from './command.ts';
import { createControlClient } from './control-client.ts';
import { holderOf } from './holder.ts';

/** One thing that was looked at. `note` works, but a person may want to know; `fix` says what to do. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly sentence: string;
  readonly fix: string | null;
}

type Check = (context: CommandContext) => Finding | Promise<Finding>;

const DAY_MS = 86_400_000;
const SCARCE_BYTES = 500_000_000;
const TOO_LITTLE_BYTES = 50_000_000;
/** No machine that runs this version can have an earlier date: its clock is wrong. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const fine = (name: string, sentence: string): Finding => ({ name, state: 'ok', sentence, fix: null });
const note = (name: string, sentence: string, fix: string): Finding => ({ name, state: 'note', sentence, fix });
const problem = (name: string, sentence: string, fix: string): Finding => ({ name, state: 'problem', sentence, fix });
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const node: Check = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 12)
    ? fine('Node', `${process.versions.node}.`)
    : problem('Node', `${process.versions.node} is too old.`, 'Use "npm run cli", which brings a fitting one along.');
};

const dataFolder: Check = ({ folder }) => {
  if (!existsSync(folder)) return note('Data folder', `${folder} does not exist yet.`, 'The first start makes it.');
  if (!statSync(folder).isDirectory()) return problem('Data folder', `${folder} is no folder.`, 'Move the file away.');
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return fine('Data folder', `${folder} can be written.`);
  } catch (thrown) {
    return problem(
      'Data folder',
      `${folder} cannot be written (${messageOf(thrown)}).`,
      'Give this user the right to write to it, or choose another with --data.',
    );
  }
};

const controller: Check = async ({ folder }) => {
  const holder = holderOf(folder);
  const reached = await createControlClient(folder).query('center.status', {});
  if (reached.ok)
    return fine('Controller', `CommandCenter ${reached.value.version} runs (${reached.value.host}) and answers.`);
  if (holder === null) return fine('Controller', 'Nothing runs on this folder; it is free.');
  if (!holder.alive)
    return note(
      'Controller',
      `The last one (process ${holder.pid}) ended without signing off.`,
      'Nothing to do: the next start takes over.',
    );
  return problem(
    'Controller',
    `Process ${holder.pid} (${holder.host}) holds the folder and does not answer: ${reached.error.message}`,
    'Wait a little, then end that process and start again.',
  );
};

const database: Check = ({ folder }) => {
  const path = databasePath(folder);
  if (!existsSync(path)) return note('Database', 'There is none yet.', 'The first start makes it.');
  const checked = checkDatabase(path);
  return checked.ok
    ? fine('Database', `Whole, ${megabytes(checked.value.bytes)}.`)
    : problem('Database', checked.error.message, checked.error.advice);
};

const schema: Check = ({ folder }) => {
  const path = databasePath(folder);
  const newest = MIGRATIONS.at(-1)?.number ?? 0;
  if (!existsSync(path)) return fine('Schema', `A new database gets version ${newest}.`);
  const checked = checkDatabase(path);
  if (!checked.ok) return problem('Schema', 'It cannot be read.', 'Mend the database first.');
  return checked.value.schemaVersion === newest
    ? fine('Schema', `Version ${newest}.`)
    : note(
        'Schema',
        `Version ${checked.value.schemaVersion} of ${newest}.`,
        'The next start backs up and brings it up.',
      );
};

/** The nearest folder above that exists: a data folder is made on the first start. */
const existing = (folder: string): string => (existsSync(folder) ? folder : existing(join(folder, '..')));

const disk: Check = ({ folder }) => {
  const { bavail, bsize } = statfsSync(existing(folder));
  const free = bavail * bsize;
  const sentence = `${megabytes(free)} are free.`;
  if (free < TOO_LITTLE_BYTES)
    return problem('Disk', sentence, 'Free some space now: the house can soon no longer log what it does.');
  return free < SCARCE_BYTES ? note('Disk', sentence, 'Free some space soon.') : fine('Disk', sentence);
};

const backups: Check = ({ folder, clock }) => {
  const place = backupFolder(folder);
  const newest = existsSync(place)
    ? readdirSync(place)
        .filter((file) => file.endsWith('.sqlite'))
        .sort()
        .at(-1)
    : undefined;
  if (!newest)
    return existsSync(databasePath(folder))
      ? note('Backups', 'There is none yet.', 'Make one with "backup".')
      : fine('Backups', 'Nothing to back up yet.');
  const path = join(place, newest);
  if (!checkDatabase(path).ok)
    return problem('Backups', `The newest, ${newest}, is damaged.`, 'Make another with "backup" and check the disk.');
  const ageDays = (clock.now() - statSync(path).mtimeMs) / DAY_MS;
  return ageDays > 2
    ? note('Backups', `The newest, ${newest}, is ${Math.floor(ageDays)} days old.`, 'One is made daily while it runs.')
    : fine('Backups', `The newest, ${newest}, is whole.`);
};

const electron: Check = ({ root }) => {
  const place = join(root, 'node_modules', 'electron');
  const pathFile = join(place, 'path.txt');
  const binary = existsSync(pathFile) ? join(place, 'dist', readFileSync(pathFile, 'utf8').trim()) : null;
  return binary && existsSync(binary)
    ? fine('Electron', 'The desktop application can be opened.')
    : note('Electron', 'Its runtime is not installed.', '"npm start" fetches it, or serves a browser page instead.');
};

const BROWSERS: Readonly<Record<string, readonly string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'firefox', 'xdg-open'],
};

const browser: Check = ({ env, platform }) => {
  const names = BROWSERS[platform];
  if (!names) return fine('Browser', 'This system brings one along.');
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const found = names.find((name) => folders.some((folder) => existsSync(join(folder, name))));
  return found
    ? fine('Browser', `${found} is there.`)
    : note('Browser', 'None was found.', 'Only the page of "serve" needs one.');
};

/** Summer time of a known zone, so that a Node without full time zone data is noticed before a day has 24 hours wrongly. */
const timeZones: Check = () => {
  const offset = (month: number): number =>
    DateTime.fromObject({ year: 2026, month, day: 15 }, { zone: 'Europe/Berlin' }).offset;
  return isTimeZone('Europe/Berlin') && isTimeZone('Australia/Lord_Howe') && offset(1) === 60 && offset(7) === 120
    ? fine('Time zones', `Known; this machine is in ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`)
    : problem('Time zones', 'This Node lacks time zone data.', 'Use a Node with full ICU, as "npm run cli" does.');
};

const clockSanity: Check = ({ clock, folder }) => {
  const now = clock.now();
  const path = databasePath(folder);
  const written = existsSync(path) ? statSync(path).mtimeMs : 0;
  const fix = 'Set the clock, best from the network: forecasts, prices and minimum times all follow it.';
  if (now < EARLIEST_MS) return problem('Clock', `It says ${new Date(now).toISOString()}.`, fix);
  if (written > now + CLOCK_TOLERANCE_MS)
    return problem('Clock', `The database was last written in the future (${new Date(written).toISOString()}).`, fix);
  return fine('Clock', `${new Date(now).toISOString()}.`);
};

const CHECKS: readonly Check[] = [
  node,
  dataFolder,
  controller,
  database,
  schema,
  disk,
  backups,
  electron,
  browser,
  timeZones,
  clockSanity,
];

/** Runs every check; one that fails by itself is a problem, and the others still run. */
export const findings = async (context: CommandContext): Promise<readonly Finding[]> => {
  const found: Finding[] = [];
  for (const check of CHECKS) {
    try {
      found.push(await check(context));
    } catch (thrown) {
      found.push(
        problem(check.name, `It could not be checked (${messageOf(thrown)}).`, 'Look at the data folder by hand.'),
      );
    }
  }
  return found;
};
