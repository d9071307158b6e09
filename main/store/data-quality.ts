import type Database from 'better-sqlite3';
import type { SiteId } from '../ids.ts';
import type { DataQualityRepository, QualityDay, RejectedSample } from './types.ts';

/** Enough to see a pattern; a source that talks nonsense all day must not fill the disk. */
const SAMPLES_KEPT = 2_000;

interface DayRow extends QualityDay {
  readonly site_id: SiteId;
}

export const createDataQualityRepository = (db: Database.Database): DataQualityRepository => {
  const put = db.prepare(
    `INSERT INTO quality_days (site_id, source, day, good, suspect, rejected, missing)
     VALUES (@siteId, @source, @day, @good, @suspect, @rejected, @missing)
     ON CONFLICT (site_id, source, day) DO UPDATE SET
       good = excluded.good, suspect = excluded.suspect, rejected = excluded.rejected, missing = excluded.missing`,
  );
  const get = db.prepare<[string, string, string], DayRow>(
    'SELECT source, day, good, suspect, rejected, missing FROM quality_days WHERE site_id = ? AND source = ? AND day = ?',
  );
  const list = db.prepare<[string, string], DayRow>(
    `SELECT source, day, good, suspect, rejected, missing FROM quality_days WHERE site_id = ? AND day >= ?
     ORDER BY source, day`,
  );
  const addSample = db.prepare(
    `INSERT INTO rejected_samples (site_id, source, channel_id, metric, at, value, reason)
     VALUES (@siteId, @source, @channelId, @metric, @at, @value, @reason)`,
  );
  const thin = db.prepare(
    `DELETE FROM rejected_samples WHERE id <= (SELECT max(id) FROM rejected_samples) - ${SAMPLES_KEPT}`,
  );
  const samples = db.prepare<[string, number], RejectedSample>(
    `SELECT source, channel_id AS channelId, metric, at, value, reason FROM rejected_samples WHERE site_id = ?
     ORDER BY at DESC, id DESC LIMIT ?`,
  );
  const pruneDays = db.prepare('DELETE FROM quality_days WHERE day < ?');
  const pruneSamples = db.prepare('DELETE FROM rejected_samples WHERE at < ?');
  return {
    put: (siteId, day) => void put.run({ siteId, ...day }),
    get: (siteId, source, day) => get.get(siteId, source, day),
    since: (siteId, day) => list.all(siteId, day),
    reject: (siteId, rejected) => {
      if (rejected.length === 0) return;
      db.transaction(() => {
        // SQLite has no "not a number": such a value is told by its reason.
        for (const sample of rejected)
          addSample.run({ siteId, ...sample, value: Number.isFinite(sample.value) ? sample.value : null });
        thin.run();
      })();
    },
    rejected: (siteId, limit) => samples.all(siteId, limit),
    prune: (beforeDay, beforeAt) => pruneDays.run(beforeDay).changes + pruneSamples.run(beforeAt).changes,
  };
};
