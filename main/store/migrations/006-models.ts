import type { Migration } from '../migration.ts';

/**
 * The life of models: why a version has its stage, what each forecaster said of each day, the experiments, the searches for
 * better settings with their trials, and reports that a check wrote.
 */
export const models: Migration = {
  number: 6,
  name: 'models',
  sql: `
    CREATE TABLE IF NOT EXISTS model_stages (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, version TEXT NOT NULL, at INTEGER NOT NULL, stage TEXT NOT NULL,
      why TEXT NOT NULL, rolled_back INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS model_stages_by_version ON model_stages(version, id);
    -- body: Float32 little-endian mean, p10, p90 for each hour of the local day from day_at; NaN is unknown.
    CREATE TABLE IF NOT EXISTS forecast_records (
      site_id TEXT NOT NULL, kind TEXT NOT NULL, day_at INTEGER NOT NULL, issued_at INTEGER NOT NULL, role TEXT NOT NULL,
      version TEXT, served INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (site_id, kind, day_at, issued_at, role)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS experiments (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, kind TEXT NOT NULL, purpose TEXT NOT NULL, at INTEGER NOT NULL,
      took_ms REAL NOT NULL, data_from INTEGER NOT NULL, data_to INTEGER NOT NULL, data_sha256 TEXT NOT NULL,
      settings TEXT NOT NULL, seed INTEGER NOT NULL, code_version TEXT NOT NULL, unit TEXT NOT NULL, errors TEXT NOT NULL,
      version TEXT, outcome TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS experiments_by_time ON experiments(site_id, at);
    CREATE TABLE IF NOT EXISTS searches (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, kind TEXT NOT NULL, started_at INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS searches_by_kind ON searches(site_id, kind, started_at);
    CREATE TABLE IF NOT EXISTS search_trials (
      site_id TEXT NOT NULL, search_id TEXT NOT NULL, number INTEGER NOT NULL, settings TEXT NOT NULL, rmse REAL,
      took_ms REAL NOT NULL, PRIMARY KEY (search_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS model_reports (
      site_id TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, name, at)
    ) STRICT, WITHOUT ROWID;
  `,
};
