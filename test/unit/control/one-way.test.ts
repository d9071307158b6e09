import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createActuatorVault } from '../../../main/devices/actuator-vault.ts';

const ROOT = join(import.meta.dirname, '../../..');
const sources = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
const importing = (what: RegExp): readonly string[] =>
  ['main', 'models', 'renderer', 'preload']
    .flatMap(sources)
    .filter((file) => what.test(readFileSync(join(ROOT, file), 'utf8')));

describe('no other room can reach an actuator', () => {
  it('the vault gives its key once', () => {
    const vault = createActuatorVault();
    vault.claim();
    expect(() => vault.claim()).toThrow(/commander/);
  });

  it('only the commander, the devices and whoever builds the house import the vault', () => {
    const importers = importing(/from '[^']*actuator-vault\.ts'/);
    expect(importers).toContain('main/control/commander.ts');
    expect(importers.filter((file) => !/^main\/(control\/commander|devices\/|center)/.test(file))).toEqual([]);
  });

  it('only the commander asks for the key', () => {
    expect(importing(/\.claim\(\)/).filter((file) => !file.startsWith('main/devices/'))).toEqual([
      'main/control/commander.ts',
    ]);
  });

  it('only the wire of this room writes to an actuator', () => {
    const files = sources('main/control').filter((file) =>
      /actuator\.write\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(files).toEqual(['main/control/wire.ts']);
  });
});
