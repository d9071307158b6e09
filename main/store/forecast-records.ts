import type Database from 'better-sqlite3';
import { z } from 'zod';
import { modelKindSchema } from '../../preload/contract/models.ts';
import { siteId } from '../ids.ts';
import type { ForecasterRole, ForecastRecord, ForecastRecordRepository } from './model-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly site_id: string;
  readonly kind: string;
  readonly day_at: number;
  readonly issued_at: number;
  readonly role: string;
  readonly version: string | null;
  readonly served: number;
  readonly body: Buffer;
}

const BYTES_AN_HOUR = 12;
const roleSchema: z.ZodType<ForecasterRole> = z.enum(['production', 'shadow', 'baseline', 'naive']);

const pack = ({ hours }: ForecastRecord): Buffer => {
  const body = Buffer.alloc(hours.length * BYTES_AN_HOUR);
  hours.forEach(({ mean, p10, p90 }, index) => {
    body.writeFloatLE(mean, index * BYTES_AN_HOUR);
    body.writeFloatLE(p10, index * BYTES_AN_HOUR + 4);
    body.writeFloatLE(p90, index * BYTES_AN_HOUR + 8);
  });
  return body;
};

const unpack = (body: Buffer): ForecastRecord['hours'] =>
  Array.from({ length: Math.floor(body.length / BYTES_AN_HOUR) }, (_, index) => ({
    mean: body.readFloatLE(index * BYTES_AN_HOUR),
    p10: body.readFloatLE(index * BYTES_AN_HOUR + 4),
    p90: body.readFloatLE(index * BYTES_AN_HOUR + 8),
  }));

export const createForecastRecordRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
): ForecastRecordRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO forecast_records (site_id, kind, day_at, issued_at, role, version, served, body)
     VALUES (@siteId, @kind, @dayAt, @issuedAt, @role, @version, @served, @body)`,
  );
  const range = db.prepare<[string, string, number, number], Row>(
    `SELECT * FROM forecast_records WHERE site_id = ? AND kind = ? AND day_at >= ? AND day_at < ?
     ORDER BY day_at, issued_at, role`,
  );
  const read = (row: Row): ForecastRecord | undefined => {
    const kind = modelKindSchema.safeParse(row.kind);
    const role = roleSchema.safeParse(row.role);
    if (kind.success && role.success)
      return {
        siteId: siteId(row.site_id),
        kind: kind.data,
        dayAt: row.day_at,
        issuedAt: row.issued_at,
        role: role.data,
        version: row.version,
        served: row.served === 1,
        hours: unpack(row.body),
      };
    unreadable.report(`forecast_records ${row.kind} ${row.day_at}`, 'its kind or role is not known');
    return undefined;
  };
  return {
    put: (record) => {
      const { hours: _, ...rest } = record;
      put.run({ ...rest, served: record.served ? 1 : 0, body: pack(record) });
    },
    range: (id, kind, from, to) => present(range.all(id, kind, from, to).map(read)),
  };
};
