import type { Migration } from '../migration.ts';

/** The last backtests of each home, whole: what was asked, how it ended and what came out. */
export const backtests: Migration = {
  number: 14,
  name: 'backtests',
  sql: `
    CREATE TABLE IF NOT EXISTS backtests (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, started_at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS backtests_by_time ON backtests(site_id, started_at);
  `,
};
