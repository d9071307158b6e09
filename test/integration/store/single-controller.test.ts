import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ControllerHolder, takeControl } from '../../../main/store/single-controller.ts';
import { obeyingProcess } from '../../support/store/obeying-process.ts';
import { failureOf, good, NOW, tempFolder } from '../../support/store/temp-store.ts';

const take = (folder: string) => takeControl({ folder, host: 'test', now: NOW });

describe('one controller for a folder', () => {
  it('names the process that holds it, and gives way when it lets go', async () => {
    const folder = tempFolder();
    const other = obeyingProcess(folder);
    expect(await other.ask('take')).toEqual({ ok: true });
    const refused = failureOf(take(folder));
    expect(refused.code).toBe('store.controlled');
    expect(refused.message).toContain(`serve (process ${other.process.pid}`);
    expect(refused.message).toContain('1970-01-01T00:00:01');
    expect(await other.ask('own')).toEqual({ own: true });
    await other.ask('release');
    const control = good(take(folder));
    expect(control.stillOwner()).toBe(true);
    expect(await other.ask('take')).toMatchObject({ ok: false, code: 'store.controlled' });
    control.release();
    expect(control.stillOwner()).toBe(false);
  });

  it('passes on at once when the holder is killed', async () => {
    const folder = tempFolder();
    const holder = obeyingProcess(folder);
    expect(await holder.ask('take')).toEqual({ ok: true });
    await holder.kill();
    const control = good(take(folder));
    expect(control.stillOwner()).toBe(true);
    control.release();
  });

  it('lets exactly one of many win what a killed holder left', async () => {
    const folder = tempFolder();
    const racers = Array.from({ length: 4 }, () => obeyingProcess(folder));
    await Promise.all(racers.map((racer) => racer.ask('own'))); // All are up, so that they truly race.
    for (let round = 0; round < 3; round += 1) {
      const holder = obeyingProcess(folder);
      expect(await holder.ask('take')).toEqual({ ok: true });
      await holder.kill();
      const answers = await Promise.all(racers.map((racer) => racer.ask('take')));
      expect(answers.filter((answer) => answer['ok'] === true)).toHaveLength(1);
      const owners = await Promise.all(racers.map((racer) => racer.ask('own')));
      expect(owners.filter((answer) => answer['own'] === true)).toHaveLength(1);
      await Promise.all(racers.map((racer) => racer.ask('release')));
    }
  });

  it('refuses a second owner within one process', () => {
    const folder = tempFolder();
    const control = good(take(folder));
    expect(failureOf(take(folder)).code).toBe('store.controlled');
    expect(control.stillOwner()).toBe(true);
    control.release();
    good(take(folder)).release();
  });

  it('is not owner any more when another has signed in or the lock file was replaced', () => {
    const folder = tempFolder();
    const control = good(take(folder));
    const other: ControllerHolder = { pid: 1, processStart: null, token: 'other', host: 'serve', since: NOW };
    writeFileSync(join(folder, 'controller.json'), JSON.stringify(other));
    expect(control.stillOwner()).toBe(false);
    control.release();

    const again = good(take(folder));
    expect(again.stillOwner()).toBe(true);
    renameSync(join(folder, 'controller.lock'), join(folder, 'moved'));
    expect(again.stillOwner()).toBe(false);
    const second = good(take(folder));
    expect([again.stillOwner(), second.stillOwner()]).toEqual([false, true]);
    again.release();
    expect(second.stillOwner()).toBe(true);
    second.release();
  });

  it('gives a token that is never the same, and lets go twice without harm', () => {
    const folder = tempFolder();
    const first = good(take(folder));
    first.release();
    first.release();
    const second = good(take(folder));
    expect(second.token).not.toBe(first.token);
    second.release();
  });

  it('says what to do when the folder cannot be written', () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, '');
    expect(failureOf(take(path)).code).toBe('store.unwritable');
  });
});
