import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { SiteId } from '../../preload/contract/base.ts';
import { type Rule, type RuleFiring, ruleFiringSchema, ruleSchema } from '../../preload/contract/rules.ts';
import { present, type UnreadableRows } from './unreadable.ts';

export interface StoredRule {
  readonly rule: Rule;
  readonly version: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly changedBy: string;
}

export interface RuleVersion {
  readonly version: number;
  readonly at: number;
  readonly who: string;
  /** Null where the rule was removed. */
  readonly rule: Rule | null;
}

export interface RuleRepository {
  /** Oldest first. */
  list(siteId: SiteId): readonly StoredRule[];
  get(siteId: SiteId, ruleId: string): StoredRule | undefined;
  /**
   * Writes the rule and its new version in one transaction; answers the version. A rule that was removed comes back. What was
   * remembered of it goes: it is another rule now.
   */
  save(siteId: SiteId, rule: Rule, who: string, at: number): number;
  /** Takes the rule out and keeps that as a version; false where there is none. Its memory goes. */
  remove(siteId: SiteId, ruleId: string, who: string, at: number): boolean;
  /** Newest first, also of removed rules. */
  versions(siteId: SiteId, ruleId: string): readonly RuleVersion[];
  addFiring(siteId: SiteId, firing: RuleFiring): void;
  /** Newest first; all rules where none is named. */
  firings(siteId: SiteId, limit: number, ruleId?: string): readonly RuleFiring[];
  /** How often each rule fired since. */
  countFirings(siteId: SiteId, since: number): ReadonlyMap<string, number>;
  pruneFirings(before: number): number;
  /** What the engine remembers, as it wrote it, by rule. */
  memories(siteId: SiteId): ReadonlyMap<string, string>;
  /** In one transaction. */
  setMemories(siteId: SiteId, memories: ReadonlyMap<string, string>): void;
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly created_at: number;
  readonly changed_at: number;
  readonly changed_by: string;
  readonly body: string;
}
interface VersionRow {
  readonly version: number;
  readonly at: number;
  readonly who: string;
  readonly body: string | null;
}
interface FiringRow {
  readonly id: number;
  readonly at: number;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly branch: string;
  readonly how: string;
  readonly sentence: string;
  readonly action_ids: string;
}

