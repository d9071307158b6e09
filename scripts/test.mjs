// npm test: installs what is missing, then checks, unit and integration tests, the build, and the journeys in Chromium.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, giveUp, nodePath, ROOT, run } from './setup.mjs';

const found = (name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim() || undefined;

/** Debian's Chromium where root may install it, else Playwright's own, else an instruction. */
const ensureChromium = () => {
  const present = process.env.CHROMIUM_PATH ?? found('chromium') ?? found('chromium-browser') ?? found('google-chrome');
  if (present) return present;
  if (process.getuid?.() === 0 && found('apt-get')) {
    process.stdout.write('Installing Chromium from Debian’s packages …\n');
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], quiet);
    if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet) === 0) {
      const installed = found('chromium');
      if (installed) return installed;
    }
  }
  process.stdout.write('Fetching Playwright’s own Chromium …\n');
  if (run(nodePath(), [join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'), 'install', 'chromium']) === 0)
    return '';
  return giveUp(
    'No Chromium was found and none could be installed: install one, or name it in CHROMIUM_PATH, then try again.',
  );
};

const step = (label, command, args, extra) => {
  const startedAt = Date.now();
  process.stdout.write(`\n── ${label}\n`);
  const code = run(command, args, extra);
  process.stdout.write(
    `── ${label}: ${code === 0 ? 'passed' : `failed with code ${code}`}, ${Math.round((Date.now() - startedAt) / 1000)} s\n`,
  );
  if (code !== 0) process.exit(code);
};

ensureInstalled();
const node = nodePath();
const chromium = ensureChromium();
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

step('types', bin('tsc'), ['--noEmit']);
step('lint and format', bin('biome'), ['check', '--error-on-warnings', '.']);
step('floors of the house', node, [join(ROOT, 'scripts', 'floors.mjs')]);
step('dead code', bin('knip'), []);
step('unit, property and integration tests', bin('vitest'), ['run', '--project', 'unit']);
ensureBuilt();
step('faults', bin('vitest'), ['run', '--project', 'faults']);
step('journeys in Chromium and in the Electron stand-in', bin('playwright'), ['test'], {
  ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
  ELECTRON_OVERRIDE_DIST_PATH: existsSync(join(ROOT, 'node_modules', 'electron', 'path.txt')) ? '' : '/nonexistent',
});
