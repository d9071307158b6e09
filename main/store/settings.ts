import type Database from 'better-sqlite3';
import type { z } from 'zod';
import {
  DEFAULT_SETTINGS,
  type SettingName,
  type SiteSettings,
  siteSettingsSchema,
} from '../../preload/contract/house.ts';
import type { SiteId } from '../ids.ts';
import type { SettingChange, SettingsRepository } from './types.ts';
import type { UnreadableRows } from './unreadable.ts';

const NAMES: readonly SettingName[] = siteSettingsSchema.keyof().options;

const SCHEMAS: Readonly<Record<SettingName, z.ZodType<SiteSettings[SettingName]>>> = siteSettingsSchema.shape;

/** How a value reads in the audit; null stands for "none". */
const textOf = (value: SiteSettings[SettingName]): string | null => (value === null ? null : String(value));

export const createSettingsRepository = (db: Database.Database, unreadable: UnreadableRows): SettingsRepository => {
  const rows = db.prepare<[string], { name: string; value: string }>(
    'SELECT name, value FROM settings WHERE site_id = ?',
  );
  const put = db.prepare(
    `INSERT INTO settings (site_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (site_id, name) DO UPDATE SET value = excluded.value`,
  );
  const insertAudit = db.prepare(
    'INSERT INTO settings_audit (site_id, name, before, after, who, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const audit = db.prepare<[string, number], SettingChange>(
    'SELECT name, before, after, who, at FROM settings_audit WHERE site_id = ? ORDER BY at DESC, id DESC LIMIT ?',
  );
  const get = (siteId: SiteId): SiteSettings => {
    const stored = new Map(rows.all(siteId).map((row) => [row.name, row.value]));
    const entries = NAMES.map((name) => {
      const text = stored.get(name);
      const value = text === undefined ? undefined : unreadable.json(SCHEMAS[name], text, `settings ${name}`);
      return [name, value === undefined ? DEFAULT_SETTINGS[name] : value];
    });
    return siteSettingsSchema.parse(Object.fromEntries(entries));
  };
  return {
    names: NAMES,
    get,
    set: (siteId, changes, who, at) =>
      db.transaction(() => {
        const before = get(siteId);
        for (const name of NAMES) {
          const after = changes[name];
          if (after === undefined) continue;
          put.run(siteId, name, JSON.stringify(after));
          if (after !== before[name])
            insertAudit.run(siteId, name, textOf(before[name]), textOf(after) ?? 'none', who, at);
        }
        return get(siteId);
      })(),
    note: (siteId, { name, before, after, who, at }) => void insertAudit.run(siteId, name, before, after, who, at),
    audit: (siteId, limit) => audit.all(siteId, limit),
  };
};
