import type { Migration } from '../migration.ts';

/** How the house reaches its people: the settings of each home without their secrets, and what was told or held back. */
export const messages: Migration = {
  number: 11,
  name: 'messages',
  sql: `
    CREATE TABLE IF NOT EXISTS message_settings (site_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
    -- by: the kinds of messengers that took it, separated by commas.
    CREATE TABLE IF NOT EXISTS messages (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL, site_id TEXT NOT NULL, at INTEGER NOT NULL, title TEXT NOT NULL,
      text TEXT NOT NULL, level TEXT NOT NULL, by TEXT NOT NULL, outcome TEXT NOT NULL, sentence TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS messages_by_time ON messages(site_id, at);
  `,
};
