import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ok, type Result } from '../result.ts';
import { corrupt, storeFailure } from './failures.ts';

const DATABASE_FILE = 'commandcenter.sqlite';

export const databasePath = (folder: string): string => join(folder, DATABASE_FILE);

/** Waiting for another program blocks this thread, and with it the house: only one program writes, so it is short. */
const BUSY_MS = 1000;

/**
 * The one writing connection: WAL with synchronous FULL, because an acknowledged action, stop or setting must outlive a
 * kill or a power cut (about 0.05 ms a row). better-sqlite3's build makes WAL default to NORMAL, so FULL is said here.
 */
export const openWriter = (folder: string): Result<Database.Database> => {
  const path = databasePath(folder);
  let db: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    db = new Database(path, { timeout: BUSY_MS });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check === 'ok') return ok(db);
    db.close();
    return corrupt(path, String(check));
  } catch (thrown) {
    db?.close();
    return storeFailure(thrown, 'Opening', path);
  }
};

/** A read-only connection for a worker or a long query. Close it after use: an old reader keeps the WAL from shrinking. */
export const openReader = (path: string): Database.Database => {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  db.pragma(`busy_timeout = ${BUSY_MS}`);
  return db;
};
