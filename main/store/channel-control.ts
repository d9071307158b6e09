import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  instantSchema,
  setpointSchema,
  siteIdSchema,
} from '../../preload/contract/base.ts';
import { holdSchema } from '../../preload/contract/devices.ts';
import type { ChannelControlRecord, ChannelControlRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const recordSchema: z.ZodType<ChannelControlRecord> = z.strictObject({
  siteId: siteIdSchema,
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  owned: z.strictObject({ value: setpointSchema, readAt: instantSchema }).nullable(),
  changedAt: instantSchema.nullable(),
  hold: holdSchema.nullable(),
  under: holdSchema.nullish(),
  original: setpointSchema.nullable(),
  lease: z.strictObject({ owner: z.string(), reason: z.string(), expiresAt: instantSchema }).nullable(),
});

interface Row {
  readonly device_id: string;
  readonly channel_id: string;
  readonly body: string;
}

export const createChannelControlRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
): ChannelControlRepository => {
  const SELECT = 'SELECT device_id, channel_id, body FROM channel_control';
  const get = db.prepare<[string, string], Row>(`${SELECT} WHERE device_id = ? AND channel_id = ?`);
  const all = db.prepare<[string], Row>(`${SELECT} WHERE site_id = ? ORDER BY device_id, channel_id`);
  const put = db.prepare(
    `INSERT INTO channel_control (site_id, device_id, channel_id, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (device_id, channel_id) DO UPDATE SET site_id = excluded.site_id, body = excluded.body`,
  );
  const record = db.prepare(
    `INSERT OR REPLACE INTO channel_writes (device_id, channel_id, at, switched, action_id)
     VALUES (@deviceId, @channelId, @at, @switched, @actionId)`,
  );
  const countSince = db.prepare<[string, string, number], { writes: number; switches: number }>(
    `SELECT count(*) AS writes, coalesce(sum(switched), 0) AS switches FROM channel_writes
     WHERE device_id = ? AND channel_id = ? AND at >= ?`,
  );
  const prune = db.prepare('DELETE FROM channel_writes WHERE at < ?');
  const read = (row: Row | undefined): ChannelControlRecord | undefined =>
    row && unreadable.json(recordSchema, row.body, `channel_control ${row.device_id}/${row.channel_id}`);
  return {
    get: (deviceId, channelId) => read(get.get(deviceId, channelId)),
    put: (row) => {
      put.run(row.siteId, row.deviceId, row.channelId, JSON.stringify(row));
    },
    all: (siteId) => present(all.all(siteId).map(read)),
    recordWrite: (row) => {
      record.run({ ...row, switched: row.switched ? 1 : 0 });
    },
    countSince: (deviceId, channelId, since) =>
      countSince.get(deviceId, channelId, since) ?? { writes: 0, switches: 0 },
    pruneWrites: (before) => prune.run(before).changes,
  };
};
