import Database from 'better-sqlite3';
import { type Failure, fail, messageOf, permanent, temporary } from '../result.ts';

const codeOf = (thrown: unknown): string =>
  thrown instanceof Database.SqliteError ? thrown.code : String((thrown as { code?: unknown } | null)?.code ?? '');

const RESTORE = 'Restore the newest backup with "npm run cli -- restore", or move the file away to start empty.';

export const corrupt = (path: string, detail: string) =>
  permanent('store.corrupt', `The database ${path} is damaged: ${detail}.`, RESTORE);

/** What a thrown error of SQLite or of the file system means for a person, and whether it may pass by itself. */
export const storeFailure = (
  thrown: unknown,
  doing: string,
  path: string,
): { readonly ok: false; readonly error: Failure } => {
  const code = codeOf(thrown);
  const detail = messageOf(thrown);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return temporary(
      'store.locked',
      `${doing} did not work: another program holds the database ${path}.`,
      'Close the other program that has this data folder open, then try again.',
    );
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return corrupt(path, detail);
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code))
    return temporary(
      'store.full',
      `${doing} did not work: the disk of ${path} is full.`,
      'Free some disk space, then try again.',
    );
  if (/^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)/.test(code))
    return permanent(
      'store.unwritable',
      `${doing} did not work: ${path} cannot be written (${detail}).`,
      'Give this user the right to write to the data folder, or choose another folder.',
    );
  return fail<Failure>({
    code: 'store.failed',
    kind: 'permanent',
    message: `${doing} did not work with ${path}: ${detail}.`,
    advice: 'Check the disk, or restore the newest backup.',
  });
};
