import type Database from 'better-sqlite3';
import { z } from 'zod';
import { siteIdSchema } from '../../preload/contract/base.ts';
import type { ModelRepository, ModelVersion } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const versionSchema: z.ZodType<ModelVersion> = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  kind: z.enum(['solar', 'load']),
  stage: z.enum(['candidate', 'shadow', 'production', 'archived']),
  trainedAt: z.number(),
  folder: z.string(),
  card: z.string(),
});

type Row = { readonly [Field in keyof ModelVersion]: string | number };

const SELECT = 'SELECT id, site_id AS siteId, kind, stage, trained_at AS trainedAt, folder, card FROM model_versions';

/** At most one version of a kind serves: a version that goes into production archives the one before. */
export const createModelRepository = (db: Database.Database, unreadable: UnreadableRows): ModelRepository => {
  const insert = db.prepare(
    `INSERT INTO model_versions (id, site_id, kind, stage, trained_at, folder, card)
     VALUES (@id, @siteId, @kind, @stage, @trainedAt, @folder, @card)`,
  );
  const retire = db.prepare(
    `UPDATE model_versions SET stage = 'archived' WHERE stage = 'production' AND id <> @id
     AND (site_id, kind) = (SELECT site_id, kind FROM model_versions WHERE id = @id)`,
  );
  const setStage = db.prepare('UPDATE model_versions SET stage = @stage WHERE id = @id');
  const production = db.prepare<[string, string], Row>(
    `${SELECT} WHERE site_id = ? AND kind = ? AND stage = 'production' ORDER BY trained_at DESC LIMIT 1`,
  );
  const list = db.prepare<[string, string], Row>(
    `${SELECT} WHERE site_id = ? AND kind = ? ORDER BY trained_at DESC, rowid DESC`,
  );
  const read = (row: Row | undefined): ModelVersion | undefined => {
    if (!row) return undefined;
    const parsed = versionSchema.safeParse(row);
    if (parsed.success) return parsed.data;
    unreadable.report(`model_versions ${row.id}`, parsed.error.message);
    return undefined;
  };
  return {
    add: (version) => {
      db.transaction(() => {
        insert.run(version);
        if (version.stage === 'production') retire.run({ id: version.id });
      })();
    },
    setStage: (id, stage) => {
      db.transaction(() => {
        if (stage === 'production') retire.run({ id });
        setStage.run({ id, stage });
      })();
    },
    production: (siteId, kind) => read(production.get(siteId, kind)),
    list: (siteId, kind) => present(list.all(siteId, kind).map(read)),
  };
};
