import type Database from 'better-sqlite3';
import { z } from 'zod';
import { siteIdSchema } from '../../preload/contract/base.ts';
import { type ModelStage, modelKindSchema, modelStageSchema } from '../../preload/contract/models.ts';
import type { ModelRepository, ModelVersion, StageChange } from './model-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const versionSchema: z.ZodType<ModelVersion> = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  kind: modelKindSchema,
  stage: modelStageSchema,
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
  const servingBeside = db.prepare<[string, string], { id: string }>(
    `SELECT id FROM model_versions WHERE stage = 'production' AND id <> ?
     AND (site_id, kind) = (SELECT site_id, kind FROM model_versions WHERE id = ?)`,
  );
  const setStage = db.prepare('UPDATE model_versions SET stage = @stage WHERE id = @id');
  const production = db.prepare<[string, string], Row>(
    `${SELECT} WHERE site_id = ? AND kind = ? AND stage = 'production' ORDER BY trained_at DESC LIMIT 1`,
  );
  const one = db.prepare<[string], Row>(`${SELECT} WHERE id = ?`);
  const remember = db.prepare(
    `INSERT INTO model_stages (site_id, version, at, stage, why, rolled_back)
     SELECT site_id, id, @at, @stage, @why, @rolledBack FROM model_versions WHERE id = @id`,
  );
  const stages = db.prepare<[string], { at: number; stage: string; why: string; rolled_back: number }>(
    'SELECT at, stage, why, rolled_back FROM model_stages WHERE version = ? ORDER BY id',
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
  const note = (id: string, stage: ModelStage, change: StageChange | undefined): void => {
    if (change !== undefined)
      remember.run({ id, stage, at: change.at, why: change.why, rolledBack: change.rolledBack === true ? 1 : 0 });
  };
  const retire = (id: string, change: StageChange | undefined): void => {
    for (const before of servingBeside.all(id, id)) {
      setStage.run({ id: before.id, stage: 'archived' });
      note(before.id, 'archived', change && { at: change.at, why: 'A newer version took its place.' });
    }
  };
  return {
    add: (version, change) => {
      db.transaction(() => {
        insert.run(version);
        note(version.id, version.stage, change);
        if (version.stage === 'production') retire(version.id, change);
      })();
    },
    setStage: (id, stage, change) => {
      db.transaction(() => {
        if (stage === 'production') retire(id, change);
        setStage.run({ id, stage });
        note(id, stage, change);
      })();
    },
    get: (id) => read(one.get(id)),
    stagesOf: (id) =>
      present(
        stages.all(id).map(({ at, stage, why, rolled_back }) => {
          const known = modelStageSchema.safeParse(stage);
          if (known.success) return { at, stage: known.data, why, rolledBack: rolled_back === 1 };
          unreadable.report(`model_stages ${id}`, `the stage ${stage} is not known`);
          return undefined;
        }),
      ),
    production: (siteId, kind) => read(production.get(siteId, kind)),
    list: (siteId, kind) => present(list.all(siteId, kind).map(read)),
  };
};
