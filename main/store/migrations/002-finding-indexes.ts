import type { Migration } from '../migration.ts';

/** Indexes for the questions that are asked at every start and every few seconds, so that none of them scans a table. */
export const findingIndexes: Migration = {
  number: 2,
  name: 'finding-indexes',
  sql: `
    CREATE INDEX IF NOT EXISTS actions_unfinished ON actions(created_at) WHERE finished_at IS NULL;
    CREATE INDEX IF NOT EXISTS proposals_by_state ON proposals(site_id, state, created_at);
    CREATE INDEX IF NOT EXISTS stops_active ON stops(site_id) WHERE released_at IS NULL;
    CREATE INDEX IF NOT EXISTS settings_audit_by_time ON settings_audit(site_id, at);
    CREATE INDEX IF NOT EXISTS flow_runs_by_state ON flow_runs(state) WHERE finished_at IS NULL;
    CREATE INDEX IF NOT EXISTS flow_runs_by_flow ON flow_runs(site_id, flow, started_at);
    CREATE INDEX IF NOT EXISTS events_by_kind ON events(site_id, kind, at);
  `,
};
