import type { Migration } from '../migration.ts';

/**
 * The first shape of the database. Every table knows its site. Readings are narrow rows; rollups keep min, max, mean,
 * count and energy. Times are UTC epoch ms, intervals are named by their start.
 */
export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  sql: `
    CREATE TABLE IF NOT EXISTS sites (
      id TEXT PRIMARY KEY, name TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL, time_zone TEXT NOT NULL,
      currency TEXT NOT NULL, demo INTEGER NOT NULL, provenance TEXT, created_at INTEGER NOT NULL, removed_at INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS center_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS devices (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites(id), driver_id TEXT NOT NULL, name TEXT NOT NULL,
      identity TEXT, connection TEXT NOT NULL, channels TEXT NOT NULL, created_at INTEGER NOT NULL, removed_at INTEGER
    ) STRICT;
    CREATE INDEX IF NOT EXISTS devices_of_site ON devices(site_id);

    -- device_id '' marks a series of the site itself (channel 'site').
    CREATE TABLE IF NOT EXISTS series (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites(id), device_id TEXT NOT NULL,
      channel_id TEXT NOT NULL, metric TEXT NOT NULL, UNIQUE (site_id, device_id, channel_id, metric)
    ) STRICT;
    -- quality: 0 good, 1 suspect, 2 estimated, 3 demo
    CREATE TABLE IF NOT EXISTS readings (
      series_id INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, quality INTEGER NOT NULL,
      PRIMARY KEY (series_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rollup_15min (
      series_id INTEGER NOT NULL, at INTEGER NOT NULL, mean REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
      count INTEGER NOT NULL, energy_kwh REAL, quality INTEGER NOT NULL, PRIMARY KEY (series_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rollup_hour (
      series_id INTEGER NOT NULL, at INTEGER NOT NULL, mean REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
      count INTEGER NOT NULL, energy_kwh REAL, quality INTEGER NOT NULL, PRIMARY KEY (series_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS rollup_day (
      series_id INTEGER NOT NULL, at INTEGER NOT NULL, mean REAL NOT NULL, minimum REAL NOT NULL, maximum REAL NOT NULL,
      count INTEGER NOT NULL, energy_kwh REAL, quality INTEGER NOT NULL, PRIMARY KEY (series_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS prices (
      site_id TEXT NOT NULL, at INTEGER NOT NULL, step_ms INTEGER NOT NULL, import_per_kwh REAL NOT NULL,
      export_per_kwh REAL NOT NULL, source TEXT NOT NULL, PRIMARY KEY (site_id, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS weather_days (
      site_id TEXT NOT NULL, day TEXT NOT NULL, temperature_max_c REAL, temperature_mean_c REAL, temperature_min_c REAL,
      sunshine_s REAL, daylight_s REAL, cloud_cover_pct REAL, wind_max_kmh REAL, source TEXT NOT NULL,
      PRIMARY KEY (site_id, day)
    ) STRICT, WITHOUT ROWID;

    -- body: the whole action as JSON, so that it can be replayed; the columns beside it are for finding it.
    CREATE TABLE IF NOT EXISTS actions (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, device_id TEXT NOT NULL, channel_id TEXT NOT NULL,
      created_at INTEGER NOT NULL, finished_at INTEGER, outcome TEXT NOT NULL, body TEXT NOT NULL, snapshot TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS actions_by_time ON actions(site_id, created_at);
    CREATE INDEX IF NOT EXISTS actions_by_channel ON actions(device_id, channel_id, created_at);
    CREATE TABLE IF NOT EXISTS proposals (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      state TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    -- What the commander knows of a channel across restarts: last switch, switches and writes, hold, lease, ownership.
    CREATE TABLE IF NOT EXISTS channel_control (
      site_id TEXT NOT NULL, device_id TEXT NOT NULL, channel_id TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (device_id, channel_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS channel_writes (
      device_id TEXT NOT NULL, channel_id TEXT NOT NULL, at INTEGER NOT NULL, switched INTEGER NOT NULL,
      action_id TEXT NOT NULL, PRIMARY KEY (device_id, channel_id, at, action_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS stops (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, stopped_at INTEGER NOT NULL, released_at INTEGER,
      released_by TEXT, body TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, at INTEGER NOT NULL, reply TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE IF NOT EXISTS settings (
      site_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (site_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS settings_audit (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, name TEXT NOT NULL, before TEXT, after TEXT NOT NULL,
      who TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS events (
      id INTEGER PRIMARY KEY, notice_id TEXT NOT NULL, site_id TEXT NOT NULL, at INTEGER NOT NULL, level TEXT NOT NULL,
      kind TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, body TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS events_by_time ON events(site_id, at);

    CREATE TABLE IF NOT EXISTS flow_runs (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, flow TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER,
      state TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS flow_runs_by_time ON flow_runs(site_id, started_at);

    CREATE TABLE IF NOT EXISTS model_versions (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL, trained_at INTEGER NOT NULL,
      folder TEXT NOT NULL, card TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS model_versions_by_kind ON model_versions(site_id, kind, stage);
    -- points: Float32 little-endian p10, p50, p90 for each step from start_at.
    CREATE TABLE IF NOT EXISTS forecasts (
      id INTEGER PRIMARY KEY, site_id TEXT NOT NULL, kind TEXT NOT NULL, issued_at INTEGER NOT NULL,
      start_at INTEGER NOT NULL, step_ms INTEGER NOT NULL, version TEXT, served_by TEXT NOT NULL, because TEXT NOT NULL,
      points BLOB NOT NULL, UNIQUE (site_id, kind, issued_at, served_by)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS backups (
      file TEXT PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, ok INTEGER NOT NULL, reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
