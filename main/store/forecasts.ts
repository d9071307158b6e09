import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type BandPoint, forecastViewSchema } from '../../preload/contract/insight.ts';
import { modelKindSchema } from '../../preload/contract/models.ts';
import { siteId } from '../ids.ts';
import { localDate } from '../zone.ts';
import type { ForecastRepository, StoredForecast } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: number;
  readonly site_id: string;
  readonly kind: string;
  readonly issued_at: number;
  readonly start_at: number;
  readonly step_ms: number;
  readonly version: string | null;
  readonly served_by: string;
  readonly because: string;
  readonly points: Buffer;
}

const kindSchema = z.union([modelKindSchema, z.literal('soc')]);
const servedBySchema = forecastViewSchema.shape.servedBy;
const BYTES_A_POINT = 12;

/** Three 32-bit floats a step; the times follow from start and step, so the steps must be without a hole. */
const pack = (forecast: StoredForecast): Buffer => {
  const start = forecast.points[0]?.at ?? forecast.issuedAt;
  const packed = Buffer.alloc(forecast.points.length * BYTES_A_POINT);
  forecast.points.forEach((point, index) => {
    if (point.at !== start + index * forecast.stepMs)
      throw new RangeError(`Point ${index} of a ${forecast.kind} forecast does not follow the one before by one step.`);
    packed.writeFloatLE(point.p10, index * BYTES_A_POINT);
    packed.writeFloatLE(point.p50, index * BYTES_A_POINT + 4);
    packed.writeFloatLE(point.p90, index * BYTES_A_POINT + 8);
  });
  return packed;
};

const unpack = (row: Row): readonly BandPoint[] =>
  Array.from({ length: Math.floor(row.points.length / BYTES_A_POINT) }, (_, index) => ({
    at: row.start_at + index * row.step_ms,
    p10: row.points.readFloatLE(index * BYTES_A_POINT),
    p50: row.points.readFloatLE(index * BYTES_A_POINT + 4),
    p90: row.points.readFloatLE(index * BYTES_A_POINT + 8),
  }));

export const createForecastRepository = (db: Database.Database, unreadable: UnreadableRows): ForecastRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO forecasts (site_id, kind, issued_at, start_at, step_ms, version, served_by, because, points)
     VALUES (@siteId, @kind, @issuedAt, @startAt, @stepMs, @version, @servedBy, @because, @points)`,
  );
  const newest = db.prepare<[string, string, number], Row>(
    `SELECT * FROM forecasts WHERE site_id = ? AND kind = ? AND issued_at <= ?
     ORDER BY issued_at DESC, id DESC LIMIT 1`,
  );
  const range = db.prepare<[string, string, number, number], Row>(
    'SELECT * FROM forecasts WHERE site_id = ? AND kind = ? AND issued_at >= ? AND issued_at < ? ORDER BY issued_at, id',
  );
  const old = db.prepare<[string, number], { id: number; kind: string; served_by: string; issued_at: number }>(
    'SELECT id, kind, served_by, issued_at FROM forecasts WHERE site_id = ? AND issued_at < ? ORDER BY issued_at, id',
  );
  const remove = db.prepare('DELETE FROM forecasts WHERE id = ?');
  const read = (row: Row | undefined): StoredForecast | undefined => {
    if (!row) return undefined;
    const kind = kindSchema.safeParse(row.kind);
    const servedBy = servedBySchema.safeParse(row.served_by);
    if (kind.success && servedBy.success)
      return {
        siteId: siteId(row.site_id),
        kind: kind.data,
        issuedAt: row.issued_at,
        stepMs: row.step_ms,
        version: row.version,
        servedBy: servedBy.data,
        because: row.because,
        points: unpack(row),
      };
    unreadable.report(`forecasts ${row.id}`, `${row.kind} served by ${row.served_by} is not known`);
    return undefined;
  };
  return {
    put: (forecast) => {
      const { points, ...rest } = forecast;
      put.run({ ...rest, startAt: points[0]?.at ?? forecast.issuedAt, points: pack(forecast) });
    },
    latest: (id, kind) => read(newest.get(id, kind, Number.MAX_SAFE_INTEGER)),
    issuedBefore: (id, kind, at) => read(newest.get(id, kind, at)),
    range: (id, kind, from, to) => present(range.all(id, kind, from, to).map(read)),
    // The first of a day is kept: it covers the whole day, so the day can still be compared with what came.
    thin: (id, timeZone, now, keepAllMs) =>
      db.transaction(() => {
        const kept = new Set<string>();
        let removed = 0;
        for (const row of old.all(id, now - keepAllMs)) {
          const day = `${row.kind} ${row.served_by} ${localDate(row.issued_at, timeZone)}`;
          if (kept.has(day)) removed += remove.run(row.id).changes;
          kept.add(day);
        }
        return removed;
      })(),
  };
};
