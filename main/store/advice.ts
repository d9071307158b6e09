import type Database from 'better-sqlite3';
import { type SavingsDay, savingsViewSchema } from '../../preload/contract/backtest.ts';
import { type Mode, modeSchema, type SiteId } from '../../preload/contract/base.ts';
import { planQueries, type Recommendation } from '../../preload/contract/plan.ts';
import { present, type UnreadableRows } from './unreadable.ts';

/** A recommendation with what it was made from, as JSON that only its maker reads. */
export interface StoredRecommendation {
  readonly recommendation: Recommendation;
  readonly basis: string;
  /** When its outcome was worked out, or given up; null before. */
  readonly settledAt: number | null;
}

/** What a local day saved; `day` is null where there is no number, and `why` says so. */
export interface StoredSavingsDay {
  /** Start of the local day. */
  readonly at: number;
  readonly day: SavingsDay | null;
  readonly why: string;
}

export interface ModeChange {
  readonly at: number;
  readonly mode: Mode;
}

export interface AdviceRepository {
  putRecommendation(stored: StoredRecommendation): void;
  recommendation(siteId: SiteId, id: string): StoredRecommendation | undefined;
  /** Newest first. */
  recommendations(siteId: SiteId, limit: number): readonly StoredRecommendation[];
  /** Those that wait for an answer or are not over yet, oldest first. */
  open(siteId: SiteId, now: number): readonly StoredRecommendation[];
  /** Those that are over and have no outcome yet, oldest first. */
  unsettled(siteId: SiteId, now: number): readonly StoredRecommendation[];
  putDay(siteId: SiteId, day: StoredSavingsDay): void;
  /** Days that begin in [from, to), oldest first. */
  days(siteId: SiteId, from: number, to: number): readonly StoredSavingsDay[];
  putMode(siteId: SiteId, change: ModeChange): void;
  /** The mode that held at `from`, if it is known, and the changes in [from, to), oldest first. */
  modes(siteId: SiteId, from: number, to: number): readonly ModeChange[];
  /** Recommendations made before, and mode changes before but the newest; days stay. Answers the rows removed. */
  prune(before: number): number;
}

interface RecommendationRow {
  readonly id: string;
  readonly settled_at: number | null;
  readonly body: string;
  readonly basis: string;
}
interface DayRow {
  readonly at: number;
  readonly day: string | null;
  readonly why: string;
}
interface ModeRow {
  readonly at: number;
  readonly mode: string;
}

const recommendationSchema = planQueries['plan.recommendations'].output.element;
const daySchema = savingsViewSchema.shape.yesterday.unwrap();

export const createAdviceRepository = (db: Database.Database, unreadable: UnreadableRows): AdviceRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO recommendations (id, site_id, made_at, end_at, status, settled_at, body, basis)
     VALUES (@id, @siteId, @madeAt, @endAt, @status, @settledAt, @body, @basis)`,
  );
  const select = 'SELECT id, settled_at, body, basis FROM recommendations WHERE site_id = ?';
  const one = db.prepare<[string, string], RecommendationRow>(`${select} AND id = ?`);
  const newest = db.prepare<[string, number], RecommendationRow>(`${select} ORDER BY made_at DESC, rowid DESC LIMIT ?`);
  const open = db.prepare<[string, number], RecommendationRow>(
    `${select} AND (status = 'pending' OR (status = 'taken' AND end_at > ?)) ORDER BY made_at, rowid`,
  );
  const unsettled = db.prepare<[string, number], RecommendationRow>(
    `${select} AND settled_at IS NULL AND end_at <= ? ORDER BY made_at, rowid`,
  );
  const putDay = db.prepare('INSERT OR REPLACE INTO savings_days (site_id, at, day, why) VALUES (?, ?, ?, ?)');
  const days = db.prepare<[string, number, number], DayRow>(
    'SELECT at, day, why FROM savings_days WHERE site_id = ? AND at >= ? AND at < ? ORDER BY at',
  );
  const putMode = db.prepare('INSERT OR REPLACE INTO mode_changes (site_id, at, mode) VALUES (?, ?, ?)');
  const modes = db.prepare<{ siteId: string; from: number; to: number }, ModeRow>(
    `SELECT at, mode FROM mode_changes WHERE site_id = @siteId AND at < @to AND at >= coalesce(
       (SELECT max(at) FROM mode_changes WHERE site_id = @siteId AND at <= @from), @from) ORDER BY at`,
  );
  const pruneAdvice = db.prepare('DELETE FROM recommendations WHERE made_at < ?');
  const pruneModes = db.prepare(
    `DELETE FROM mode_changes WHERE at < ? AND at < (
       SELECT max(at) FROM mode_changes AS newer WHERE newer.site_id = mode_changes.site_id)`,
  );

  const read = (row: RecommendationRow): StoredRecommendation | undefined => {
    const recommendation = unreadable.json(recommendationSchema, row.body, `recommendations ${row.id}`);
    return recommendation && { recommendation, basis: row.basis, settledAt: row.settled_at };
  };
  const readDay = ({ at, day, why }: DayRow): StoredSavingsDay | undefined => {
    if (day === null) return { at, day, why };
    const parsed = unreadable.json(daySchema, day, `savings_days ${at}`);
    return parsed && { at, day: parsed, why };
  };
  const readMode = ({ at, mode }: ModeRow): ModeChange | undefined => {
    const parsed = modeSchema.safeParse(mode);
    if (parsed.success) return { at, mode: parsed.data };
    unreadable.report(`mode_changes ${at}`, parsed.error.message);
    return undefined;
  };
  return {
    putRecommendation: ({ recommendation, basis, settledAt }) => {
      const { id, siteId, madeAt, endAt, status } = recommendation;
      put.run({ id, siteId, madeAt, endAt, status, settledAt, body: JSON.stringify(recommendation), basis });
    },
    recommendation: (siteId, id) => {
      const row = one.get(siteId, id);
      return row && read(row);
    },
    recommendations: (siteId, limit) => present(newest.all(siteId, limit).map(read)),
    open: (siteId, now) => present(open.all(siteId, now).map(read)),
    unsettled: (siteId, now) => present(unsettled.all(siteId, now).map(read)),
    putDay: (siteId, { at, day, why }) => {
      putDay.run(siteId, at, day === null ? null : JSON.stringify(day), why);
    },
    days: (siteId, from, to) => present(days.all(siteId, from, to).map(readDay)),
    putMode: (siteId, { at, mode }) => {
      putMode.run(siteId, at, mode);
    },
    modes: (siteId, from, to) => present(modes.all({ siteId, from, to }).map(readMode)),
    prune: (before) => pruneAdvice.run(before).changes + pruneModes.run(before).changes,
  };
};
