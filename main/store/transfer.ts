import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ok, permanent, type Result } from '../result.ts';
import { type CheckedDatabase, checkDatabase, makeSelfContained } from './backing-up.ts';
import { databasePath, openReader } from './connection.ts';
import { storeFailure } from './failures.ts';
import { type Restored, replaceDatabase } from './restore.ts';

/** What never leaves the house in a file: replies to commands, and facts whose name sounds like a way in. */
const STRIP = `
  DELETE FROM idempotency;
  DELETE FROM center_state WHERE name LIKE '%token%' OR name LIKE '%secret%' OR name LIKE '%password%'
    OR name LIKE '%key%' OR name LIKE '%session%';
`;

/**
 * Writes the whole database of a folder into one compact, checked file. Secrets of devices are kept elsewhere and are not
 * in it. Works while the center runs; `file` must not exist yet.
 */
export const exportDatabase = async (options: {
  readonly folder: string;
  readonly file: string;
}): Promise<Result<CheckedDatabase>> => {
  const { folder, file } = options;
  if (existsSync(file))
    return permanent('store.file-exists', `${file} is already there.`, 'Choose another name for the export.');
  const partial = `${file}.partial`;
  try {
    rmSync(partial, { force: true });
    const source = openReader(databasePath(folder));
    try {
      source.prepare('VACUUM INTO ?').run(partial);
    } finally {
      source.close();
    }
    const copy = new Database(partial);
    try {
      copy.exec(STRIP);
      copy.exec('VACUUM'); // What was deleted must not be left readable in free pages.
    } finally {
      copy.close();
    }
    makeSelfContained(partial);
    const checked = checkDatabase(partial);
    if (checked.ok) renameSync(partial, file);
    return checked.ok ? ok(checked.value) : checked;
  } catch (thrown) {
    return storeFailure(thrown, 'The export', file);
  } finally {
    rmSync(partial, { force: true });
  }
};

/** Takes an exported file in as the folder's database, with the same checks as a restore. */
export const importDatabase = async (options: {
  readonly folder: string;
  readonly file: string;
  readonly now: number;
}): Promise<Result<Restored>> => {
  const { folder, file: path, now } = options;
  if (!existsSync(path))
    return permanent('store.no-file', `There is no file ${path}.`, 'Give the path of an exported file.');
  return replaceDatabase({ folder, path, reason: 'before import', now });
};
