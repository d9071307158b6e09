import type Database from 'better-sqlite3';
import { packTable, sliceTable, unpackTable } from './feed-packing.ts';
import type { FeedIssue, FeedIssueRepository } from './feed-types.ts';

interface Row {
  readonly rowid: number;
  readonly topic: string;
  readonly provider: string;
  readonly issued_at: number;
  readonly fetched_at: number;
  readonly confirmed_at: number;
  readonly start_at: number;
  readonly end_at: number;
  readonly step_ms: number;
  readonly columns: string;
  readonly body: Buffer;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEEP_ALL_MS = DAY_MS;
const BUCKET_MS = 6 * HOUR_MS;
const KEEP_WHOLE_MS = 14 * DAY_MS;
const OLD_HORIZON_MS = 48 * HOUR_MS;
const KEEP_MS = 400 * DAY_MS;

const read = (row: Row): FeedIssue => ({
  ...unpackTable(row.start_at, row.step_ms, row.columns, row.body),
  provider: row.provider,
  issuedAt: row.issued_at,
  fetchedAt: row.fetched_at,
  confirmedAt: row.confirmed_at,
});

export const createFeedIssueRepository = (db: Database.Database): FeedIssueRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO feed_issues (site_id, topic, provider, issued_at, fetched_at, confirmed_at, start_at, end_at,
     step_ms, columns, body)
     VALUES (@siteId, @topic, @provider, @issuedAt, @fetchedAt, @confirmedAt, @startAt, @endAt, @stepMs, @columns, @body)`,
  );
  const confirm = db.prepare(
    `UPDATE feed_issues SET confirmed_at = max(confirmed_at, @at) WHERE site_id = @siteId AND topic = @topic
     AND provider = @provider AND fetched_at = (SELECT max(fetched_at) FROM feed_issues
     WHERE site_id = @siteId AND topic = @topic AND provider = @provider)`,
  );
  const overlapping = db.prepare<[string, string, number, number, number], Row>(
    `SELECT rowid, * FROM feed_issues WHERE site_id = ? AND topic = ? AND end_at > ? AND start_at < ? AND fetched_at <= ?
     ORDER BY fetched_at DESC, start_at`,
  );
  const old = db.prepare<[string, number], Omit<Row, 'columns' | 'body'>>(
    `SELECT rowid, topic, provider, issued_at, fetched_at, confirmed_at, start_at, end_at, step_ms FROM feed_issues
     WHERE site_id = ? AND fetched_at < ? ORDER BY fetched_at, start_at`,
  );
  const one = db.prepare<[number], Row>('SELECT rowid, * FROM feed_issues WHERE rowid = ?');
  const shorten = db.prepare('UPDATE feed_issues SET end_at = ?, columns = ?, body = ? WHERE rowid = ?');
  const remove = db.prepare('DELETE FROM feed_issues WHERE rowid = ?');

  /** Leaves the first hours of an old issue; true where nothing of it is left. */
  const cut = (rowid: number, endAt: number): boolean => {
    const row = one.get(rowid);
    const left = row && sliceTable(read(row), row.start_at, endAt);
    if (left === undefined) return true;
    const packed = packTable(left);
    shorten.run(left.startAt + left.length * left.stepMs, packed.columns, packed.body, rowid);
    return false;
  };
  return {
    put: (siteId, topic, issue) => {
      const { provider, issuedAt, fetchedAt, confirmedAt, startAt, stepMs } = issue;
      const endAt = startAt + issue.length * stepMs;
      const times = { issuedAt, fetchedAt, confirmedAt, startAt, endAt, stepMs };
      put.run({ siteId, topic, provider, ...times, ...packTable(issue) });
    },
    confirm: (siteId, topic, provider, at) => void confirm.run({ siteId, topic, provider, at }),
    overlapping: (siteId, topic, from, to, knownAt) => overlapping.all(siteId, topic, from, to, knownAt).map(read),
    thin: (siteId, now) =>
      db.transaction(() => {
        let removed = 0;
        /** The fetch that is kept of each six hours: an issue in several pieces stays whole. */
        const kept = new Map<string, number>();
        for (const row of old.all(siteId, now - KEEP_ALL_MS)) {
          const bucket = `${row.topic} ${row.provider} ${Math.floor(row.fetched_at / BUCKET_MS)}`;
          const first = kept.get(bucket) ?? row.fetched_at;
          kept.set(bucket, first);
          const horizonAt = row.fetched_at + OLD_HORIZON_MS;
          const isGone =
            first !== row.fetched_at ||
            row.fetched_at < now - KEEP_MS ||
            (row.fetched_at < now - KEEP_WHOLE_MS && row.end_at > horizonAt && cut(row.rowid, horizonAt));
          if (isGone) removed += remove.run(row.rowid).changes;
        }
        return removed;
      })(),
  };
};
