import type Database from 'better-sqlite3';
import type { BackupRepository } from './types.ts';

interface Row {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
  readonly ok: number;
  readonly reason: string;
}

/** What was backed up when; `file` is the name below the folder `backups`. `forget` takes a row whose file is gone. */
export const createBackupRepository = (db: Database.Database): BackupRepository & { forget(file: string): void } => {
  const list = db.prepare<[], Row>('SELECT file, at, bytes, ok, reason FROM backups ORDER BY at DESC, file DESC');
  const put = db.prepare(
    'INSERT OR REPLACE INTO backups (file, at, bytes, ok, reason) VALUES (@file, @at, @bytes, @ok, @reason)',
  );
  const forget = db.prepare('DELETE FROM backups WHERE file = ?');
  return {
    list: () => list.all().map((row) => ({ ...row, ok: row.ok === 1 })),
    add: (backup) => {
      put.run({ ...backup, ok: backup.ok ? 1 : 0 });
    },
    forget: (file) => {
      forget.run(file);
    },
  };
};
