import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { checkDatabase } from '../../../main/store/backing-up.ts';
import { databasePath } from '../../../main/store/connection.ts';
import { restoreBackup } from '../../../main/store/restore.ts';
import { takeControl } from '../../../main/store/single-controller.ts';
import { openStore } from '../../../main/store/store.ts';
import { exportDatabase, importDatabase } from '../../../main/store/transfer.ts';
import {
  failureOf,
  good,
  HOME,
  homeSite,
  NOW,
  plugDevice,
  tempFolder,
  tempStore,
} from '../../support/store/temp-store.ts';

const reopen = async (folder: string) => {
  const clock = replayClock(NOW);
  return good(await openStore({ folder, clock, log: createLog(memorySink(), clock) }));
};
const filesIn = (folder: string): readonly string[] => readdirSync(join(folder, 'backups')).sort();

describe('a backup', () => {
  it('is one checked file, recorded', async () => {
    const { store, folder } = await tempStore();
    store.devices.add(plugDevice(), NOW);
    const backup = good(await store.backup('By hand: Ann!', NOW));
    expect(backup).toMatchObject({ at: NOW, ok: true, reason: 'By hand: Ann!' });
    expect(backup.file).toBe('20261121T090000Z-by-hand-ann.sqlite');
    expect(filesIn(folder)).toEqual([backup.file]);
    expect(store.backups.list()).toEqual([backup]);
    expect(good(checkDatabase(join(folder, 'backups', backup.file)))).toMatchObject({ rows: 2, bytes: backup.bytes });
  });

  it('can be made while the writer writes, and twice in a second', async () => {
    const { store, folder } = await tempStore();
    const both = [store.backup('a', NOW), store.backup('a', NOW)];
    for (let number = 0; number < 50; number += 1) {
      store.sites.add(homeSite({ id: siteId(`s${number}`) }), NOW);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const made of await Promise.all(both)) good(made);
    expect(filesIn(folder)).toHaveLength(2);
    expect(new Set(store.backups.list().map((backup) => backup.file)).size).toBe(2);
  });

  it('leaves the newest ten', async () => {
    const { store, folder } = await tempStore();
    for (let day = 0; day < 12; day += 1) good(await store.backup('daily', NOW + day * 86_400_000));
    expect(filesIn(folder)).toHaveLength(10);
    expect(filesIn(folder)[0]).toContain('20261123T');
    expect(
      store.backups
        .list()
        .map((backup) => backup.file)
        .sort(),
    ).toEqual(filesIn(folder));
  });

  it('that fails is a result, is recorded, and leaves nothing half-made', async () => {
    const { store, folder } = await tempStore();
    writeFileSync(join(folder, 'backups'), 'in the way');
    expect(failureOf(await store.backup('daily', NOW)).code).toBe('store.unwritable');
    expect(store.backups.list()).toMatchObject([{ ok: false, reason: 'daily', bytes: 0 }]);
    expect(readdirSync(folder)).not.toContain('backups.partial');
    expect(store.sites.list()).toHaveLength(1);
  });
});

