import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ForecastTarget } from '../../../models/forecast/types.ts';
import type { LazyDataset } from './datasets.ts';
import type { Result } from './table.ts';

/** Scores of single series in a folder, so that one file can be made of runs home by home. */

const resultSchema: z.ZodType<Result> = z.strictObject({
  set: z.string(),
  home: z.string(),
  target: z.enum(['load', 'solar', 'wind', 'price'] satisfies ForecastTarget[]),
  unit: z.string(),
  span: z.string(),
  at: z.string(),
  scores: z.array(
    z.strictObject({
      method: z.string(),
      hours: z.number(),
      rmse: z.number(),
      mae: z.number(),
      r2: z.number().nullable(),
      skillPct: z.number().nullable(),
      coveragePct: z.number().nullable(),
      took: z.strictObject({ fitS: z.number(), predictS: z.number(), slowestPredictS: z.number() }).nullable(),
    }),
  ),
});

export const keepResult = (folder: string, result: Result): void => {
  mkdirSync(folder, { recursive: true });
  const name = [result.target, result.set, result.home, result.span].join('_').replaceAll(/[^\w-]/g, '-');
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
};

/** All that is kept of the given series, in their order. */
export const keptResults = (folder: string, datasets: readonly LazyDataset[]): readonly Result[] => {
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => resultSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  return datasets.flatMap(({ set, home, target }) =>
    kept
      .filter((each) => each.set === set && each.home === home && each.target === target)
      .toSorted((one, other) => (one.span === 'winter' ? -1 : other.span === 'winter' ? 1 : 0)),
  );
};
