import type Database from 'better-sqlite3';
import type { Setpoint } from '../../preload/contract/base.ts';
import { type PendingProposal, pendingProposalSchema, settledProposalSchema } from '../../preload/contract/control.ts';
import type { ProposalRepository, Settlement, StoredProposal, WishRest } from './approval-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly body: string;
}

interface FullRow extends Row {
  readonly state: string;
  readonly wish_who: string | null;
  readonly hold_ms: number | null;
  readonly lease_ms: number | null;
  readonly settled_at: number | null;
  readonly who: string | null;
  readonly surface: string | null;
  readonly sentence: string | null;
  readonly action_id: string | null;
}

const settlementSchema = settledProposalSchema.omit({ proposal: true });

export const createProposalRepository = (db: Database.Database, unreadable: UnreadableRows): ProposalRepository => {
  const insert = db.prepare(
    `INSERT INTO proposals (id, site_id, created_at, expires_at, state, body)
     VALUES (@id, @siteId, @createdAt, @expiresAt, 'pending', @body)`,
  );
  const insertRecord = db.prepare(
    `INSERT INTO proposal_records (proposal_id, site_id, wish_who, hold_ms, lease_ms)
     VALUES (@id, @siteId, @who, @holdMs, @leaseMs)`,
  );
  const full = `SELECT id, body, state, wish_who, hold_ms, lease_ms, settled_at, who, surface, sentence, action_id
     FROM proposals JOIN proposal_records ON proposal_id = id`;
  const get = db.prepare<[string], FullRow>(`${full} WHERE id = ?`);
  const settled = db.prepare<[string, number], FullRow>(
    `${full} WHERE proposal_records.site_id = ? AND settled_at IS NOT NULL ORDER BY settled_at DESC, id LIMIT ?`,
  );
  const pending = db.prepare<[string], Row>(
    "SELECT id, body FROM proposals WHERE site_id = ? AND state = 'pending' ORDER BY created_at, id",
  );
  // The condition on the old state makes exactly one caller see a changed row.
  const settle = db.prepare("UPDATE proposals SET state = ? WHERE id = ? AND state = 'pending'");
  const record = db.prepare(
    `UPDATE proposal_records SET settled_at = @settledAt, who = @who, surface = @surface, sentence = @sentence,
     action_id = @actionId WHERE proposal_id = @id`,
  );
  const endSecrets = db.prepare('UPDATE approval_questions SET open = 0 WHERE proposal_id = ?');
  // Damaged rows count as never done, and giving back what was borrowed is nobody's wish.
  const field = (name: string): string => `CASE WHEN json_valid(body) THEN json_extract(body, '$.${name}') END`;
  const everDone = db
    .prepare<{ deviceId: string; channelId: string; origin: string }, Exclude<Setpoint, boolean>>(
      `SELECT ${field('asked')} FROM actions WHERE device_id = @deviceId AND channel_id = @channelId
         AND ${field('origin')} = @origin AND ${field('sentAt')} IS NOT NULL AND ${field('reasonCode')} <> 'LEASE_ENDED'
       UNION SELECT ${field('setpoint')} FROM proposals WHERE state = 'approved'
         AND ${field('deviceId')} = @deviceId AND ${field('channelId')} = @channelId AND ${field('origin')} = @origin`,
    )
    .pluck();
  const read = (row: Row | undefined): PendingProposal | undefined =>
    row && unreadable.json(pendingProposalSchema, row.body, `proposals ${row.id}`);
  const wishOf = ({ wish_who, hold_ms, lease_ms }: FullRow): WishRest => ({
    who: wish_who ?? '',
    holdMs: hold_ms,
    leaseMs: lease_ms,
  });
  const settlementOf = (row: FullRow): Settlement | null | undefined => {
    if (row.state === 'pending') return null;
    const { state, settled_at: settledAt, who, surface, sentence, action_id: actionId } = row;
    const parsed = settlementSchema.safeParse({ state, settledAt, who, surface, sentence, actionId });
    if (parsed.success) return parsed.data;
    unreadable.report(`proposal_records ${row.id}`, parsed.error.message);
    return undefined;
  };
  const readFull = (row: FullRow | undefined): StoredProposal | undefined => {
    const proposal = read(row);
    const settlement = row && settlementOf(row);
    return row && proposal && settlement !== undefined ? { proposal, wish: wishOf(row), settlement } : undefined;
  };
  return {
    add: (proposal, wish) => {
      const { id, siteId, createdAt, expiresAt } = proposal;
      db.transaction(() => {
        insert.run({ id, siteId, createdAt, expiresAt, body: JSON.stringify(proposal) });
        insertRecord.run({ id, siteId, ...wish });
      })();
    },
    get: (id) => readFull(get.get(id)),
    settle: (id, settlement) =>
      db.transaction(() => {
        if (settle.run(settlement.state, id).changes !== 1) return false;
        record.run({ ...settlement, id });
        endSecrets.run(id);
        return true;
      })(),
    pending: (siteId) => present(pending.all(siteId).map(read)),
    settled: (siteId, limit) =>
      present(settled.all(siteId, limit).map(readFull)).flatMap(({ proposal, settlement }) =>
        settlement ? [{ proposal, ...settlement }] : [],
      ),
    everDone: (deviceId, channelId, origin) => everDone.all({ deviceId, channelId, origin }),
  };
};
