import type { Migration } from '../migration.ts';

/**
 * What the outside world said: weather and solar services as packed issues, prices, carbon and commodities as rows, and
 * what the feeds must not forget over a restart. `feed_calls` belongs to no site: a quota is counted a key or address.
 */
export const feeds: Migration = {
  number: 3,
  name: 'feeds',
  sql: `
    -- body: 32-bit little-endian floats, one column after the other in the order of columns; NaN is unknown.
    CREATE TABLE IF NOT EXISTS feed_issues (
      site_id TEXT NOT NULL, topic TEXT NOT NULL, provider TEXT NOT NULL, issued_at INTEGER NOT NULL,
      fetched_at INTEGER NOT NULL, confirmed_at INTEGER NOT NULL, start_at INTEGER NOT NULL, end_at INTEGER NOT NULL,
      step_ms INTEGER NOT NULL, columns TEXT NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (site_id, topic, provider, fetched_at, start_at)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS feed_issues_by_end ON feed_issues(site_id, topic, end_at);
    -- What is known of the past, one UTC day a row.
    CREATE TABLE IF NOT EXISTS feed_past (
      site_id TEXT NOT NULL, topic TEXT NOT NULL, provider TEXT NOT NULL, day_at INTEGER NOT NULL,
      step_ms INTEGER NOT NULL, updated_at INTEGER NOT NULL, columns TEXT NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (site_id, topic, day_at, provider)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS feed_prices (
      site_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, provider TEXT NOT NULL, step_ms INTEGER NOT NULL,
      per_kwh REAL NOT NULL, currency TEXT NOT NULL, fetched_at INTEGER NOT NULL, PRIMARY KEY (site_id, kind, at, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS feed_carbon (
      site_id TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, provider TEXT NOT NULL, step_ms INTEGER NOT NULL,
      g_per_kwh REAL NOT NULL, fetched_at INTEGER NOT NULL, PRIMARY KEY (site_id, kind, at, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS feed_commodities (
      site_id TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, provider TEXT NOT NULL, value REAL NOT NULL,
      unit TEXT NOT NULL, fetched_at INTEGER NOT NULL, PRIMARY KEY (site_id, name, at, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS feed_state (
      site_id TEXT NOT NULL, topic TEXT NOT NULL, provider TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (site_id, topic, provider)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS feed_config (site_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
    -- Rows that cannot be true, kept apart with their reason.
    CREATE TABLE IF NOT EXISTS feed_rejects (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, topic TEXT NOT NULL, provider TEXT NOT NULL,
      found_at INTEGER NOT NULL, reason TEXT NOT NULL, row TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS feed_rejects_by_time ON feed_rejects(site_id, found_at);
    CREATE TABLE IF NOT EXISTS feed_calls (
      id INTEGER PRIMARY KEY, account TEXT NOT NULL, at INTEGER NOT NULL, cost INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS feed_calls_by_account ON feed_calls(account, at);
  `,
};
