// npm start: installs what is missing, builds, and opens the desktop application; where that cannot be had, `serve`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { become, ensureBuilt, ensureInstalled, giveUp, nodePath, ROOT } from './setup.mjs';

const HELP = `npm start -- [options]
  --serve        the same center in a browser window, without Electron
  --demo         use the demo home (the default on an empty data folder)
  --no-demo      start with an empty home of your own
  --data DIR     keep everything in DIR
  --port N       port of the page under serve (default: a free one)
  --no-open      do not open a browser`;

const options = {
  serve: { type: 'boolean' },
  demo: { type: 'boolean' },
  'no-demo': { type: 'boolean' },
  data: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

const readFlags = () => {
  try {
    return parseArgs({ options, args: process.argv.slice(2) }).values;
  } catch (error) {
    return giveUp(`${error.message}\n${HELP}`);
  }
};

const flags = readFlags();
if (flags.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}

ensureInstalled();
const node = nodePath();
ensureBuilt();

const passOn = [
  ...(flags.demo ? ['--demo'] : []),
  ...(flags['no-demo'] ? ['--no-demo'] : []),
  ...(flags.data ? ['--data', flags.data] : []),
];

/** Why the desktop application cannot be opened here, in one sentence; undefined when it can. */
const whyNoDesktop = () => {
  if (flags.serve) return '';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'There is no display here, so the desktop window cannot open: serving the same application to a browser instead.';
  const electron = join(ROOT, 'node_modules', 'electron');
  if (existsSync(join(electron, 'path.txt'))) return undefined;
  process.stdout.write('Fetching Electron’s runtime (once) …\n');
  if (spawnSync(node, [join(electron, 'install.js')], { stdio: 'ignore' }).status !== 0)
    return 'Electron’s runtime could not be fetched, so the desktop window cannot open: serving the same application to a browser instead.';
  return undefined;
};

const reason = whyNoDesktop();
if (reason === undefined) {
  become(node, [join(ROOT, 'node_modules', 'electron', 'cli.js'), ROOT, ...passOn]);
} else {
  if (reason) process.stdout.write(`${reason}\n`);
  become(node, [
    join(ROOT, 'out', 'main', 'serve.js'),
    ...passOn,
    ...(flags.port ? ['--port', flags.port] : []),
    ...(flags['no-open'] ? ['--no-open'] : []),
  ]);
}
