import type { Migration } from '../migration.ts';

/** Schedules, workflows and their runs, and the rules that the house proposes to its people. */
export const workflows: Migration = {
  number: 10,
  name: 'workflows',
  sql: `
    CREATE TABLE IF NOT EXISTS schedules (
      site_id TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, id)
    ) STRICT, WITHOUT ROWID;
    -- One row for each time that a schedule came due, whatever became of it: it is never done twice.
    CREATE TABLE IF NOT EXISTS schedule_runs (
      site_id TEXT NOT NULL, schedule_id TEXT NOT NULL, due_at INTEGER NOT NULL, state TEXT NOT NULL, sentence TEXT NOT NULL,
      PRIMARY KEY (site_id, schedule_id, due_at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS workflows (
      site_id TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site_id, id)
    ) STRICT, WITHOUT ROWID;
    -- plan: the workflow as it was when the run began. waits_until: the wait under way, if it is one.
    CREATE TABLE IF NOT EXISTS workflow_runs (
      id TEXT PRIMARY KEY, site_id TEXT NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER, plan TEXT NOT NULL,
      waits_until INTEGER, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS workflow_runs_by_time ON workflow_runs(site_id, started_at);
    CREATE TABLE IF NOT EXISTS rule_suggestions (
      site_id TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (site_id, id)
    ) STRICT, WITHOUT ROWID;
  `,
};
