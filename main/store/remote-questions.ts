import type Database from 'better-sqlite3';
import { z } from 'zod';
import { siteIdSchema } from '../../preload/contract/base.ts';
import { messengerKindSchema } from '../../preload/contract/messages.ts';
import type { RemoteAnswer, RemoteQuestion, RemoteQuestionRepository } from './approval-types.ts';
import { present, type UnreadableRows } from './unreadable.ts';

const questionSchema = z.object({
  proposalId: z.string(),
  siteId: siteIdSchema,
  messenger: messengerKindSchema,
  askedAt: z.number(),
  expiresAt: z.number(),
  approveHash: z.string(),
  denyHash: z.string(),
  codeHash: z.string(),
  open: z.number().transform((flag) => flag === 1),
  wrongTries: z.number(),
  messageId: z.string().nullable(),
  closedAt: z.number().nullable(),
});
const answerSchema = z.object({
  messenger: messengerKindSchema,
  messageId: z.string(),
  siteId: siteIdSchema,
  proposalId: z.string().nullable(),
  who: z.string(),
  decision: z.enum(['approve', 'deny']),
  receivedAt: z.number(),
  actionText: z.string().nullable(),
  outcome: z.string(),
});

const QUESTION = `SELECT proposal_id AS proposalId, site_id AS siteId, messenger, asked_at AS askedAt,
  expires_at AS expiresAt, approve_hash AS approveHash, deny_hash AS denyHash, code_hash AS codeHash, open,
  wrong_tries AS wrongTries, message_id AS messageId, closed_at AS closedAt FROM approval_questions`;
const ONE = 'WHERE proposal_id = ? AND messenger = ?';

/** Questions that went out by messenger and the answers that came back. Of a secret only its hash is ever here. */
export const createRemoteQuestionRepository = (
  db: Database.Database,
  unreadable: UnreadableRows,
): RemoteQuestionRepository => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO approval_questions (proposal_id, site_id, messenger, asked_at, expires_at, approve_hash,
       deny_hash, code_hash, open, wrong_tries, message_id, closed_at)
     VALUES (@proposalId, @siteId, @messenger, @askedAt, @expiresAt, @approveHash, @denyHash, @codeHash, @open,
       @wrongTries, @messageId, @closedAt)`,
  );
  const get = db.prepare(`${QUESTION} ${ONE}`);
  const since = db.prepare(`${QUESTION} WHERE site_id = ? AND asked_at >= ? ORDER BY asked_at, proposal_id, messenger`);
  const sent = db.prepare(`UPDATE approval_questions SET message_id = ? ${ONE}`);
  const end = db.prepare(`UPDATE approval_questions SET open = 0 ${ONE}`);
  const wrongTry = db
    .prepare<[string, string], number>(
      `UPDATE approval_questions SET wrong_tries = wrong_tries + 1 ${ONE} RETURNING wrong_tries`,
    )
    .pluck();
  const closed = db.prepare(`UPDATE approval_questions SET closed_at = ? ${ONE}`);
  const record = db.prepare(
    `INSERT OR IGNORE INTO approval_answers (messenger, message_id, site_id, proposal_id, who, decision, received_at,
       action_text, outcome)
     VALUES (@messenger, @messageId, @siteId, @proposalId, @who, @decision, @receivedAt, @actionText, @outcome)`,
  );
  const answered = db
    .prepare<[string, string], string>('SELECT outcome FROM approval_answers WHERE messenger = ? AND message_id = ?')
    .pluck();
  const answers = db.prepare(
    `SELECT messenger, message_id AS messageId, site_id AS siteId, proposal_id AS proposalId, who, decision,
       received_at AS receivedAt, action_text AS actionText, outcome
     FROM approval_answers WHERE site_id = ? ORDER BY received_at DESC, message_id LIMIT ?`,
  );
  const readAs = <Value>(schema: z.ZodType<Value>, table: string, row: unknown): Value | undefined => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    unreadable.report(table, parsed.error.message);
    return undefined;
  };
  const question = (row: unknown): RemoteQuestion | undefined => readAs(questionSchema, 'approval_questions', row);
  const answer = (row: unknown): RemoteAnswer | undefined => readAs(answerSchema, 'approval_answers', row);
  return {
    put: (one) => {
      put.run({ ...one, open: one.open ? 1 : 0 });
    },
    get: (proposalId, messenger) => {
      const row = get.get(proposalId, messenger);
      return row === undefined ? undefined : question(row);
    },
    since: (siteId, at) => present(since.all(siteId, at).map(question)),
    sent: (proposalId, messenger, messageId) => {
      sent.run(messageId, proposalId, messenger);
    },
    void: (proposalId, messenger) => {
      end.run(proposalId, messenger);
    },
    wrongTry: (proposalId, messenger) => wrongTry.get(proposalId, messenger) ?? 0,
    closed: (proposalId, messenger, at) => {
      closed.run(at, proposalId, messenger);
    },
    record: (one) => {
      record.run(one);
    },
    answered: (messenger, messageId) => answered.get(messenger, messageId),
    answers: (siteId, limit) => present(answers.all(siteId, limit).map(answer)),
  };
};
