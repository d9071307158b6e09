import type Database from 'better-sqlite3';
import { z } from 'zod';
import { feedConfigSchema, feedTopicSchema } from '../../preload/contract/feeds.ts';
import type {
  FeedCallRepository,
  FeedConfigRepository,
  FeedReject,
  FeedRejectRepository,
  FeedState,
  FeedStateRepository,
} from './feed-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const REJECTS_KEPT = 500;

const stateSchema: z.ZodType<FeedState> = z.strictObject({
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  askedAt: z.number().nullable(),
  okAt: z.number().nullable(),
  failedAt: z.number().nullable(),
  failureCode: z.string().nullable(),
  failure: z.string().nullable(),
  failures: z.number().int().min(0),
  nextAt: z.number(),
  newestAt: z.number().nullable(),
  rejected: z.number().int().min(0),
});

export const createFeedStateRepository = (db: Database.Database, unreadable: UnreadableRows): FeedStateRepository => {
  const get = db.prepare<[string, string, string], { body: string }>(
    'SELECT body FROM feed_state WHERE site_id = ? AND topic = ? AND provider = ?',
  );
  const put = db.prepare('INSERT OR REPLACE INTO feed_state (site_id, topic, provider, body) VALUES (?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM feed_state WHERE site_id = ? AND topic = ? AND provider = ?');
  return {
    get: (siteId, topic, provider) => {
      const row = get.get(siteId, topic, provider);
      return row && unreadable.json(stateSchema, row.body, `feed_state ${siteId} ${topic} ${provider}`);
    },
    put: (siteId, topic, provider, state) => void put.run(siteId, topic, provider, JSON.stringify(state)),
    forget: (siteId, topic, provider) => void forget.run(siteId, topic, provider),
  };
};

export const createFeedCallRepository = (db: Database.Database): FeedCallRepository => {
  const pullBack = db.prepare('UPDATE feed_calls SET at = @now WHERE account = @account AND at > @now');
  const sum = db.prepare<[string, number], { used: number }>(
    'SELECT coalesce(sum(cost), 0) AS used FROM feed_calls WHERE account = ? AND at > ?',
  );
  const calls = db.prepare<[string, number], { at: number; cost: number }>(
    'SELECT at, cost FROM feed_calls WHERE account = ? AND at > ? ORDER BY at',
  );
  const insert = db.prepare('INSERT INTO feed_calls (account, at, cost) VALUES (?, ?, ?)');
  const prune = db.prepare('DELETE FROM feed_calls WHERE at < ?');
  const used = (account: string, since: number): number => sum.get(account, since)?.used ?? 0;
  return {
    used,
    take: (account, limits, cost, now) =>
      db.transaction(() => {
        pullBack.run({ account, now });
        if (limits.some(({ calls: allowed, perMs }) => used(account, now - perMs) + cost > allowed)) return false;
        insert.run(account, now, cost);
        return true;
      })(),
    freeAt: (account, { calls: allowed, perMs }, cost, now) => {
      let left = used(account, now - perMs) + cost - allowed;
      if (left <= 0) return now;
      for (const call of calls.all(account, now - perMs)) {
        left -= call.cost;
        if (left <= 0) return Math.min(call.at, now) + perMs;
      }
      return now + perMs; // It never fits; asking again later is all that can be said.
    },
    prune: (before) => prune.run(before).changes,
  };
};

export const createFeedRejectRepository = (db: Database.Database, unreadable: UnreadableRows): FeedRejectRepository => {
  const insert = db.prepare(
    'INSERT INTO feed_rejects (site_id, topic, provider, found_at, reason, row) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const keep = db.prepare(
    `DELETE FROM feed_rejects WHERE site_id = @siteId AND id NOT IN
     (SELECT id FROM feed_rejects WHERE site_id = @siteId ORDER BY id DESC LIMIT ${REJECTS_KEPT})`,
  );
  const list = db.prepare<[string, number], Omit<FeedReject, 'topic'> & { topic: string }>(
    `SELECT topic, provider, found_at AS foundAt, reason, row FROM feed_rejects WHERE site_id = ?
     ORDER BY id DESC LIMIT ?`,
  );
  return {
    add: (siteId, rejects) => {
      if (rejects.length === 0) return;
      db.transaction(() => {
        for (const { topic, provider, foundAt, reason, row } of rejects.slice(-REJECTS_KEPT))
          insert.run(siteId, topic, provider, foundAt, reason, row);
        keep.run({ siteId });
      })();
    },
    list: (siteId, limit) =>
      present(
        list.all(siteId, limit).map((row) => {
          const topic = feedTopicSchema.safeParse(row.topic);
          if (topic.success) return { ...row, topic: topic.data };
          unreadable.report('feed_rejects', `the topic ${row.topic} is not known`);
          return undefined;
        }),
      ),
  };
};

export const createFeedConfigRepository = (db: Database.Database, unreadable: UnreadableRows): FeedConfigRepository => {
  const get = db.prepare<[string], { body: string }>('SELECT body FROM feed_config WHERE site_id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO feed_config (site_id, body) VALUES (?, ?)');
  return {
    get: (siteId) => {
      const row = get.get(siteId);
      return row && unreadable.json(feedConfigSchema, row.body, `feed_config ${siteId}`);
    },
    put: (siteId, config) => void put.run(siteId, JSON.stringify(config)),
  };
};
