import type Database from 'better-sqlite3';
import { type ChannelRef, DEFAULT_SAFETY, type Safety, safetySchema } from '../../preload/contract/safety.ts';
import type { SiteId } from '../ids.ts';
import { messageOf } from '../result.ts';
import { safetyText } from './safety-words.ts';
import type { DeviceRepository, SafetyRepository } from './types.ts';
import type { UnreadableRows } from './unreadable.ts';

const PARTS = safetySchema.keyof().options;

/** The envelope of each site, with its changes in the same audit as the settings. */
export const createSafetyRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
  devices: Pick<DeviceRepository, 'get'>,
): SafetyRepository => {
  const rows = db.prepare<[string], { name: string; value: string }>(
    'SELECT name, value FROM safety WHERE site_id = ?',
  );
  const put = db.prepare(
    `INSERT INTO safety (site_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (site_id, name) DO UPDATE SET value = excluded.value`,
  );
  const insertAudit = db.prepare(
    'INSERT INTO settings_audit (site_id, name, before, after, who, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const reported = new Set<string>();

  const nameOf = ({ deviceId, channelId }: ChannelRef): string =>
    devices.get(deviceId)?.channels.find((channel) => channel.channelId === channelId)?.name ??
    `${deviceId}/${channelId}`;

  /** Reported once a text and not at every decision. */
  const parse = (siteId: SiteId, name: keyof Safety, text: string): unknown => {
    const where = `safety ${name} of ${siteId}`;
    const report = (why: string): void => {
      if (reported.has(`${where} ${text}`)) return;
      reported.add(`${where} ${text}`);
      unreadable.report(where, why);
    };
    try {
      const parsed = safetySchema.shape[name].safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
      report(parsed.error.message);
    } catch (thrown) {
      report(messageOf(thrown));
    }
    return undefined;
  };

  const read: SafetyRepository['read'] = (siteId) => {
    const stored = new Map(rows.all(siteId).map((row) => [row.name, row.value]));
    const lost: (keyof Safety)[] = [];
    const entries = PARTS.map((name) => {
      const text = stored.get(name);
      if (text === undefined) return [name, DEFAULT_SAFETY[name]];
      const value = parse(siteId, name, text);
      if (value === undefined) lost.push(name);
      return [name, value === undefined ? DEFAULT_SAFETY[name] : value];
    });
    return { safety: safetySchema.parse(Object.fromEntries(entries)), unreadable: lost };
  };

  return {
    read,
    get: (siteId) => read(siteId).safety,
    set: (siteId, safety, who, at) =>
      db.transaction(() => {
        const before = read(siteId);
        for (const name of PARTS) {
          const after = safety[name];
          const lost = before.unreadable.includes(name);
          const same = JSON.stringify(after) === JSON.stringify(before.safety[name]);
          if (same && !lost) continue;
          put.run(siteId, name, JSON.stringify(after));
          const was = lost ? 'not readable' : safetyText(name, before.safety[name], nameOf);
          insertAudit.run(siteId, `safety.${name}`, was, safetyText(name, after, nameOf), who, at);
        }
        return read(siteId).safety;
      })(),
  };
};
