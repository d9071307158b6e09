import type Database from 'better-sqlite3';
import { type Site, siteSchema } from '../../preload/contract/site.ts';
import type { SiteRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly time_zone: string;
  readonly currency: string;
  readonly demo: number;
  readonly provenance: string | null;
}

const SELECT = 'SELECT id, name, latitude, longitude, time_zone, currency, demo, provenance FROM sites';

/** Tables that know a site by something else than a column `site_id`; they go first, while that something is there. */
const INDIRECT = [
  ...['readings', 'rollup_15min', 'rollup_hour', 'rollup_day'].map(
    (table) => `DELETE FROM ${table} WHERE series_id IN (SELECT id FROM series WHERE site_id = @id)`,
  ),
  'DELETE FROM channel_writes WHERE device_id IN (SELECT id FROM devices WHERE site_id = @id)',
  // Facts of one site in the center's state are named `<fact>:<site id>`.
  "DELETE FROM center_state WHERE substr(name, -length(@id) - 1) = ':' || @id",
];

/** Every table with a column `site_id`, read from the database itself, so that a new table is never forgotten. */
const tablesOfSites = (db: Database.Database): readonly string[] =>
  db
    .prepare<[], { name: string }>(
      `SELECT tables.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
       WHERE tables.type = 'table' AND columns.name = 'site_id' ORDER BY tables.name`,
    )
    .all()
    .map((row) => row.name);

export const createSiteRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
  onRemoved: () => void,
): SiteRepository => {
  const list = db.prepare<[], Row>(`${SELECT} WHERE removed_at IS NULL ORDER BY created_at, id`);
  const get = db.prepare<[string], Row>(`${SELECT} WHERE id = ? AND removed_at IS NULL`);
  const insert = db.prepare(
    `INSERT INTO sites (id, name, latitude, longitude, time_zone, currency, demo, provenance, created_at)
     VALUES (@id, @name, @latitude, @longitude, @timeZone, @currency, @demo, @provenance, @now)`,
  );
  const update = db.prepare(
    `UPDATE sites SET name = @name, latitude = @latitude, longitude = @longitude, time_zone = @timeZone, currency = @currency
     WHERE id = @id`,
  );
  const read = (row: Row): Site | undefined => {
    const { time_zone: timeZone, demo, ...rest } = row;
    const parsed = siteSchema.safeParse({ ...rest, timeZone, demo: demo === 1 });
    if (parsed.success) return parsed.data;
    unreadable.report(`sites ${row.id}`, parsed.error.message);
    return undefined;
  };
  return {
    list: () => present(list.all().map(read)),
    get: (id) => {
      const row = get.get(id);
      return row && read(row);
    },
    add: (site, now) => {
      insert.run({ ...site, demo: site.demo ? 1 : 0, now });
    },
    update: ({ id, name, latitude, longitude, timeZone, currency }) => {
      update.run({ id, name, latitude, longitude, timeZone, currency });
    },
    remove: (id) => {
      db.transaction(() => {
        for (const sql of INDIRECT) db.prepare(sql).run({ id });
        for (const table of tablesOfSites(db)) db.prepare(`DELETE FROM ${table} WHERE site_id = @id`).run({ id });
        db.prepare('DELETE FROM sites WHERE id = @id').run({ id });
      })();
      onRemoved();
    },
  };
};
