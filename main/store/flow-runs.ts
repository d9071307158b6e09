import type Database from 'better-sqlite3';
import { type FlowRun, flowRunSchema } from '../../preload/contract/house.ts';
import type { FlowRunRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly body: string;
}

export const createFlowRunRepository = (db: Database.Database, unreadable: UnreadableRows): FlowRunRepository => {
  const put = db.prepare(
    `INSERT INTO flow_runs (id, site_id, flow, started_at, finished_at, state, body)
     VALUES (@id, @siteId, @flow, @startedAt, @finishedAt, @state, @body)
     ON CONFLICT (id) DO UPDATE SET finished_at = excluded.finished_at, state = excluded.state, body = excluded.body`,
  );
  const get = db.prepare<[string], Row>('SELECT id, body FROM flow_runs WHERE id = ?');
  const ORDER = 'ORDER BY started_at DESC, rowid DESC LIMIT ?';
  const list = db.prepare<[string, number], Row>(`SELECT id, body FROM flow_runs WHERE site_id = ? ${ORDER}`);
  const listOf = db.prepare<[string, string, number], Row>(
    `SELECT id, body FROM flow_runs WHERE site_id = ? AND flow = ? ${ORDER}`,
  );
  const running = db.prepare<[], Row>(
    "SELECT id, body FROM flow_runs WHERE state = 'running' AND finished_at IS NULL ORDER BY started_at",
  );
  const prune = db.prepare(
    `DELETE FROM flow_runs WHERE started_at < ? AND finished_at IS NOT NULL AND started_at < (
       SELECT max(newer.started_at) FROM flow_runs AS newer
       WHERE newer.site_id = flow_runs.site_id AND newer.flow = flow_runs.flow)`,
  );
  const read = (row: Row | undefined): FlowRun | undefined =>
    row && unreadable.json(flowRunSchema, row.body, `flow_runs ${row.id}`);
  return {
    put: (run) => {
      const { id, siteId, flow, startedAt, finishedAt, state } = run;
      put.run({ id, siteId, flow, startedAt, finishedAt, state, body: JSON.stringify(run) });
    },
    get: (id) => read(get.get(id)),
    list: (siteId, limit, flow) =>
      present((flow === undefined ? list.all(siteId, limit) : listOf.all(siteId, flow, limit)).map(read)),
    running: () => present(running.all().map(read)),
    prune: (before) => prune.run(before).changes,
  };
};
