import type Database from 'better-sqlite3';
import type { IdempotencyRepository } from './types.ts';

/** The first reply to a key stands: a command that is sent twice is done once and answered the same. */
export const createIdempotencyRepository = (db: Database.Database): IdempotencyRepository => {
  const get = db.prepare<[string], { reply: string }>('SELECT reply FROM idempotency WHERE key = ?');
  const put = db.prepare('INSERT OR IGNORE INTO idempotency (key, at, reply) VALUES (?, ?, ?)');
  const prune = db.prepare('DELETE FROM idempotency WHERE at < ?');
  return {
    get: (key) => get.get(key)?.reply,
    put: (key, reply, at) => {
      put.run(key, at, reply);
    },
    prune: (before) => prune.run(before).changes,
  };
};
