import type Database from 'better-sqlite3';
import { metricSchema } from '../../preload/contract/base.ts';
import { channelId, deviceId } from '../ids.ts';
import type { SeriesKey, SeriesRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const textOf = (key: SeriesKey): string => [key.siteId, key.deviceId, key.channelId, key.metric].join('\n');

/** `forget` empties the cache: after a rolled-back transaction and after a removed site its ids are no longer true. */
export const createSeriesRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
): SeriesRepository & { forget(): void } => {
  const cache = new Map<string, number>();
  const find = db.prepare<[string, string, string, string], { id: number }>(
    'SELECT id FROM series WHERE site_id = ? AND device_id = ? AND channel_id = ? AND metric = ?',
  );
  const insert = db.prepare('INSERT INTO series (site_id, device_id, channel_id, metric) VALUES (?, ?, ?, ?)');
  const list = db.prepare<[string], { id: number; device_id: string; channel_id: string; metric: string }>(
    'SELECT id, device_id, channel_id, metric FROM series WHERE site_id = ? ORDER BY id',
  );
  const lookUp = (key: SeriesKey): number | undefined => {
    const text = textOf(key);
    const known = cache.get(text) ?? find.get(key.siteId, key.deviceId, key.channelId, key.metric)?.id;
    if (known !== undefined) cache.set(text, known);
    return known;
  };
  return {
    idOf: (key) => {
      const known = lookUp(key);
      if (known !== undefined) return known;
      const id = Number(insert.run(key.siteId, key.deviceId, key.channelId, key.metric).lastInsertRowid);
      cache.set(textOf(key), id);
      return id;
    },
    find: lookUp,
    listOf: (site) =>
      present(
        list.all(site).map((row) => {
          const metric = metricSchema.safeParse(row.metric);
          if (!metric.success) {
            unreadable.report(`series ${row.id}`, `nobody knows the metric ${row.metric}`);
            return undefined;
          }
          const device = row.device_id === '' ? ('' as const) : deviceId(row.device_id);
          return {
            id: row.id,
            siteId: site,
            deviceId: device,
            channelId: channelId(row.channel_id),
            metric: metric.data,
          };
        }),
      ),
    forget: () => cache.clear(),
  };
};
