import type Database from 'better-sqlite3';
import { type BacktestView, backtestViewSchema } from '../../preload/contract/backtest.ts';
import type { SiteId } from '../ids.ts';
import { present, type UnreadableRows } from './unreadable.ts';

/** A backtest that was begun, under an id of its own. */
export interface StoredBacktest {
  readonly id: string;
  readonly startedAt: number;
  readonly view: BacktestView;
}

/** The last backtests of each home. */
export interface BacktestRepository {
  /** Writes a run as it is now, and forgets all but the newest of its home. */
  put(run: StoredBacktest): void;
  latest(siteId: SiteId): StoredBacktest | undefined;
  /** Runs that a crash or a restart left running. */
  running(): readonly StoredBacktest[];
}

const KEPT = 5;

interface Row {
  readonly id: string;
  readonly startedAt: number;
  readonly body: string;
}
const SELECT = 'SELECT id, started_at AS startedAt, body FROM backtests';

export const createBacktestRepository = (db: Database.Database, unreadable: UnreadableRows): BacktestRepository => {
  const put = db.prepare(
    `INSERT INTO backtests (id, site_id, started_at, state, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body`,
  );
  const prune = db.prepare(
    `DELETE FROM backtests WHERE site_id = ? AND id NOT IN
     (SELECT id FROM backtests WHERE site_id = ? ORDER BY started_at DESC, id DESC LIMIT ?)`,
  );
  const latest = db.prepare<[string], Row>(`${SELECT} WHERE site_id = ? ORDER BY started_at DESC, id DESC LIMIT 1`);
  const running = db.prepare<[], Row>(`${SELECT} WHERE state = 'running' ORDER BY started_at`);
  const read = ({ id, startedAt, body }: Row): StoredBacktest | undefined => {
    const view = unreadable.json(backtestViewSchema, body, `backtests ${id}`);
    return view && { id, startedAt, view };
  };
  return {
    put: ({ id, startedAt, view }) =>
      db.transaction(() => {
        put.run(id, view.siteId, startedAt, view.state, JSON.stringify(view));
        prune.run(view.siteId, view.siteId, KEPT);
      })(),
    latest: (siteId) => {
      const row = latest.get(siteId);
      return row && read(row);
    },
    running: () => present(running.all().map(read)),
  };
};
