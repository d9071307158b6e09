import type Database from 'better-sqlite3';
import { type Notice, noticeSchema } from '../../preload/contract/house.ts';
import type { EventRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

type Row = Omit<Notice, 'level'> & { readonly level: string; readonly kind: string };

export const createEventRepository = (db: Database.Database, unreadable: UnreadableRows): EventRepository => {
  const insert = db.prepare(
    `INSERT INTO events (notice_id, site_id, at, level, kind, title, text, body)
     VALUES (@id, @siteId, @at, @level, @kind, @title, @text, @body)`,
  );
  const list = db.prepare<[string, number], Row>(
    `SELECT notice_id AS id, at, level, kind, title, text FROM events WHERE site_id = ?
     ORDER BY at DESC, events.id DESC LIMIT ?`,
  );
  const count = db.prepare<[string, string, number], { count: number }>(
    'SELECT count(*) AS count FROM events WHERE site_id = ? AND kind = ? AND at >= ?',
  );
  return {
    add: (siteId, event) => {
      const { id, at, level, kind, title, text } = event;
      insert.run({ id, siteId, at, level, kind, title, text, body: event.body ?? null });
    },
    list: (siteId, limit) =>
      present(
        list.all(siteId, limit).map(({ kind, ...notice }) => {
          const parsed = noticeSchema.safeParse(notice);
          if (parsed.success) return { ...parsed.data, kind };
          unreadable.report(`events ${notice.id}`, parsed.error.message);
          return undefined;
        }),
      ),
    countSince: (siteId, kind, since) => count.get(siteId, kind, since)?.count ?? 0,
  };
};
