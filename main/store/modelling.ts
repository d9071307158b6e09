import type Database from 'better-sqlite3';
import { createExperimentRepository } from './experiments.ts';
import { createForecastRecordRepository } from './forecast-records.ts';
import type { ModelReport, ModelReportRepository, ModelRepositories } from './model-types.ts';
import { createSearchRepository } from './searches.ts';
import type { UnreadableRows } from './unreadable.ts';

const createModelReportRepository = (db: Database.Database): ModelReportRepository => {
  const put = db.prepare('INSERT OR REPLACE INTO model_reports (site_id, name, at, body) VALUES (?, ?, ?, ?)');
  const list = db.prepare<[string, string, number], ModelReport>(
    'SELECT name, at, body FROM model_reports WHERE site_id = ? AND name = ? ORDER BY at DESC LIMIT ?',
  );
  return {
    put: (siteId, { name, at, body }) => {
      put.run(siteId, name, at, body);
    },
    latest: (siteId, name) => list.get(siteId, name, 1),
    list: (siteId, name, limit) => list.all(siteId, name, limit),
  };
};

export const createModelRepositories = (db: Database.Database, unreadable: UnreadableRows): ModelRepositories => {
  const prune = [
    'DELETE FROM forecast_records WHERE day_at < ?',
    'DELETE FROM experiments WHERE at < ?',
    'DELETE FROM model_reports WHERE at < ?',
    'DELETE FROM search_trials WHERE search_id IN (SELECT id FROM searches WHERE started_at < ?)',
    'DELETE FROM searches WHERE started_at < ?',
  ].map((sql) => db.prepare<[number]>(sql));
  return {
    records: createForecastRecordRepository(db, unreadable),
    experiments: createExperimentRepository(db, unreadable),
    searches: createSearchRepository(db, unreadable),
    reports: createModelReportRepository(db),
    prune: (before) => db.transaction(() => prune.reduce((sum, each) => sum + each.run(before).changes, 0))(),
  };
};
