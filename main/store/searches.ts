import type Database from 'better-sqlite3';
import { z } from 'zod';
import { siteIdSchema } from '../../preload/contract/base.ts';
import { modelKindSchema, trialSchema } from '../../preload/contract/models.ts';
import type { SearchRepository, StoredSearch, StoredTrial } from './model-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const searchSchema: z.ZodType<StoredSearch> = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  kind: modelKindSchema,
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  state: z.enum(['running', 'paused', 'finished', 'stopped']),
  trialsWanted: z.number().int(),
  seed: z.number(),
  until: z.number(),
  rmseOfDefaults: z.number().nullable(),
  verdict: z.enum(['none', 'waiting', 'adopted', 'rejected']),
  sentence: z.string(),
});

interface TrialRow {
  readonly number: number;
  readonly settings: string;
  readonly rmse: number | null;
  readonly tookMs: number;
}

/** A search is what its trials are: each is a row as soon as it is over, so that a restart goes on behind the last one. */
export const createSearchRepository = (db: Database.Database, unreadable: UnreadableRows): SearchRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO searches (id, site_id, kind, started_at, body)
     VALUES (@id, @siteId, @kind, @startedAt, @body)`,
  );
  const latest = db.prepare<[string, string], { id: string; body: string }>(
    'SELECT id, body FROM searches WHERE site_id = ? AND kind = ? ORDER BY started_at DESC, rowid DESC LIMIT 1',
  );
  const addTrial = db.prepare(
    `INSERT OR REPLACE INTO search_trials (site_id, search_id, number, settings, rmse, took_ms)
     VALUES (@siteId, @searchId, @number, @settings, @rmse, @tookMs)`,
  );
  const trials = db.prepare<[string], TrialRow>(
    'SELECT number, settings, rmse, took_ms AS tookMs FROM search_trials WHERE search_id = ? ORDER BY number',
  );
  return {
    put: (search) => {
      put.run({ ...search, body: JSON.stringify(search) });
    },
    latest: (siteId, kind) => {
      const row = latest.get(siteId, kind);
      return row && unreadable.json(searchSchema, row.body, `searches ${row.id}`);
    },
    addTrial: ({ id, siteId }, trial) => {
      addTrial.run({ ...trial, siteId, searchId: id, settings: JSON.stringify(trial.settings) });
    },
    trials: (searchId) =>
      present(
        trials.all(searchId).map((row): StoredTrial | undefined => {
          const where = `search_trials ${searchId} ${row.number}`;
          const settings = unreadable.json(trialSchema.shape.settings, row.settings, where);
          return settings && { ...row, settings };
        }),
      ),
  };
};
