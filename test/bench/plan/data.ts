import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/** Where the development sets lie: beside the repository, since they are no part of it. */
const DATA_FOLDER = resolve(import.meta.dirname, '../../../../shared/data');
export const dataIsThere = (): boolean => existsSync(DATA_FOLDER);

const HOUR_MS = 3_600_000;

const rowsOf = (file: string): readonly Record<string, string>[] =>
  z
    .array(z.record(z.string(), z.string()))
    .parse(parse(gunzipSync(readFileSync(join(DATA_FOLDER, file))), { columns: true }));

interface Points {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

const pointsOf = (rows: readonly Record<string, string>[], column: string): Points => {
  const known = rows.filter((row) => row[column] !== undefined && row[column] !== '');
  return {
    at: known.map((row) => Date.parse(row['timestamp_utc'] ?? '')),
    value: known.map((row) => Number(row[column])),
  };
};

/** Reads a home and a market; `powerKw` interpolates the counters, so it serves any step. */
export const createData = () => {
  const counters = rowsOf('eschborn_de_home/counters_10min.csv.gz');
  const prices = new Map(
    rowsOf('price_de_lu/price_de_lu_hourly.csv.gz').map((row) => [
      Date.parse(row['timestamp_utc'] ?? ''),
      Number(row['day_ahead_eur_per_mwh']) / 1000,
    ]),
  );
  const points = new Map(
    ['pv_total_kwh', 'load_total_kwh'].map((column) => [column, pointsOf(counters, column)] as const),
  );
  const counterAt = ({ at, value }: Points, when: number): number => {
    let low = 0;
    let high = at.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((at[middle] ?? 0) <= when) low = middle;
      else high = middle;
    }
    const from = at[low] ?? 0;
    const share = Math.min(1, Math.max(0, (when - from) / ((at[high] ?? from + 1) - from)));
    return (value[low] ?? 0) + share * ((value[high] ?? 0) - (value[low] ?? 0));
  };
  const powerKw = (column: 'pv_total_kwh' | 'load_total_kwh', from: number, stepMs: number, steps: number) => {
    const counter = points.get(column) ?? { at: [], value: [] };
    return Array.from({ length: steps }, (_, step) => {
      const energy = counterAt(counter, from + (step + 1) * stepMs) - counterAt(counter, from + step * stepMs);
      return Math.max(0, (energy * HOUR_MS) / stepMs);
    });
  };
  const spot = (from: number, stepMs: number, steps: number): readonly number[] =>
    Array.from({ length: steps }, (_, step) => {
      const at = from + step * stepMs;
      return prices.get(at - (at % HOUR_MS)) ?? 0;
    });
  return { powerKw, spot };
};
export type BenchData = ReturnType<typeof createData>;
