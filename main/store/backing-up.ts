import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Backup } from '../../preload/contract/house.ts';
import { ok, permanent, type Result } from '../result.ts';
import { openReader } from './connection.ts';
import { corrupt, storeFailure } from './failures.ts';
import { MIGRATIONS, schemaVersionOf } from './migrate.ts';

export const backupFolder = (folder: string): string => join(folder, 'backups');

/** `20261121T033000Z-daily.sqlite`: sorts by time, safe on every file system. */
export const backupName = (reason: string, now: number): string => {
  const stamp = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  const words = reason
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return `${stamp}-${words || 'backup'}.sqlite`;
};

/** The first name that is still free, since two backups may fall into one second. */
export const freeBackupPath = (folder: string, reason: string, now: number): string => {
  mkdirSync(backupFolder(folder), { recursive: true });
  const first = join(backupFolder(folder), backupName(reason, now));
  let path = first;
  for (let number = 2; existsSync(path); number += 1) path = first.replace(/\.sqlite$/, `-${number}.sqlite`);
  return path;
};

/** Tables that only grow in ordinary life: their rows tell whether a copy is whole. */
const COUNTED = ['sites', 'devices', 'series', 'actions'];

/** Rows of the growing tables; 0 for an empty database. */
const rowsOf = (db: Database.Database): number =>
  COUNTED.filter((table) => db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table))
    .map((table) => db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0)
    .reduce((sum, count) => sum + count, 0);

/** What a checked database file holds. */
export interface CheckedDatabase {
  readonly schemaVersion: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Opens a file read-only and refuses what is damaged, not ours, or written by a newer application. */
export const checkDatabase = (path: string): Result<CheckedDatabase> => {
  let db: Database.Database | undefined;
  try {
    db = openReader(path);
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') return corrupt(path, String(check));
    const schemaVersion = schemaVersionOf(db);
    const newest = MIGRATIONS.at(-1)?.number ?? 0;
    if (schemaVersion === 0)
      return permanent('store.foreign', `${path} is not a database of this application.`, 'Choose another file.');
    if (schemaVersion > newest)
      return permanent(
        'store.newer',
        `${path} has version ${schemaVersion}; this application knows versions up to ${newest}.`,
        'Install the newer application, or choose a file that was made by this version.',
      );
    return ok({ schemaVersion, rows: rowsOf(db), bytes: statSync(path).size });
  } catch (thrown) {
    return storeFailure(thrown, 'Checking', path);
  } finally {
    db?.close();
  }
};

/** Makes a copy one plain file: without write-ahead log it can be read from anywhere and moved alone. */
export const makeSelfContained = (path: string): void => {
  const copy = new Database(path);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
};

/**
 * Online backup from the writing connection (a backup from another one would start again at every write), checked, and
 * only then given its name. Nothing half-made stays behind.
 */
export const backUp = async (
  db: Database.Database,
  folder: string,
  reason: string,
  now: number,
): Promise<Result<Backup>> => {
  let partial = backupFolder(folder);
  try {
    const path = freeBackupPath(folder, reason, now);
    partial = `${path}.partial`;
    const before = rowsOf(db);
    await db.backup(partial);
    makeSelfContained(partial);
    const after = rowsOf(db);
    const checked = checkDatabase(partial);
    if (!checked.ok) {
      rmSync(partial, { force: true });
      return checked;
    }
    const { rows, bytes } = checked.value;
    if (rows < Math.min(before, after) || rows > Math.max(before, after)) {
      rmSync(partial, { force: true });
      return permanent(
        'store.backup-incomplete',
        `The backup holds ${rows} rows where ${after} were expected.`,
        'Try again; if it stays so, check the disk.',
      );
    }
    renameSync(partial, path);
    return ok({ file: path.slice(backupFolder(folder).length + 1), at: now, bytes, ok: true, reason });
  } catch (thrown) {
    const failed = storeFailure(thrown, 'The backup', partial);
    rmSync(partial, { force: true });
    return failed;
  }
};