/** A rule that no longer parses is left out and reported: half a rule would be another rule. */
export const createRuleRepository = (db: Database.Database, unreadable: UnreadableRows): RuleRepository => {
  const list = db.prepare<[string], Row>('SELECT * FROM rules WHERE site_id = ? ORDER BY created_at, id');
  const get = db.prepare<[string, string], Row>('SELECT * FROM rules WHERE site_id = ? AND id = ?');
  const newest = db.prepare<[string, string], { version: number | null }>(
    'SELECT max(version) AS version FROM rule_versions WHERE site_id = ? AND rule_id = ?',
  );
  const put = db.prepare(
    `INSERT INTO rules (site_id, id, version, created_at, changed_at, changed_by, body)
     VALUES (@siteId, @id, @version, @at, @at, @who, @body)
     ON CONFLICT (site_id, id) DO UPDATE SET version = excluded.version, changed_at = excluded.changed_at,
       changed_by = excluded.changed_by, body = excluded.body`,
  );
  const addVersion = db.prepare(
    `INSERT INTO rule_versions (site_id, rule_id, version, at, who, body)
     VALUES (@siteId, @id, @version, @at, @who, @body)`,
  );
  const remove = db.prepare('DELETE FROM rules WHERE site_id = ? AND id = ?');
  const forget = db.prepare('DELETE FROM rule_memory WHERE site_id = ? AND rule_id = ?');
  const versions = db.prepare<[string, string], VersionRow>(
    'SELECT version, at, who, body FROM rule_versions WHERE site_id = ? AND rule_id = ? ORDER BY version DESC',
  );
  const addFiring = db.prepare(
    `INSERT INTO rule_firings (site_id, rule_id, at, rule_name, branch, how, sentence, action_ids)
     VALUES (@siteId, @ruleId, @at, @ruleName, @branch, @how, @sentence, @actionIds)`,
  );
  const ORDER = 'ORDER BY at DESC, id DESC LIMIT ?';
  const firings = db.prepare<[string, number], FiringRow>(`SELECT * FROM rule_firings WHERE site_id = ? ${ORDER}`);
  const firingsOf = db.prepare<[string, string, number], FiringRow>(
    `SELECT * FROM rule_firings WHERE site_id = ? AND rule_id = ? ${ORDER}`,
  );
  const counts = db.prepare<[string, number], { rule_id: string; count: number }>(
    'SELECT rule_id, count(*) AS count FROM rule_firings WHERE site_id = ? AND at >= ? GROUP BY rule_id',
  );
  const prune = db.prepare('DELETE FROM rule_firings WHERE at < ?');
  const memories = db.prepare<[string], { rule_id: string; body: string }>(
    'SELECT rule_id, body FROM rule_memory WHERE site_id = ?',
  );
  const setMemory = db.prepare('INSERT OR REPLACE INTO rule_memory (site_id, rule_id, body) VALUES (?, ?, ?)');

  const nextVersion = (siteId: SiteId, id: string): number => (newest.get(siteId, id)?.version ?? 0) + 1;

  const read = (row: Row): StoredRule | undefined => {
    const rule = unreadable.json(ruleSchema, row.body, `rules ${row.id}`);
    return (
      rule && {
        rule,
        version: row.version,
        createdAt: row.created_at,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }
    );
  };
  const readVersion = ({ body, ...row }: VersionRow): RuleVersion | undefined => {
    if (body === null) return { ...row, rule: null };
    const rule = unreadable.json(ruleSchema, body, `rule_versions ${row.version}`);
    return rule && { ...row, rule };
  };
  const readFiring = (row: FiringRow): RuleFiring | undefined => {
    const where = `rule_firings ${row.id}`;
    const parsed = ruleFiringSchema.safeParse({
      at: row.at,
      ruleId: row.rule_id,
      ruleName: row.rule_name,
      branch: row.branch,
      how: row.how,
      sentence: row.sentence,
      actionIds: unreadable.json(z.array(z.string()), row.action_ids, where) ?? [],
    });
    if (parsed.success) return parsed.data;
    unreadable.report(where, parsed.error.message);
    return undefined;
  };

  return {
    list: (siteId) => present(list.all(siteId).map(read)),
    get: (siteId, ruleId) => {
      const row = get.get(siteId, ruleId);
      return row && read(row);
    },
    save: (siteId, rule, who, at) =>
      db.transaction(() => {
        const row = { siteId, id: rule.id, version: nextVersion(siteId, rule.id), at, who, body: JSON.stringify(rule) };
        put.run(row);
        addVersion.run(row);
        forget.run(siteId, rule.id);
        return row.version;
      })(),
    remove: (siteId, id, who, at) =>
      db.transaction(() => {
        if (remove.run(siteId, id).changes === 0) return false;
        addVersion.run({ siteId, id, version: nextVersion(siteId, id), at, who, body: null });
        forget.run(siteId, id);
        return true;
      })(),
    versions: (siteId, ruleId) => present(versions.all(siteId, ruleId).map(readVersion)),
    addFiring: (siteId, { actionIds, ...firing }) => {
      addFiring.run({ ...firing, siteId, actionIds: JSON.stringify(actionIds) });
    },
    firings: (siteId, limit, ruleId) =>
      present(
        (ruleId === undefined ? firings.all(siteId, limit) : firingsOf.all(siteId, ruleId, limit)).map(readFiring),
      ),
    countFirings: (siteId, since) => new Map(counts.all(siteId, since).map((row) => [row.rule_id, row.count])),
    pruneFirings: (before) => prune.run(before).changes,
    memories: (siteId) => new Map(memories.all(siteId).map((row) => [row.rule_id, row.body])),
    setMemories: (siteId, bodies) => {
      db.transaction(() => {
        for (const [ruleId, body] of bodies) setMemory.run(siteId, ruleId, body);
      })();
    },
  };
};
