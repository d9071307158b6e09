import type Database from 'better-sqlite3';
import { type Action, actionSchema } from '../../preload/contract/control.ts';
import type { ActionRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const DAY_MS = 86_400_000;
const UNCHANGED_KEPT_MS = DAY_MS;
const SNAPSHOTS_KEPT_MS = 14 * DAY_MS;
const STAGES_KEPT_MS = 90 * DAY_MS;
/** Values that follow the house by the minute: what they hold on to is logged where it begins, and stays. */
const FOLLOWING_KEPT_MS = 2 * DAY_MS;

interface Row {
  readonly id: string;
  readonly body: string;
}

const columnsOf = (action: Action) => ({
  id: action.id,
  siteId: action.siteId,
  deviceId: action.deviceId,
  channelId: action.channelId,
  createdAt: action.createdAt,
  finishedAt: action.finishedAt,
  outcome: action.outcome,
  body: JSON.stringify(action),
});

export const createActionRepository = (db: Database.Database, unreadable: UnreadableRows): ActionRepository => {
  const insert = db.prepare(
    `INSERT INTO actions (id, site_id, device_id, channel_id, created_at, finished_at, outcome, body, snapshot)
     VALUES (@id, @siteId, @deviceId, @channelId, @createdAt, @finishedAt, @outcome, @body, @snapshot)`,
  );
  const update = db.prepare('UPDATE actions SET finished_at = ?, outcome = ?, body = ? WHERE id = ?');
  const get = db.prepare<[string], Row>('SELECT id, body FROM actions WHERE id = ?');
  const snapshot = db.prepare<[string], { snapshot: string | null }>('SELECT snapshot FROM actions WHERE id = ?');
  const list = db.prepare<[string, number, number], Row>(
    'SELECT id, body FROM actions WHERE site_id = ? AND created_at < ? ORDER BY created_at DESC, rowid DESC LIMIT ?',
  );
  const unfinished = db.prepare<[], Row>(
    `SELECT id, body FROM actions WHERE finished_at IS NULL AND outcome IN ('pending', 'settling') ORDER BY created_at`,
  );
  const lastOf = db.prepare<[string, string], Row>(
    `SELECT id, body FROM actions WHERE device_id = ? AND channel_id = ? AND json_extract(body, '$.sentAt') IS NOT NULL
     ORDER BY created_at DESC, rowid DESC LIMIT 1`,
  );
  const dropUnchanged = db.prepare("DELETE FROM actions WHERE outcome = 'unchanged' AND created_at < ?");
  const dropFollowing = db.prepare(
    `DELETE FROM actions WHERE created_at < ? AND finished_at IS NOT NULL AND outcome IN ('confirmed', 'limited')
     AND json_extract(body, '$.reasonCode') = 'PLAN_FOLLOWS'`,
  );
  const dropSnapshots = db.prepare('UPDATE actions SET snapshot = NULL WHERE snapshot IS NOT NULL AND created_at < ?');
  const dropStages = db.prepare(
    `UPDATE actions SET body = json_set(body, '$.stages', json('[]'))
     WHERE created_at < ? AND json_array_length(body, '$.stages') > 0`,
  );
  const read = (row: Row | undefined): Action | undefined =>
    row && unreadable.json(actionSchema, row.body, `actions ${row.id}`);
  return {
    insert: (action, frozen) => {
      insert.run({ ...columnsOf(action), snapshot: frozen });
    },
    update: (action) => {
      update.run(action.finishedAt, action.outcome, JSON.stringify(action), action.id);
    },
    get: (id) => read(get.get(id)),
    snapshotOf: (id) => snapshot.get(id)?.snapshot ?? undefined,
    list: (siteId, limit, before = Number.MAX_SAFE_INTEGER) => present(list.all(siteId, before, limit).map(read)),
    unfinished: () => present(unfinished.all().map(read)),
    lastOf: (deviceId, channelId) => read(lastOf.get(deviceId, channelId)),
    thin: (now) =>
      db.transaction(
        () =>
          dropUnchanged.run(now - UNCHANGED_KEPT_MS).changes +
          dropFollowing.run(now - FOLLOWING_KEPT_MS).changes +
          dropSnapshots.run(now - SNAPSHOTS_KEPT_MS).changes +
          dropStages.run(now - STAGES_KEPT_MS).changes,
      )(),
  };
};
