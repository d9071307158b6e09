import { chmodSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { checkDatabase } from '../../../main/store/backing-up.ts';
import { databasePath, openWriter } from '../../../main/store/connection.ts';
import { storeFailure } from '../../../main/store/failures.ts';
import { MIGRATIONS, migrate, schemaVersionOf } from '../../../main/store/migrate.ts';
import { openStore } from '../../../main/store/store.ts';
import { obeyingProcess } from '../../support/store/obeying-process.ts';
import { failureOf, good, homeSite, NOW, tempFolder, tempStore } from '../../support/store/temp-store.ts';

const open = (folder: string) => {
  const clock = replayClock(NOW);
  return openStore({ folder, clock, log: createLog(memorySink(), clock) });
};

/** The whole shape of a database, in words. */
const shapeOf = (db: Database.Database): readonly unknown[] =>
  db.prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name").all();

const newest = MIGRATIONS.at(-1)?.number ?? 0;

describe('migrations', () => {
  const versions = MIGRATIONS.map((_, index) => index);
  it.each(versions)('lead from version %d to the newest shape', async (count) => {
    const fresh = new Database(':memory:');
    good(migrate(fresh, NOW));
    const folder = tempFolder();
    const old = good(openWriter(folder));
    if (count > 0) {
      good(migrate(old, NOW, MIGRATIONS.slice(0, count)));
      old.exec("INSERT INTO sites VALUES ('home', 'Home', 1, 2, 'UTC', 'EUR', 0, NULL, 5, NULL)");
    }
    old.close();
    const store = good(await open(folder));
    expect(store.sizes().schemaVersion).toBe(newest);
    expect(store.sites.list()).toHaveLength(count > 0 ? 1 : 0);
    // One checked backup before each pending step of a database that was not empty.
    const backups = store.backups.list();
    expect(backups).toHaveLength(count > 0 ? MIGRATIONS.length - count : 0);
    const oldestFirst = [...backups].sort((a, b) => a.reason.localeCompare(b.reason, 'en', { numeric: true }));
    for (const [step, backup] of oldestFirst.entries()) {
      expect(backup).toMatchObject({ ok: true, reason: `before version ${MIGRATIONS[count + step]?.number}` });
      expect(good(checkDatabase(join(folder, 'backups', backup.file)))).toMatchObject({
        schemaVersion: MIGRATIONS[count + step - 1]?.number,
        rows: 1,
      });
    }
    store.close();
    const db = new Database(databasePath(folder), { readonly: true });
    expect(shapeOf(db)).toEqual(shapeOf(fresh));
    db.close();
  });

  it('are idempotent, each and together', () => {
    const db = new Database(':memory:');
    good(migrate(db, NOW));
    const shape = shapeOf(db);
    for (const migration of MIGRATIONS) db.exec(migration.sql);
    expect(good(migrate(db, NOW + 1))).toEqual([]);
    expect(shapeOf(db)).toEqual(shape);
  });

  it('that fail leave the version before', () => {
    const db = new Database(':memory:');
    const broken = {
      number: newest + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (a INTEGER) STRICT; SELECT nonsense;',
    };
    expect(failureOf(migrate(db, NOW, [...MIGRATIONS, broken])).code).toBe('store.migration');
    expect(schemaVersionOf(db)).toBe(newest);
    expect(JSON.stringify(shapeOf(db))).not.toContain('half');
  });
});

describe('what a person is told', () => {
  it('of a newer database', async () => {
    const folder = tempFolder();
    const db = good(openWriter(folder));
    good(migrate(db, NOW));
    db.prepare('INSERT INTO schema_migrations VALUES (99, ?, 1)').run('later');
    db.close();
    const failure = failureOf(await open(folder));
    expect(failure).toMatchObject({ code: 'store.newer', kind: 'permanent' });
    expect(failure.message).toContain('99');
    expect(failure.advice).toContain('newer application');
  });

  it.each([
    ['a file that is no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000))],
    ['a file that was cut short', (path: string) => truncateSync(path, 20_000)],
  ])('of %s', async (_, damage) => {
    const { store, folder } = await tempStore();
    store.close();
    damage(databasePath(folder));
    const failure = failureOf(await open(folder));
    expect(failure).toMatchObject({ code: 'store.corrupt', kind: 'permanent' });
    expect(failure.message).toContain(databasePath(folder));
    expect(failure.advice).toContain('Restore');
  });

  it('of a folder that cannot be written', async () => {
    const blocked = join(tempFolder(), 'file');
    writeFileSync(blocked, '');
    expect(failureOf(await open(blocked))).toMatchObject({ code: 'store.unwritable', kind: 'permanent' });
    expect(failureOf(await open(join(blocked, 'below')))).toMatchObject({ code: 'store.unwritable' });
  });

  it.skipIf(process.getuid?.() === 0)('of a folder without the right to write', async () => {
    const folder = join(tempFolder(), 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    expect(failureOf(await open(folder))).toMatchObject({ code: 'store.unwritable' });
  });

  it('of a database that another program holds', async () => {
    const { store, folder } = await tempStore();
    store.close();
    const other = new Database(databasePath(folder));
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    const failure = failureOf(await open(folder));
    expect(failure).toMatchObject({ code: 'store.locked', kind: 'temporary' });
    other.exec('ROLLBACK');
    other.close();
  });

  it('of a full disk', () => {
    const db = new Database(join(tempFolder(), 'small.sqlite'));
    db.exec('CREATE TABLE t (x BLOB)');
    db.pragma('max_page_count = 4');
    let thrown: unknown;
    try {
      db.prepare('INSERT INTO t VALUES (?)').run(Buffer.alloc(100_000));
    } catch (error) {
      thrown = error;
    }
    db.close();
    expect(storeFailure(thrown, 'Writing', 'here').error).toMatchObject({ code: 'store.full', kind: 'temporary' });
  });
});

describe('what was acknowledged', () => {
  it('is there after the process was killed in the middle of writing', async () => {
    const folder = tempFolder();
    const writer = obeyingProcess(folder);
    let acknowledged = Number((await writer.ask('store'))['number']);
    while (acknowledged < 50) acknowledged = Number((await writer.next())['number']);
    await writer.kill();
    const store = good(await open(folder));
    expect(Number(store.state.get('number'))).toBeGreaterThanOrEqual(acknowledged);
    store.close();
  });

  it('is written through to the disk, whatever the build of SQLite prefers', () => {
    const db = good(openWriter(tempFolder()));
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  it('survives opening again', async () => {
    const { store, folder } = await tempStore();
    store.close();
    const again = good(await open(folder));
    expect(again.sites.list()).toEqual([homeSite()]);
    expect(again.backups.list()).toEqual([]);
    again.close();
    expect(readdirSync(folder).sort()).toEqual(['commandcenter.sqlite']);
  });
});
