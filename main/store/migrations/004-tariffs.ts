import type { Migration } from '../migration.ts';

/**
 * Tariffs, one row a change: the newest row whose `valid_from` has come counts at a moment, so that what was paid stays
 * priced as it was, and the rows are the audit. A null body takes the tariff away.
 */
export const tariffs: Migration = {
  number: 4,
  name: 'tariffs',
  sql: `
    CREATE TABLE IF NOT EXISTS tariffs (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, set_at INTEGER NOT NULL, who TEXT NOT NULL,
      valid_from INTEGER, body TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS tariffs_by_site ON tariffs(site_id, id);
  `,
};
