import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { instantSchema, siteIdSchema } from '../../preload/contract/base.ts';
import { DEFAULT_PLAN_SETTINGS, type PlanSettings, planSettingsSchema } from '../../preload/contract/plan-settings.ts';
import type { ChannelRef } from '../../preload/contract/safety.ts';
import type { SiteId } from '../ids.ts';
import { messageOf } from '../result.ts';
import { planSettingText } from './plan-words.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const HOUR_MS = 3_600_000;
/** Every plan of two days is kept, then one an hour for two weeks. */
const KEPT_WHOLE_MS = 48 * HOUR_MS;
const KEPT_MS = 14 * 24 * HOUR_MS;

const PARTS = planSettingsSchema.keyof().options;

/** `kept`: made, but the earlier one stayed in force. `simple`: without the solver. */
const planStateSchema = z.enum(['ready', 'kept', 'simple', 'stale']);
export type StoredPlanState = z.infer<typeof planStateSchema>;

/** A plan with all that it was made from; both bodies are JSON of the planner's own making. */
export interface StoredPlan {
  readonly id: string;
  readonly siteId: SiteId;
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly state: StoredPlanState;
  readonly input: string;
  readonly plan: string;
}

/** What a person wants of one block of a plan. It counts until its time is over. */
const planPinSchema = z.strictObject({
  siteId: siteIdSchema,
  blockId: z.string().min(1).max(200),
  laneId: z.string().min(1).max(140),
  pin: z.enum(['keep', 'move', 'skip']),
  /** The block as it was. */
  from: instantSchema,
  to: instantSchema,
  /** New start of a move. */
  toAt: instantSchema.nullable(),
  who: z.string(),
  at: instantSchema,
});
export type PlanPin = z.infer<typeof planPinSchema>;

export interface PlanRepository {
  /** The defaults where nothing was set, or where what was set cannot be read. */
  settings(siteId: SiteId): PlanSettings;
  /** Writes what changed with audit rows named `plan.<part>`, in one transaction; the caller has validated. */
  setSettings(siteId: SiteId, settings: PlanSettings, who: string, at: number): PlanSettings;
  add(plan: StoredPlan): void;
  setState(id: string, state: StoredPlanState): void;
  get(id: string): StoredPlan | undefined;
  latest(siteId: SiteId): StoredPlan | undefined;
  /** Plans made in [from, to), oldest first. */
  list(siteId: SiteId, from: number, to: number): readonly StoredPlan[];
  /** Pins whose time is not over. */
  pins(siteId: SiteId, now: number): readonly PlanPin[];
  /** A second pin on the same block takes the place of the first. */
  putPin(pin: PlanPin): void;
  removePin(siteId: SiteId, blockId: string): void;
  /** Keeps all of the last two days, then the first of each hour for two weeks; answers how many rows went. */
  thin(now: number): number;
}

interface Row {
  readonly id: string;
  readonly site_id: string;
  readonly made_at: number;
  readonly expires_at: number;
  readonly state: string;
  readonly input: Buffer;
  readonly plan: Buffer;
}

const untilOf = ({ from, to, toAt }: PlanPin): number => Math.max(to, toAt === null ? 0 : toAt + to - from);

