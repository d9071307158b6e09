import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Backup } from '../../preload/contract/house.ts';
import { ok, permanent, type Result } from '../result.ts';
import { backupFolder, type CheckedDatabase, checkDatabase, freeBackupPath, makeSelfContained } from './backing-up.ts';
import { createBackupRepository } from './backups.ts';
import { databasePath } from './connection.ts';
import { storeFailure } from './failures.ts';
import { takeControl } from './single-controller.ts';

export interface Restored extends CheckedDatabase {
  /** Where the database that was there before now lies; null when there was none. */
  readonly keptAs: string | null;
}

const SIDE_FILES = ['-wal', '-shm'];

/** Writes a file's bytes through to the disk, so that a rename never points at an empty file after a power cut. */
const flush = (path: string): void => {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/**
 * Copies the present database with its write-ahead log as they are, so that nothing of a damaged one is lost. A whole one
 * then becomes one plain file.
 */
const keepPresent = (folder: string, reason: string, now: number): string | null => {
  const path = databasePath(folder);
  if (!existsSync(path)) return null;
  const kept = freeBackupPath(folder, reason, now);
  for (const part of ['', ...SIDE_FILES])
    if (existsSync(path + part)) {
      copyFileSync(path + part, kept + part);
      flush(kept + part);
    }
  if (checkDatabase(kept).ok) makeSelfContained(kept);
  return kept;
};

/** Puts a checked file in the place of the database; the one there before stays among the backups. */
export const replaceDatabase = (options: {
  readonly folder: string;
  readonly path: string;
  readonly reason: string;
  readonly now: number;
}): Result<Restored> => {
  const { folder, path, reason, now } = options;
  const target = databasePath(folder);
  const incoming = `${target}.incoming`;
  const checked = checkDatabase(path);
  if (!checked.ok) return checked;
  const control = takeControl({ folder, host: 'cli', now });
  if (!control.ok) return control;
  try {
    copyFileSync(path, incoming);
    flush(incoming);
    const copied = checkDatabase(incoming);
    if (!copied.ok) return copied;
    const keptAs = keepPresent(folder, reason, now);
    // The old log must be gone before the new file stands in its place, or it would be played into the new one.
    for (const side of SIDE_FILES) rmSync(target + side, { force: true });
    renameSync(incoming, target);
    if (keptAs) recordKept(target, keptAs, reason, now);
    return ok({ ...copied.value, keptAs });
  } catch (thrown) {
    return storeFailure(thrown, 'Replacing the database', target);
  } finally {
    for (const rest of [incoming, ...SIDE_FILES.map((side) => incoming + side)]) rmSync(rest, { force: true });
    control.value.release();
  }
};

/** Notes the kept database in the new one's list of backups, with an honest word on whether it is whole. */
const recordKept = (target: string, keptAs: string, reason: string, now: number): void => {
  const whole = checkDatabase(keptAs);
  const backup: Backup = {
    file: basename(keptAs),
    at: now,
    bytes: whole.ok ? whole.value.bytes : 0,
    ok: whole.ok,
    reason,
  };
  const db = new Database(target);
  try {
    createBackupRepository(db).add(backup);
  } finally {
    db.close();
  }
};

/**
 * Brings a backup back, for the command line. `file` is a name in the folder's backups or an absolute path. Refuses while
 * another process controls the folder, and refuses what is damaged, foreign or newer; then nothing has been touched.
 */
export const restoreBackup = async (options: {
  readonly folder: string;
  readonly file: string;
  readonly now: number;
}): Promise<Result<Restored>> => {
  const { folder, file, now } = options;
  const path = isAbsolute(file) ? file : join(backupFolder(folder), basename(file));
  if (!existsSync(path))
    return permanent(
      'store.no-backup',
      `There is no backup ${path}.`,
      'List the backups, or give the full path of a file.',
    );
  return replaceDatabase({ folder, path, reason: 'before restore', now });
};
