import type Database from 'better-sqlite3';
import { packTable, sliceTable, unpackTable } from './feed-packing.ts';
import type { FeedPastRepository, FeedTable } from './feed-types.ts';

interface Row {
  readonly provider: string;
  readonly day_at: number;
  readonly step_ms: number;
  readonly updated_at: number;
  readonly columns: string;
  readonly body: Buffer;
}

const DAY_MS = 86_400_000;

/** The table laid over a whole UTC day: steps of which it says nothing keep what was known. */
const overlaid = (dayAt: number, table: FeedTable, before: FeedTable | undefined): FeedTable => {
  const { stepMs } = table;
  const length = Math.round(DAY_MS / stepMs);
  const base = before?.stepMs === stepMs ? before.columns : {};
  const names = new Set([...Object.keys(base), ...Object.keys(table.columns)]);
  const columns = Object.fromEntries(
    [...names].map((name) => [name, Float32Array.from({ length }, (_, row) => base[name]?.[row] ?? Number.NaN)]),
  );
  const shift = Math.round((table.startAt - dayAt) / stepMs);
  for (let row = 0; row < table.length; row += 1) {
    const saysSomething = Object.values(table.columns).some((values) => !Number.isNaN(values[row] ?? Number.NaN));
    if (saysSomething)
      for (const [name, values] of Object.entries(columns))
        values[row + shift] = table.columns[name]?.[row] ?? Number.NaN;
  }
  return { startAt: dayAt, stepMs, length, columns };
};

export const createFeedPastRepository = (db: Database.Database): FeedPastRepository => {
  const get = db.prepare<[string, string, number, string], Row>(
    'SELECT * FROM feed_past WHERE site_id = ? AND topic = ? AND day_at = ? AND provider = ?',
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO feed_past (site_id, topic, provider, day_at, step_ms, updated_at, columns, body)
     VALUES (@siteId, @topic, @provider, @dayAt, @stepMs, @now, @columns, @body)`,
  );
  const range = db.prepare<[string, string, number, number], Row>(
    'SELECT * FROM feed_past WHERE site_id = ? AND topic = ? AND day_at > ? AND day_at < ? ORDER BY day_at, provider',
  );
  return {
    put: (siteId, topic, provider, table, now) => {
      const endAt = table.startAt + table.length * table.stepMs;
      db.transaction(() => {
        for (let dayAt = Math.floor(table.startAt / DAY_MS) * DAY_MS; dayAt < endAt; dayAt += DAY_MS) {
          const ofDay = sliceTable(table, dayAt, dayAt + DAY_MS);
          if (ofDay === undefined) continue;
          const row = get.get(siteId, topic, dayAt, provider);
          const before = row && unpackTable(dayAt, row.step_ms, row.columns, row.body);
          const day = overlaid(dayAt, ofDay, before);
          // After a clock that was set back, what came first must not look as if it had been known earlier.
          const updatedAt = Math.max(now, row?.updated_at ?? now);
          put.run({ siteId, topic, provider, dayAt, stepMs: day.stepMs, now: updatedAt, ...packTable(day) });
        }
      })();
    },
    range: (siteId, topic, from, to) =>
      range.all(siteId, topic, from - DAY_MS, to).map((row) => ({
        ...unpackTable(row.day_at, row.step_ms, row.columns, row.body),
        provider: row.provider,
        updatedAt: row.updated_at,
      })),
  };
};
