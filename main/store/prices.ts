import type Database from 'better-sqlite3';
import type { PriceRepository, PriceRow } from './types.ts';

const LONGEST_ROW_MS = 25 * 3_600_000;

export const createPriceRepository = (db: Database.Database): PriceRepository => {
  const put = db.prepare(
    `INSERT INTO prices (site_id, at, step_ms, import_per_kwh, export_per_kwh, source)
     VALUES (@siteId, @at, @stepMs, @importPerKwh, @exportPerKwh, @source)
     ON CONFLICT (site_id, at) DO UPDATE SET step_ms = excluded.step_ms, import_per_kwh = excluded.import_per_kwh,
     export_per_kwh = excluded.export_per_kwh, source = excluded.source`,
  );
  const range = db.prepare<[string, number, number], PriceRow>(
    `SELECT at, step_ms AS stepMs, import_per_kwh AS importPerKwh, export_per_kwh AS exportPerKwh, source
     FROM prices WHERE site_id = ? AND at >= ? AND at < ? ORDER BY at`,
  );
  const clear = db.prepare('DELETE FROM prices WHERE site_id = ? AND at < ? AND at + step_ms > ? AND at > ?');
  return {
    upsert: (siteId, rows) => {
      db.transaction(() => {
        for (const row of rows) put.run({ ...row, siteId });
      })();
    },
    replace: (siteId, spans, rows) => {
      db.transaction(() => {
        // No row is longer than a day: the bound lets the index find them.
        for (const { from, to } of spans) clear.run(siteId, to, from, from - LONGEST_ROW_MS);
        for (const row of rows) put.run({ ...row, siteId });
      })();
    },
    range: (siteId, from, to) => range.all(siteId, from, to),
  };
};
