import type Database from 'better-sqlite3';
import type { SiteId } from '../../preload/contract/base.ts';
import { type StopState, stopStateSchema } from '../../preload/contract/site.ts';
import type { StopRepository } from './types.ts';
import type { UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: number;
  readonly stopped_at: number;
  readonly body: string;
}

/** A stop whose text cannot be read is still a stop: the house stays stopped until a person releases it. */
const bareStop = (siteId: SiteId, stoppedAt: number): StopState => ({
  siteId,
  stoppedAt,
  who: 'unknown',
  surface: 'system',
  why: 'The stored details of this stop could not be read.',
  whyAt: stoppedAt,
  modeBefore: 'watch',
  commandedAfterMs: null,
  answeredAfterMs: null,
  devices: [],
});

export const createStopRepository = (db: Database.Database, unreadable: UnreadableRows): StopRepository => {
  const active = db.prepare<[string], Row>(
    'SELECT id, stopped_at, body FROM stops WHERE site_id = ? AND released_at IS NULL ORDER BY id DESC LIMIT 1',
  );
  const insert = db.prepare('INSERT INTO stops (site_id, stopped_at, body) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE stops SET stopped_at = ?, body = ? WHERE site_id = ? AND released_at IS NULL');
  const release = db.prepare(
    'UPDATE stops SET released_at = ?, released_by = ? WHERE site_id = ? AND released_at IS NULL',
  );
  const write = (state: StopState): number => update.run(state.stoppedAt, JSON.stringify(state), state.siteId).changes;
  return {
    active: (siteId) => {
      const row = active.get(siteId);
      if (!row) return undefined;
      return unreadable.json(stopStateSchema, row.body, `stops ${row.id}`) ?? bareStop(siteId, row.stopped_at);
    },
    // A stop pressed twice stays one stop, and never fails.
    begin: (state) => {
      if (write(state) === 0) insert.run(state.siteId, state.stoppedAt, JSON.stringify(state));
    },
    update: (state) => {
      write(state);
    },
    release: (siteId, who, at) => {
      release.run(at, who, siteId);
    },
  };
};