describe('restoring', () => {
  const prepared = async () => {
    const { store, folder } = await tempStore();
    const backup = good(await store.backup('daily', NOW));
    store.sites.add(homeSite({ id: siteId('later'), name: 'Later' }), NOW + 1);
    store.close();
    return { folder, backup };
  };

  it('brings the backup back and keeps what was there', async () => {
    const { folder, backup } = await prepared();
    const restored = good(await restoreBackup({ folder, file: backup.file, now: NOW + 5_000 }));
    expect(restored.keptAs).toContain('before-restore');
    const store = await reopen(folder);
    expect(store.sites.list().map((site) => site.id)).toEqual([HOME]);
    expect(store.backups.list()[0]).toMatchObject({ ok: true, reason: 'before restore', at: NOW + 5_000 });
    store.close();
    const back = good(await restoreBackup({ folder, file: String(restored.keptAs), now: NOW + 9_000 }));
    expect(back.rows).toBe(2);
    const again = await reopen(folder);
    expect(again.sites.list()).toHaveLength(2);
    again.close();
    expect(readdirSync(folder).filter((name) => name.includes('incoming'))).toEqual([]);
  });

  it('works where the present database is damaged or gone', async () => {
    const { folder, backup } = await prepared();
    writeFileSync(databasePath(folder), 'rubbish');
    writeFileSync(`${databasePath(folder)}-wal`, 'old log');
    const restored = good(await restoreBackup({ folder, file: backup.file, now: NOW + 5_000 }));
    expect(readFileSync(String(restored.keptAs), 'utf8')).toBe('rubbish');
    const store = await reopen(folder);
    expect(store.sites.list()).toHaveLength(1);
    expect(store.backups.list()[0]).toMatchObject({ ok: false, reason: 'before restore' });
    store.close();

    const empty = tempFolder();
    const path = join(folder, 'backups', backup.file);
    expect(good(await restoreBackup({ folder: empty, file: path, now: NOW })).keptAs).toBeNull();
  });

  it('never plays the old write-ahead log into the restored database', async () => {
    const { store, folder } = await tempStore();
    const backup = good(await store.backup('daily', NOW));
    store.sites.add(homeSite({ id: siteId('later') }), NOW + 1);
    const log = readFileSync(`${databasePath(folder)}-wal`);
    store.close();
    // As after a crash on a failing disk: the log is whole, the database is not.
    writeFileSync(databasePath(folder), 'rubbish');
    writeFileSync(`${databasePath(folder)}-wal`, log);
    const restored = good(await restoreBackup({ folder, file: backup.file, now: NOW }));
    // What the log held is kept as well: here it was the whole database.
    expect(good(checkDatabase(String(restored.keptAs))).rows).toBe(2);
    const again = await reopen(folder);
    expect(again.sites.list().map((site) => site.id)).toEqual([HOME]);
    again.close();
  });

  it.each([
    ['is missing', 'store.no-backup', () => undefined],
    ['is cut short', 'store.corrupt', (path: string) => truncateSync(path, 30_000)],
    ['is no database', 'store.corrupt', (path: string) => writeFileSync(path, 'no'.repeat(5000))],
    ['is newer', 'store.newer', (path: string) => alter(path, "INSERT INTO schema_migrations VALUES (99, 'x', 1)")],
    ['is foreign', 'store.foreign', (path: string) => alter(path, 'DROP TABLE schema_migrations')],
  ])('refuses a file that %s, and touches nothing', async (_, code, damage) => {
    const { folder, backup } = await prepared();
    damage(join(folder, 'backups', backup.file));
    const file = code === 'store.no-backup' ? 'none.sqlite' : backup.file;
    const before = readFileSync(databasePath(folder));
    expect(failureOf(await restoreBackup({ folder, file, now: NOW })).code).toBe(code);
    expect(readFileSync(databasePath(folder)).equals(before)).toBe(true);
    expect(filesIn(folder)).toEqual([backup.file]);
  });

  it('waits until nobody controls the folder', async () => {
    const { folder, backup } = await prepared();
    const control = good(takeControl({ folder, host: 'test', now: NOW }));
    expect(failureOf(await restoreBackup({ folder, file: backup.file, now: NOW })).code).toBe('store.controlled');
    control.release();
    good(await restoreBackup({ folder, file: backup.file, now: NOW }));
  });

  it('takes no path out of the backups by a relative name', async () => {
    const { folder } = await prepared();
    const outside = failureOf(await restoreBackup({ folder, file: '../commandcenter.sqlite', now: NOW }));
    expect(outside.code).toBe('store.no-backup');
  });
});

const alter = (path: string, sql: string): void => {
  const db = new Database(path);
  db.exec(sql);
  db.close();
};

describe('export and import', () => {
  it('carry a house into another folder, without what opens doors', async () => {
    const { store, folder } = await tempStore();
    store.devices.add(plugDevice(), NOW);
    store.idempotency.put('key-0001', 'REPLY-SECRET', NOW);
    store.state.set('serve.sessions', 'SESSION-SECRET');
    store.state.set('active', 'home');
    const file = join(tempFolder(), 'house.sqlite');
    expect(good(await exportDatabase({ folder, file })).rows).toBe(2);
    expect(readFileSync(file, 'latin1')).not.toMatch(/REPLY-SECRET|SESSION-SECRET/);
    expect(failureOf(await exportDatabase({ folder, file })).code).toBe('store.file-exists');

    const other = tempFolder();
    expect(good(await importDatabase({ folder: other, file, now: NOW })).keptAs).toBeNull();
    const taken = await reopen(other);
    expect(taken.devices.list(HOME)).toEqual([plugDevice()]);
    expect(taken.state.get('active')).toBe('home');
    expect(taken.state.get('serve.sessions')).toBeUndefined();
    taken.close();
    expect(store.idempotency.get('key-0001')).toBe('REPLY-SECRET');
  });

  it('refuse what is not there and what cannot be written', async () => {
    const { folder } = await tempStore();
    expect(failureOf(await importDatabase({ folder, file: '/none', now: NOW })).code).toBe('store.no-file');
    const blocked = join(tempFolder(), 'dir', 'house.sqlite');
    expect(failureOf(await exportDatabase({ folder, file: blocked })).code).toBe('store.unwritable');
    mkdirSync(join(blocked, '..'), { recursive: true });
    good(await exportDatabase({ folder, file: blocked }));
    expect(existsSync(`${blocked}.partial`)).toBe(false);
  });
});
