import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { asker, startTestCenter } from '../support/center/test-center.ts';
import { type Bench, median } from './types.ts';

const DAY_MS = 86_400_000;

const SITE_SERIES = 6;

const countSeries = (path: string): number => {
  const db = new Database(path, { readonly: true });
  const { count } = db.prepare('SELECT count(*) AS count FROM series').get() as { count: number };
  db.close();
  return count;
};

/** A year of the demo home: how long a page of it takes, and how large it is on the disk. */
export const benchHistory: Bench = async (folder) => {
  const path = `${folder}/commandcenter.sqlite`;
  const { center } = await startTestCenter(folder);
  const { query } = asker(center);
  const siteId = center.status().activeSiteId;
  const to = center.status().now;
  const ask = async (step: 'hour' | 'day'): Promise<number> => {
    const startedAt = performance.now();
    await query('history.get', { siteId, from: to - 365 * DAY_MS, to, step });
    return performance.now() - startedAt;
  };
  await ask('day');
  const hours = median([await ask('hour'), await ask('hour'), await ask('hour')]);
  const days = median([await ask('day'), await ask('day'), await ask('day')]);
  // The meters' own series are made when their first minute is recorded.
  while (countSeries(path) <= SITE_SERIES) await new Promise((resolve) => setTimeout(resolve, 1_000));
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await center.stop();

  // 72 hours of one-minute rows in every recorded series, as a home that has run for days holds them.
  const db = new Database(path);
  const series = db.prepare('SELECT id FROM series').all() as { id: number }[];
  const insert = db.prepare('INSERT OR IGNORE INTO readings (series_id, at, value, quality) VALUES (?, ?, ?, 0)');
  db.transaction(() => {
    for (const { id } of series)
      for (let minute = 0; minute < 72 * 60; minute += 1) insert.run(id, to - minute * 60_000, 1234.5 + minute);
  })();
  db.exec('VACUUM');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return [
    {
      name: 'a year of hours, 6 series',
      value: hours,
      unit: 'ms',
      note: 'history.get through the gateway and the read worker',
    },
    { name: 'a year of days, 6 series', value: days, unit: 'ms', note: 'same' },
    {
      name: 'database of a year',
      value: statSync(path).size / 1e6,
      unit: 'MB',
      note: `400 days of hours and days, 72 h of minutes in ${series.length} series`,
    },
  ];
};
