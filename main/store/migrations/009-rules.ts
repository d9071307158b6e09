import type { Migration } from '../migration.ts';

/** Rules as documents with all their versions, what they did, and what the engine remembers of each. */
export const rules: Migration = {
  number: 9,
  name: 'rules',
  sql: `
    CREATE TABLE IF NOT EXISTS rules (
      site_id TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, id)
    ) STRICT, WITHOUT ROWID;
    -- body is null where the rule was removed.
    CREATE TABLE IF NOT EXISTS rule_versions (
      site_id TEXT NOT NULL, rule_id TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, body TEXT,
      PRIMARY KEY (site_id, rule_id, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rule_firings (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, rule_id TEXT NOT NULL, at INTEGER NOT NULL, rule_name TEXT NOT NULL,
      branch TEXT NOT NULL, how TEXT NOT NULL, sentence TEXT NOT NULL, action_ids TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS rule_firings_by_time ON rule_firings(site_id, at);
    CREATE INDEX IF NOT EXISTS rule_firings_by_rule ON rule_firings(site_id, rule_id, at);
    CREATE TABLE IF NOT EXISTS rule_memory (
      site_id TEXT NOT NULL, rule_id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, rule_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
