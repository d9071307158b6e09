// Shared by start, test and cli: plain JavaScript without a single package, since it runs before anything is installed
// and on whichever Node is on the path.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const LEAST_NODE_MAJOR = 22;
const npmCommand = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Says one sentence and ends with a code that is not 0. */
export const giveUp = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
};

/** The Node that comes with the project's packages, where it is there. */
const bundledNode = () => {
  const path = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(path) ? path : undefined;
};

/** The Node to run everything with: the bundled one, else the present one where it is new enough, else one sentence. */
export const nodePath = () => {
  const bundled = bundledNode();
  if (bundled) return bundled;
  if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE_MAJOR) return process.execPath;
  return giveUp(
    `CommandCenter needs Node ${LEAST_NODE_MAJOR} or newer and this is ${process.versions.node}: run "npm install" here, which brings a fitting one along, or install a newer Node.`,
  );
};

/** The environment with the project's own tools, and so its own Node, first on the path. */
export const environment = (extra = {}) => ({
  ...process.env,
  PATH: [join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(process.platform === 'win32' ? ';' : ':'),
  ...extra,
});

/** Runs a command to its end with our input and output; answers its exit code. */
export const run = (command, args, extra = {}) => {
  const done = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: environment(extra) });
  return done.status ?? 1;
};

/** The same, with all that it prints on standard error: standard output belongs to the command that was asked for. */
const runAside = (command, args) =>
  spawnSync(command, args, { cwd: ROOT, stdio: ['inherit', 2, 'inherit'], env: environment({}) }).status ?? 1;

/** Runs a command until it ends and ends with its code; passes signals on, so that it can stop cleanly. */
export const become = (command, args, extra = {}) => {
  const child = spawn(command, args, { cwd: process.cwd(), stdio: 'inherit', env: environment(extra) });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => giveUp(`${command} could not be started: ${error.message}.`));
  child.once('exit', (code) => process.exit(code ?? 1));
};

/** Installs the packages when they are missing or older than the lock file. */
export const ensureInstalled = () => {
  const lock = join(ROOT, 'package-lock.json');
  const mark = join(ROOT, 'node_modules', '.package-lock.json');
  const current = existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs - 1000;
  if (current && bundledNode()) return;
  process.stderr.write('Installing what is missing (once, a minute or two) …\n');
  // Not `npm ci`: it refuses a lock file that lacks the optional binaries of platforms a registry does not carry.
  if (runAside(npmCommand, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']) !== 0)
    giveUp(
      'The packages could not be installed; the lines above say why. Check the network and the disk, then try again.',
    );
};

const newestIn = (path) => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
};

/** Builds main, preload and renderer when a source is newer than the last build. */
export const ensureBuilt = () => {
  const stamp = join(ROOT, 'out', '.built');
  const sources = ['main', 'preload', 'renderer', 'models', 'electron.vite.config.ts', 'package-lock.json'];
  const newest = Math.max(...sources.map((name) => newestIn(join(ROOT, name))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  process.stderr.write('Building …\n');
  const cli = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  if (runAside(nodePath(), [cli, 'build', '--logLevel', 'warn']) !== 0)
    giveUp('The build failed; the lines above say why.');
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(stamp, '');
};
