import type Database from 'better-sqlite3';
import { z } from 'zod';
import { channelConfigSchema, connectionSchema } from '../../preload/contract/devices.ts';
import { deviceId, siteId } from '../ids.ts';
import type { DeviceRecord, DeviceRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly site_id: string;
  readonly driver_id: string;
  readonly name: string;
  readonly identity: string | null;
  readonly connection: string;
  readonly channels: string;
}

const SELECT = 'SELECT id, site_id, driver_id, name, identity, connection, channels FROM devices';
const channelsSchema = z.array(channelConfigSchema);

const columnsOf = (record: DeviceRecord) => ({
  ...record,
  connection: JSON.stringify(record.connection),
  channels: JSON.stringify(record.channels),
});

/** A device that was removed keeps its row and its history, but is no longer listed. */
export const createDeviceRepository = (db: Database.Database, unreadable: UnreadableRows): DeviceRepository => {
  const list = db.prepare<[string], Row>(`${SELECT} WHERE site_id = ? AND removed_at IS NULL ORDER BY created_at, id`);
  const get = db.prepare<[string], Row>(`${SELECT} WHERE id = ? AND removed_at IS NULL`);
  const insert = db.prepare(
    `INSERT INTO devices (id, site_id, driver_id, name, identity, connection, channels, created_at)
     VALUES (@id, @siteId, @driverId, @name, @identity, @connection, @channels, @now)`,
  );
  const update = db.prepare(
    `UPDATE devices SET driver_id = @driverId, name = @name, identity = @identity, connection = @connection,
     channels = @channels WHERE id = @id AND removed_at IS NULL`,
  );
  const remove = db.prepare('UPDATE devices SET removed_at = ? WHERE id = ? AND removed_at IS NULL');
  const forget = db.prepare('DELETE FROM channel_control WHERE device_id = ?');
  const read = (row: Row): DeviceRecord | undefined => {
    const connection = unreadable.json(connectionSchema, row.connection, `devices ${row.id} connection`);
    const channels = unreadable.json(channelsSchema, row.channels, `devices ${row.id} channels`);
    if (!connection || !channels) return undefined;
    const { id, name, identity } = row;
    return {
      id: deviceId(id),
      siteId: siteId(row.site_id),
      driverId: row.driver_id,
      name,
      identity,
      connection,
      channels,
    };
  };
  return {
    list: (id) => present(list.all(id).map(read)),
    get: (id) => {
      const row = get.get(id);
      return row && read(row);
    },
    add: (record, now) => {
      insert.run({ ...columnsOf(record), now });
    },
    update: (record) => {
      update.run(columnsOf(record));
    },
    remove: (id, now) => {
      db.transaction(() => {
        remove.run(now, id);
        forget.run(id);
      })();
    },
  };
};
