import type Database from 'better-sqlite3';
import { codeOfQuality, qualityOfCode } from './quality.ts';
import type { ReadingRepository, StoredReading } from './types.ts';
import type { UnreadableRows } from './unreadable.ts';

interface Row {
  readonly series_id: number;
  readonly at: number;
  readonly value: number;
  readonly quality: number;
}

const read = (row: Row): StoredReading => ({
  seriesId: row.series_id,
  at: row.at,
  value: row.value,
  quality: qualityOfCode(row.quality),
});

export const createReadingRepository = (db: Database.Database, unreadable: UnreadableRows): ReadingRepository => {
  const insert = db.prepare(
    `INSERT INTO readings (series_id, at, value, quality) VALUES (?, ?, ?, ?)
     ON CONFLICT (series_id, at) DO UPDATE SET value = excluded.value, quality = excluded.quality`,
  );
  const latest = db.prepare<[number], Row>('SELECT * FROM readings WHERE series_id = ? ORDER BY at DESC LIMIT 1');
  const range = db.prepare<[number, number, number], Row>(
    'SELECT * FROM readings WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at',
  );
  const count = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM readings');
  // By series, because the key starts with it: this touches only the rows that go.
  const prune = db.prepare('DELETE FROM readings WHERE series_id IN (SELECT id FROM series) AND at < ?');
  const append = db.transaction((rows: readonly StoredReading[]) => {
    for (const row of rows) {
      if (Number.isFinite(row.value)) insert.run(row.seriesId, row.at, row.value, codeOfQuality(row.quality));
      else unreadable.report(`readings of series ${row.seriesId}`, `${row.value} is no number`);
    }
  });
  return {
    append: (rows) => append(rows),
    latest: (seriesId) => {
      const row = latest.get(seriesId);
      return row && read(row);
    },
    range: (seriesId, from, to) => range.all(seriesId, from, to).map(read),
    count: () => count.get()?.count ?? 0,
    prune: (before) => prune.run(before).changes,
  };
};
