import type Database from 'better-sqlite3';
import { type PendingProposal, pendingProposalSchema } from '../../preload/contract/control.ts';
import type { ProposalRepository } from './types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

interface Row {
  readonly id: string;
  readonly body: string;
}

export const createProposalRepository = (db: Database.Database, unreadable: UnreadableRows): ProposalRepository => {
  const insert = db.prepare(
    `INSERT INTO proposals (id, site_id, created_at, expires_at, state, body)
     VALUES (@id, @siteId, @createdAt, @expiresAt, 'pending', @body)`,
  );
  const get = db.prepare<[string], Row>('SELECT id, body FROM proposals WHERE id = ?');
  const pending = db.prepare<[string], Row>(
    "SELECT id, body FROM proposals WHERE site_id = ? AND state = 'pending' ORDER BY created_at, id",
  );
  // The condition on the old state makes exactly one caller see a changed row.
  const settle = db.prepare("UPDATE proposals SET state = ? WHERE id = ? AND state = 'pending'");
  const read = (row: Row | undefined): PendingProposal | undefined =>
    row && unreadable.json(pendingProposalSchema, row.body, `proposals ${row.id}`);
  return {
    add: (proposal) => {
      const { id, siteId, createdAt, expiresAt } = proposal;
      insert.run({ id, siteId, createdAt, expiresAt, body: JSON.stringify(proposal) });
    },
    get: (id) => read(get.get(id)),
    settle: (id, state) => settle.run(state, id).changes === 1,
    pending: (siteId) => present(pending.all(siteId).map(read)),
  };
};
