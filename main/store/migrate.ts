import type Database from 'better-sqlite3';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { Migration } from './migration.ts';
import { foundation } from './migrations/001-foundation.ts';
import { findingIndexes } from './migrations/002-finding-indexes.ts';
import { feeds } from './migrations/003-feeds.ts';
import { tariffs } from './migrations/004-tariffs.ts';
import { dataQuality } from './migrations/005-data-quality.ts';
import { models } from './migrations/006-models.ts';
import { approvals } from './migrations/007-approvals.ts';
import { safety } from './migrations/008-safety.ts';
import { rules } from './migrations/009-rules.ts';
import { workflows } from './migrations/010-workflows.ts';
import { messages } from './migrations/011-messages.ts';
import { plans } from './migrations/012-plans.ts';
import { advice } from './migrations/013-advice.ts';
import { backtests } from './migrations/014-backtests.ts';

/** All migrations in order; a new one is a new file and a new line here. */
export const MIGRATIONS: readonly Migration[] = [
  foundation,
  findingIndexes,
  feeds,
  tariffs,
  dataQuality,
  models,
  approvals,
  safety,
  rules,
  workflows,
  messages,
  plans,
  advice,
  backtests,
];

export const schemaVersionOf = (db: Database.Database): number => {
  const table = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'").get();
  if (table === undefined) return 0;
  const row = db.prepare('SELECT max(number) AS number FROM schema_migrations').get() as { number: number | null };
  return row.number ?? 0;
};

/**
 * Brings a database to the newest version, each migration in its own transaction. Answers what was done, or a failure
 * with the database at the last version that worked. Refuses a database that a newer application has written.
 */
export const migrate = (
  db: Database.Database,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Result<readonly string[]> => {
  const from = schemaVersionOf(db);
  const newest = migrations.at(-1)?.number ?? 0;
  if (from > newest)
    return permanent(
      'store.newer',
      `This database has version ${from}; this application knows versions up to ${newest}.`,
      'Install the newer application, or restore a backup that was made by this version.',
    );
  db.exec(
    'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  const done: string[] = [];
  for (const migration of migrations.filter((each) => each.number > from)) {
    try {
      db.transaction(() => {
        db.exec(migration.sql);
        db.prepare('INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)').run(
          migration.number,
          migration.name,
          now,
        );
      })();
      done.push(migration.name);
    } catch (thrown) {
      return permanent(
        'store.migration',
        `The database could not be brought to version ${migration.number} (${migration.name}): ${messageOf(thrown)}.`,
        'Nothing of that step was kept. Free some disk space or restore the backup in the folder backups, then start again.',
      );
    }
  }
  return ok(done);
};
