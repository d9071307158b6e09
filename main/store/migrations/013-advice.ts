import type { Migration } from '../migration.ts';

/** Recommendations with what became of them, what each day saved, and which mode the house was in. */
export const advice: Migration = {
  number: 13,
  name: 'advice',
  sql: `
    -- settled_at: when its outcome was worked out, or given up.
    CREATE TABLE IF NOT EXISTS recommendations (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, made_at INTEGER NOT NULL, end_at INTEGER NOT NULL, status TEXT NOT NULL,
      settled_at INTEGER, body TEXT NOT NULL, basis TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS recommendations_by_time ON recommendations(site_id, made_at);
    -- day: null where there is no number for the day; why says so.
    CREATE TABLE IF NOT EXISTS savings_days (
      site_id TEXT NOT NULL, at INTEGER NOT NULL, day TEXT, why TEXT NOT NULL, PRIMARY KEY (site_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS mode_changes (
      site_id TEXT NOT NULL, at INTEGER NOT NULL, mode TEXT NOT NULL, PRIMARY KEY (site_id, at)
    ) STRICT, WITHOUT ROWID;
  `,
};
