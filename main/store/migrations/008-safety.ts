import type { Migration } from '../migration.ts';

/** The envelope of each site, a row a part, so that one part that cannot be read never hides the others. */
export const safety: Migration = {
  number: 8,
  name: 'safety',
  sql: `
    CREATE TABLE IF NOT EXISTS safety (
      site_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (site_id, name)
    ) STRICT, WITHOUT ROWID;
  `,
};
