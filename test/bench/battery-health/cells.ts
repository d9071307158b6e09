import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { CellUse } from '../../../models/battery-health/cell-prior.ts';

/** One cell of an ageing test: how it was used, and its loss at each cycle. */
export interface Cell {
  readonly name: string;
  /** Pack or data set: what is left out together. */
  readonly group: string;
  readonly use: CellUse;
  /** Points of the first capacity; index 0 is the first cycle. NaN where it was not measured. */
  readonly lossPct: readonly number[];
}

const readRows = <Row>(file: string, schema: z.ZodType<Row>): readonly Row[] => {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return z.array(schema).parse(parse(text, { columns: true, skip_empty_lines: true }));
};

const capacityRow = z.object({ cell: z.string(), cycle: z.coerce.number(), capacity_ah: z.coerce.number() });

const lossesByCell = (file: string): ReadonlyMap<string, readonly number[]> => {
  const capacities = new Map<string, number[]>();
  for (const { cell, cycle, capacity_ah } of readRows(file, capacityRow)) {
    const of = capacities.get(cell) ?? [];
    capacities.set(cell, of);
    of[cycle - 1] = capacity_ah;
  }
  return new Map(
    [...capacities].map(([cell, of]) => {
      const whole = Array.from(of, (capacity) => capacity ?? Number.NaN);
      const first = whole.find(Number.isFinite) ?? Number.NaN;
      return [cell, whole.map((capacity) => 100 * (1 - capacity / first))];
    }),
  );
};

const cellRow = z.object({ cell: z.string(), design: z.string(), charge_rate: z.string() });

/** NMC532 pouch cells of Idaho National Laboratory (Chen et al., Joule 2022). */
export const inlCells = (folder: string): readonly Cell[] => {
  const losses = lossesByCell(join(folder, 'capacity_per_cycle.csv.gz'));
  return readRows(join(folder, 'cells.csv'), cellRow).flatMap(({ cell, design, charge_rate }): readonly Cell[] => {
    const lossPct = losses.get(cell);
    if (lossPct === undefined) return [];
    const kind = design.includes('R2') ? 'pouch-moderate-loading' : 'pouch-low-loading';
    const chargeRateC = Number.parseFloat(charge_rate);
    return [
      {
        name: cell,
        group: cell.split('_')[0] ?? cell,
        use: { kind, chargeRateC, depthPct: 100, temperatureC: 25 },
        lossPct,
      },
    ];
  });
};

/** 18650 cells of NASA Ames: charged at 1.5 A, 0.75 C. */
export const nasaCells = (folder: string): readonly Cell[] =>
  [...lossesByCell(join(folder, 'capacity_per_discharge.csv.gz'))].map(([name, lossPct]) => ({
    name,
    group: 'NASA',
    use: { kind: 'cylinder-18650', chargeRateC: 0.75, depthPct: 100, temperatureC: 24 },
    lossPct,
  }));
