import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type Experiment, experimentSchema, type ModelKind } from '../../preload/contract/models.ts';
import type { ExperimentRepository } from './model-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly purpose: string;
  readonly at: number;
  readonly took_ms: number;
  readonly data_from: number;
  readonly data_to: number;
  readonly data_sha256: string;
  readonly settings: string;
  readonly seed: number;
  readonly code_version: string;
  readonly unit: string;
  readonly errors: string;
  readonly version: string | null;
  readonly outcome: string;
}

/** Every training, trial and evaluation with what it read and what came of it. */
export const createExperimentRepository = (db: Database.Database, unreadable: UnreadableRows): ExperimentRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO experiments (id, site_id, kind, purpose, at, took_ms, data_from, data_to, data_sha256, settings,
       seed, code_version, unit, errors, version, outcome)
     VALUES (@id, @siteId, @kind, @purpose, @at, @tookMs, @from, @to, @sha256, @settings,
       @seed, @codeVersion, @unit, @errors, @version, @outcome)`,
  );
  const list = db.prepare<{ siteId: string; kind: ModelKind | null; limit: number }, Row>(
    `SELECT * FROM experiments WHERE site_id = @siteId AND (@kind IS NULL OR kind = @kind)
     ORDER BY at DESC, rowid DESC LIMIT @limit`,
  );
  const json = (text: string, where: string): unknown => unreadable.json(z.unknown(), text, where);
  const read = (row: Row): Experiment | undefined => {
    const where = `experiments ${row.id}`;
    const parsed = experimentSchema.safeParse({
      id: row.id,
      kind: row.kind,
      purpose: row.purpose,
      at: row.at,
      tookMs: row.took_ms,
      data: { from: row.data_from, to: row.data_to, sha256: row.data_sha256 },
      settings: json(row.settings, where),
      seed: row.seed,
      codeVersion: row.code_version,
      unit: row.unit,
      errors: json(row.errors, where),
      version: row.version,
      outcome: row.outcome,
    });
    if (parsed.success) return parsed.data;
    unreadable.report(where, parsed.error.message);
    return undefined;
  };
  return {
    put: (siteId, { data, settings, errors, ...rest }) => {
      put.run({ ...rest, ...data, siteId, settings: JSON.stringify(settings), errors: JSON.stringify(errors) });
    },
    list: (siteId, limit, kind) => present(list.all({ siteId, limit, kind: kind ?? null }).map(read)),
  };
};
