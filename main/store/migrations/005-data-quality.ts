import type { Migration } from '../migration.ts';

/**
 * How far each source could be believed, a row a source and local day, and the samples that were not believed: apart from
 * the measurements, with their reason, so that a person can see what was thrown away and nothing is computed from it.
 */
export const dataQuality: Migration = {
  number: 5,
  name: 'data-quality',
  sql: `
    CREATE TABLE IF NOT EXISTS quality_days (
      site_id TEXT NOT NULL, source TEXT NOT NULL, day TEXT NOT NULL, good INTEGER NOT NULL, suspect INTEGER NOT NULL,
      rejected INTEGER NOT NULL, missing INTEGER NOT NULL, PRIMARY KEY (site_id, source, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rejected_samples (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, source TEXT NOT NULL, channel_id TEXT NOT NULL, metric TEXT NOT NULL,
      at INTEGER NOT NULL, value REAL, reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS rejected_samples_by_time ON rejected_samples(site_id, at);
  `,
};
