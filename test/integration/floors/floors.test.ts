import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const FLOORS = resolve(import.meta.dirname, '../../../scripts/floors-of.mjs');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Checks a small house of its own; a process of its own, because the checker reads paths from where it runs. */
const brokenIn = (files: Readonly<Record<string, string>>): readonly string[] => {
  const house = mkdtempSync(join(tmpdir(), 'floors-'));
  folders.push(house);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  for (const room of ['main', 'models', 'preload', 'renderer']) mkdirSync(join(house, room), { recursive: true });
  const script = `import { floorsOf } from ${JSON.stringify(FLOORS)};
    process.stdout.write(JSON.stringify(await floorsOf(process.cwd(), ['main', 'models', 'preload', 'renderer'])));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: house, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const { broken, modules } = JSON.parse(run.stdout) as { broken: string[]; modules: number };
  expect(modules).toBeGreaterThanOrEqual(Object.keys(files).length);
  return broken.map((line) => line.split(':')[0] ?? '');
};
const one = 'export const one = 1;\n';
const use = (path: string): string => `import { one } from '${path}';\nexport const two = one + 1;\n`;

describe('the floors of the house', () => {
  it.each([
    [
      'a lower room that looks up',
      'main/store/a.ts',
      '../control/b.ts',
      'main/control/b.ts',
      'floor-1-knows-nothing-above',
    ],
    [
      'a neighbour’s insides',
      'main/control/a.ts',
      '../learning/b.ts',
      'main/learning/b.ts',
      'control-keeps-out-of-its-neighbours',
    ],
    [
      'an actuator outside control',
      'main/automation/a.ts',
      '../devices/actuator-vault.ts',
      'main/devices/actuator-vault.ts',
      'actuators-only-in-commander',
    ],
    [
      'a device that knows the database',
      'main/devices/a.ts',
      '../store/b.ts',
      'main/store/b.ts',
      'devices-know-no-database',
    ],
    [
      'a page that reaches behind the door',
      'renderer/a.ts',
      '../main/store/b.ts',
      'main/store/b.ts',
      'renderer-only-asks',
    ],
    ['science that does I/O', 'models/a.ts', '../main/store/b.ts', 'main/store/b.ts', 'models-are-pure'],
  ])('find %s', (_what, from, path, to, rule) => {
    expect(brokenIn({ [from]: use(path), [to]: one })).toContain(rule);
  });

  it('find types that look up, too, and circles', () => {
    expect(
      brokenIn({
        'main/telemetry/a.ts': "import type { B } from '../control/b.ts';\nexport type A = B;\n",
        'main/control/b.ts': 'export type B = 1;\n',
      }),
    ).toContain('floor-2-knows-nothing-above');
    expect(
      brokenIn({
        'main/store/a.ts': use('./b.ts'),
        'main/store/b.ts': "import { two } from './a.ts';\nexport const one = two;\n",
      }),
    ).toContain('no-circles');
  });

  it('let a room use what is below, and a neighbour’s types', () => {
    expect(
      brokenIn({
        'main/control/a.ts': use('../store/b.ts'),
        'main/store/b.ts': one,
        'main/automation/c.ts': "import type { T } from '../flows/types.ts';\nexport type C = T;\n",
        'main/flows/types.ts': 'export type T = 1;\n',
      }),
    ).toEqual([]);
  });
});
