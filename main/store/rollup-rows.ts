import type Database from 'better-sqlite3';
import { codeOfQuality, qualityOfCode } from './quality.ts';
import type { Rollup, RollupStep } from './types.ts';

const TABLES: Record<RollupStep, string> = { '15min': 'rollup_15min', hour: 'rollup_hour', day: 'rollup_day' };

/** A rollup as its table holds it, with the quality as its code. */
export interface RollupRow extends Omit<Rollup, 'quality'> {
  readonly quality: number;
}

/** One table of rollups. */
export interface RollupTable {
  put(row: Rollup): void;
  /** Writes only what is new or saw more than the row that is there; true when the row changed. */
  improve(row: Rollup): boolean;
  range(seriesId: number, from: number, to: number): readonly Rollup[];
  newestAt(seriesId: number): number | undefined;
  oldestAt(seriesId: number): number | undefined;
  prune(before: number): number;
}

/** The columns of a rollup under the names of the interface; `quality` still as its code. */
export const rollupSelect = (step: RollupStep): string =>
  `SELECT series_id AS seriesId, at, mean, minimum, maximum, count, energy_kwh AS energyKwh, quality
   FROM ${TABLES[step]} WHERE series_id = ? AND at >= ? AND at < ? ORDER BY at`;

export const createRollupTable = (db: Database.Database, step: RollupStep): RollupTable => {
  const table = TABLES[step];
  const upsert = `INSERT INTO ${table} (series_id, at, mean, minimum, maximum, count, energy_kwh, quality)
    VALUES (@seriesId, @at, @mean, @minimum, @maximum, @count, @energyKwh, @quality)
    ON CONFLICT (series_id, at) DO UPDATE SET mean = excluded.mean, minimum = excluded.minimum,
    maximum = excluded.maximum, count = excluded.count, energy_kwh = excluded.energy_kwh, quality = excluded.quality`;
  const put = db.prepare(upsert);
  // Retention may have taken part of the source away: a row that saw more is never replaced by one that saw less.
  const improve = db.prepare(
    `${upsert} WHERE excluded.count >= ${table}.count AND (excluded.mean, excluded.minimum, excluded.maximum,
     excluded.count, excluded.energy_kwh, excluded.quality) IS NOT (${table}.mean, ${table}.minimum, ${table}.maximum,
     ${table}.count, ${table}.energy_kwh, ${table}.quality)`,
  );
  const range = db.prepare<[number, number, number], RollupRow>(rollupSelect(step));
  const newest = db.prepare<[number], { at: number | null }>(`SELECT max(at) AS at FROM ${table} WHERE series_id = ?`);
  const oldest = db.prepare<[number], { at: number | null }>(`SELECT min(at) AS at FROM ${table} WHERE series_id = ?`);
  const prune = db.prepare(`DELETE FROM ${table} WHERE series_id IN (SELECT id FROM series) AND at < ?`);
  const columnsOf = (row: Rollup) => ({ ...row, quality: codeOfQuality(row.quality) });
  return {
    put: (row) => {
      put.run(columnsOf(row));
    },
    improve: (row) => improve.run(columnsOf(row)).changes > 0,
    range: (seriesId, from, to) =>
      range.all(seriesId, from, to).map((row) => ({ ...row, quality: qualityOfCode(row.quality) })),
    newestAt: (seriesId) => newest.get(seriesId)?.at ?? undefined,
    oldestAt: (seriesId) => oldest.get(seriesId)?.at ?? undefined,
    prune: (before) => prune.run(before).changes,
  };
};