/** `names` says how a channel is called; undefined where it is gone. */
export const createPlanRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
  names: (channel: ChannelRef) => string | undefined,
): PlanRepository => {
  const settingsRow = db.prepare<[string], { body: string }>('SELECT body FROM plan_settings WHERE site_id = ?');
  const putSettings = db.prepare(
    'INSERT INTO plan_settings (site_id, body) VALUES (?, ?) ON CONFLICT (site_id) DO UPDATE SET body = excluded.body',
  );
  const audit = db.prepare(
    'INSERT INTO settings_audit (site_id, name, before, after, who, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insert = db.prepare(
    `INSERT INTO plans (id, site_id, made_at, expires_at, state, input, plan)
     VALUES (@id, @siteId, @madeAt, @expiresAt, @state, @input, @plan)`,
  );
  const setState = db.prepare('UPDATE plans SET state = ? WHERE id = ?');
  const get = db.prepare<[string], Row>('SELECT * FROM plans WHERE id = ?');
  const latest = db.prepare<[string], Row>(
    'SELECT * FROM plans WHERE site_id = ? ORDER BY made_at DESC, rowid DESC LIMIT 1',
  );
  const list = db.prepare<[string, number, number], Row>(
    'SELECT * FROM plans WHERE site_id = ? AND made_at >= ? AND made_at < ? ORDER BY made_at, rowid',
  );
  const tooOld = db.prepare('DELETE FROM plans WHERE made_at < ?');
  const notFirstOfHour = db.prepare(
    `DELETE FROM plans WHERE made_at < @whole AND rowid NOT IN (
       SELECT min(rowid) FROM plans WHERE made_at < @whole GROUP BY site_id, made_at / ${HOUR_MS}
     )`,
  );
  const pinRows = db.prepare<[string, number], { body: string; block_id: string }>(
    'SELECT block_id, body FROM plan_pins WHERE site_id = ? AND until_at > ? ORDER BY block_id',
  );
  const putPin = db.prepare(
    `INSERT INTO plan_pins (site_id, block_id, until_at, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (site_id, block_id) DO UPDATE SET until_at = excluded.until_at, body = excluded.body`,
  );
  const removePin = db.prepare('DELETE FROM plan_pins WHERE site_id = ? AND block_id = ?');
  const oldPins = db.prepare('DELETE FROM plan_pins WHERE until_at <= ?');

  const nameOf = (channel: ChannelRef): string => names(channel) ?? `${channel.deviceId}/${channel.channelId}`;
  const settings = (siteId: SiteId): PlanSettings => {
    const row = settingsRow.get(siteId);
    const kept = row && unreadable.json(planSettingsSchema, row.body, `plan_settings ${siteId}`);
    return kept ?? DEFAULT_PLAN_SETTINGS;
  };
  const read = (row: Row | undefined): StoredPlan | undefined => {
    if (row === undefined) return undefined;
    try {
      return {
        id: row.id,
        siteId: siteIdSchema.parse(row.site_id),
        madeAt: row.made_at,
        expiresAt: row.expires_at,
        state: planStateSchema.parse(row.state),
        input: inflateRawSync(row.input).toString('utf8'),
        plan: inflateRawSync(row.plan).toString('utf8'),
      };
    } catch (thrown) {
      unreadable.report(`plans ${row.id}`, messageOf(thrown));
      return undefined;
    }
  };
  return {
    settings,
    setSettings: (siteId, after, who, at) =>
      db.transaction(() => {
        const before = settings(siteId);
        putSettings.run(siteId, JSON.stringify(after));
        for (const part of PARTS)
          if (JSON.stringify(before[part]) !== JSON.stringify(after[part])) {
            const [was, is] = [before, after].map((each) => planSettingText(part, each, nameOf));
            audit.run(siteId, `plan.${part}`, was, is, who, at);
          }
        return settings(siteId);
      })(),
    add: ({ input, plan, ...row }) => {
      insert.run({ ...row, input: deflateRawSync(input), plan: deflateRawSync(plan) });
    },
    setState: (id, state) => {
      setState.run(state, id);
    },
    get: (id) => read(get.get(id)),
    latest: (siteId) => read(latest.get(siteId)),
    list: (siteId, from, to) => present(list.all(siteId, from, to).map(read)),
    pins: (siteId, now) =>
      present(
        pinRows.all(siteId, now).map((row) => unreadable.json(planPinSchema, row.body, `plan_pins ${row.block_id}`)),
      ),
    putPin: (pin) => {
      putPin.run(pin.siteId, pin.blockId, untilOf(pin), JSON.stringify(pin));
    },
    removePin: (siteId, blockId) => {
      removePin.run(siteId, blockId);
    },
    thin: (now) =>
      db.transaction(
        () =>
          tooOld.run(now - KEPT_MS).changes +
          notFirstOfHour.run({ whole: now - KEPT_WHOLE_MS }).changes +
          oldPins.run(now).changes,
      )(),
  };
};
