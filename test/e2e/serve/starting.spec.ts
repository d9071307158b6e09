import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { startServe } from '../../support/e2e/running-serve.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const BUNDLED = join(ROOT, 'node_modules', 'node', 'bin', 'node');

/** Nodes that this machine has outside the project, with their major version. */
const otherNodes = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node']
  .filter((path) => existsSync(path))
  .map((path) => ({
    path,
    major: Number(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.slice(1).split('.')[0]),
  }));
const oldNode = otherNodes.find(({ major }) => major < 22)?.path;

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-start-'));
  folders.push(folder);
  return folder;
};
test.afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

for (const entry of ['serve.js', 'cli.js', 'index.js'])
  test(`${entry} on a Node that is too old says one sentence and fails, before anything native loads`, () => {
    test.skip(oldNode === undefined, 'this machine has no Node below 22 to try with');
    const run = spawnSync(oldNode ?? '', [join(ROOT, 'out', 'main', entry)], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.signal).toBeNull();
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(entry === 'index.js' ? /Electron|Node 22/ : /needs Node 22/);
  });

test('a second serve on the same data refuses, and names the first', async () => {
  const folder = newFolder();
  const first = await startServe(folder);
  const second = spawnSync(BUNDLED, [join(ROOT, 'out', 'main', 'serve.js'), '--data', folder, '--no-open'], {
    encoding: 'utf8',
  });
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/already controlled by serve/);
  expect(second.stderr).toContain(String(first.process.pid));
  expect(await first.close()).toBe(0);
});

test('a damaged database is told with what to do, and is left as it is', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'commandcenter.sqlite'), 'this is no database, but somebody may still want it back');
  const run = spawnSync(BUNDLED, [join(ROOT, 'out', 'main', 'serve.js'), '--data', folder, '--no-open'], {
    encoding: 'utf8',
  });
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/database/);
  expect(run.stderr).toMatch(/restore/i);
});

test('a port that is taken, and a flag that does not exist, are told in a sentence', async () => {
  const first = await startServe(newFolder());
  const start = (flags: readonly string[]) =>
    spawnSync(BUNDLED, [join(ROOT, 'out', 'main', 'serve.js'), '--no-open', '--data', newFolder(), ...flags], {
      encoding: 'utf8',
    });
  const taken = start(['--port', String(first.port)]);
  expect(taken.status).toBe(1);
  expect(taken.stderr).toContain(`Port ${first.port} cannot be used`);
  const unknown = start(['--prot', '1']);
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain('--prot');
  await first.close();
});
