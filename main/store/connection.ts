import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf, ok, permanent, type Result } from '../result.ts';

export const DATABASE_FILE = 'commandcenter.sqlite';

export const databasePath = (folder: string): string => join(folder, DATABASE_FILE);

/**
 * The one writing connection: WAL with synchronous FULL, because an acknowledged action, stop or setting must outlive a
 * kill or a power cut (about 0.05 ms a row). better-sqlite3's build makes WAL default to NORMAL, so FULL is said here.
 */
export const openWriter = (folder: string): Result<Database.Database> => {
  const path = databasePath(folder);
  try {
    mkdirSync(folder, { recursive: true });
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') {
      db.close();
      return permanent(
        'store.corrupt',
        `The database ${path} is damaged: ${String(check)}.`,
        'Restore the newest backup with "npm run cli -- restore", or move the file away to start empty.',
      );
    }
    return ok(db);
  } catch (thrown) {
    return permanent(
      'store.open',
      `The database ${path} could not be opened: ${messageOf(thrown)}.`,
      existsSync(path)
        ? 'Check that no other program holds it and that the disk is not full, or restore a backup.'
        : 'Check that the data folder can be written and that the disk is not full.',
    );
  }
};

/** A read-only connection for a worker or a long query. Close it after use: an old reader keeps the WAL from shrinking. */
export const openReader = (path: string): Database.Database => {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  return db;
};
