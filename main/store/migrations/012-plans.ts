import type { Migration } from '../migration.ts';

/** What a person wants of plans, the plans with all that they were made from, and what a person pinned. */
export const plans: Migration = {
  number: 12,
  name: 'plans',
  sql: `
    CREATE TABLE IF NOT EXISTS plan_settings (site_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
    -- input and plan are JSON, deflated.
    CREATE TABLE IF NOT EXISTS plans (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL,
      input BLOB NOT NULL, plan BLOB NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS plans_by_time ON plans(site_id, made_at);
    CREATE TABLE IF NOT EXISTS plan_pins (
      site_id TEXT NOT NULL, block_id TEXT NOT NULL, until_at INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (site_id, block_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
