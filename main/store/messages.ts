import type Database from 'better-sqlite3';
import {
  DEFAULT_MESSAGE_SETTINGS,
  type MessageSettings,
  messageSettingsSchema,
  type SentMessage,
  sentMessageSchema,
} from '../../preload/contract/messages.ts';
import type { SiteId } from '../ids.ts';
import { present, type UnreadableRows } from './unreadable.ts';

/** One changed field as the audit keeps it; the caller leaves out what nobody should read. */
export interface MessageChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** How people are reached, and what was told them. Secrets are elsewhere. */
export interface MessageRepository {
  /** The defaults where nothing was set, or where what was set cannot be read. */
  settings(siteId: SiteId): MessageSettings;
  /** Writes the settings and a row of the audit for each change, in one transaction; the caller has validated. */
  setSettings(
    siteId: SiteId,
    settings: MessageSettings,
    changes: readonly MessageChange[],
    by: { readonly who: string; readonly at: number },
  ): void;
  add(siteId: SiteId, message: SentMessage): void;
  /** Newest first. */
  list(siteId: SiteId, limit: number): readonly SentMessage[];
  prune(before: number): number;
}

interface Row extends Record<keyof Omit<SentMessage, 'at'>, string> {
  readonly at: number;
}

export const createMessageRepository = (db: Database.Database, unreadable: UnreadableRows): MessageRepository => {
  const body = db.prepare<[string], { body: string }>('SELECT body FROM message_settings WHERE site_id = ?');
  const put = db.prepare(
    `INSERT INTO message_settings (site_id, body) VALUES (?, ?)
     ON CONFLICT (site_id) DO UPDATE SET body = excluded.body`,
  );
  const audit = db.prepare(
    'INSERT INTO settings_audit (site_id, name, before, after, who, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insert = db.prepare(
    `INSERT INTO messages (id, site_id, at, title, text, level, by, outcome, sentence)
     VALUES (@id, @siteId, @at, @title, @text, @level, @by, @outcome, @sentence)`,
  );
  const list = db.prepare<[string, number], Row>(
    `SELECT id, at, title, text, level, by, outcome, sentence FROM messages WHERE site_id = ?
     ORDER BY at DESC, number DESC LIMIT ?`,
  );
  const prune = db.prepare('DELETE FROM messages WHERE at < ?');
  return {
    settings: (siteId) => {
      const row = body.get(siteId);
      const kept = row && unreadable.json(messageSettingsSchema, row.body, `message_settings ${siteId}`);
      return kept ?? DEFAULT_MESSAGE_SETTINGS;
    },
    setSettings: (siteId, settings, changes, { who, at }) =>
      db.transaction(() => {
        put.run(siteId, JSON.stringify(settings));
        for (const { name, before, after } of changes) audit.run(siteId, name, before, after, who, at);
      })(),
    add: (siteId, message) => {
      insert.run({ ...message, siteId, by: message.by.join(',') });
    },
    list: (siteId, limit) =>
      present(
        list.all(siteId, limit).map((row) => {
          const parsed = sentMessageSchema.safeParse({ ...row, by: row.by === '' ? [] : row.by.split(',') });
          if (parsed.success) return parsed.data;
          unreadable.report(`messages ${row.id}`, parsed.error.message);
          return undefined;
        }),
      ),
    prune: (before) => prune.run(before).changes,
  };
};
