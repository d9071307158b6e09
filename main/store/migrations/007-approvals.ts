import type { Migration } from '../migration.ts';

/**
 * How each question ended and by whom, the questions that went out by messenger (of their secrets only hashes), and every
 * answer that came back. Questions of before could not be read any more and had five minutes to live: they are over.
 */
export const approvals: Migration = {
  number: 7,
  name: 'approvals',
  sql: `
    CREATE TABLE IF NOT EXISTS proposal_records (
      proposal_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, wish_who TEXT NOT NULL, hold_ms INTEGER, lease_ms INTEGER,
      settled_at INTEGER, who TEXT, surface TEXT, sentence TEXT, action_id TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS proposal_records_by_end ON proposal_records(site_id, settled_at);
    CREATE TABLE IF NOT EXISTS approval_questions (
      proposal_id TEXT NOT NULL, site_id TEXT NOT NULL, messenger TEXT NOT NULL, asked_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL, approve_hash TEXT NOT NULL, deny_hash TEXT NOT NULL, code_hash TEXT NOT NULL,
      open INTEGER NOT NULL, wrong_tries INTEGER NOT NULL, message_id TEXT, closed_at INTEGER,
      PRIMARY KEY (proposal_id, messenger)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS approval_questions_by_time ON approval_questions(site_id, asked_at);
    CREATE TABLE IF NOT EXISTS approval_answers (
      messenger TEXT NOT NULL, message_id TEXT NOT NULL, site_id TEXT NOT NULL, proposal_id TEXT, who TEXT NOT NULL,
      decision TEXT NOT NULL, received_at INTEGER NOT NULL, action_text TEXT, outcome TEXT NOT NULL,
      PRIMARY KEY (messenger, message_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS proposals_pending ON proposals(site_id, created_at) WHERE state = 'pending';
    UPDATE proposals SET state = 'expired'
      WHERE state = 'pending' AND CASE WHEN json_valid(body) THEN json_extract(body, '$.askedBecause') END IS NULL;
  `,
};
