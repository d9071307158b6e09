import type { PendingProposal } from '../../../preload/contract/control.ts';
import { newId } from '../../ids.ts';
import type { Answer, Messenger } from '../../messengers/types.ts';
import { messageOf } from '../../result.ts';
import type { RemoteQuestion } from '../../store/approval-types.ts';
import { mayDecide } from './may-decide.ts';
import { roleOf } from './remote-asking.ts';
import type { RemoteDeps } from './remote-types.ts';
import { sayAction, WAY_WORDS } from './sentences.ts';
import { hashOf, type Secrets, sameHash } from './tokens.ts';

const MOST_WRONG_TRIES = 5;
/** Answers to older questions are not looked for. */
const REMEMBERED_MS = 7 * 86_400_000;
const NAME_LENGTH = 80;

const HASHES = { approve: 'approveHash', deny: 'denyHash', code: 'codeHash' } as const;
const IN_THE_WINDOW = 'Answer it in CommandCenter.';
const NOT_KNOWN = 'This answer belongs to no question. Nothing was changed.';

/** The name for the log; a bare number, as Telegram gives, says of what it is one. */
const nameOf = ({ from, messenger }: Answer): string => {
  const name = from.trim().slice(0, NAME_LENGTH);
  return name === '' || /^-?\d+$/.test(name) ? `${WAY_WORDS[messenger]} user ${name}`.trim() : name;
};

/**
 * Checks what came back by a messenger and answers one sentence about it. The secret says which question is meant; what
 * was decided already is told, never done again.
 */
export const createRemoteAnswers = (deps: RemoteDeps, onVoided: (question: RemoteQuestion) => void) => {
  const { store, approvals, clock, bus } = deps;
  const log = deps.log.room('approvals');

  const asked = (messenger: Answer['messenger']): readonly RemoteQuestion[] =>
    deps
      .siteIds()
      .flatMap((siteId) => store.remoteQuestions.since(siteId, clock.now() - REMEMBERED_MS))
      .filter((question) => question.messenger === messenger);

  const purposeOf = ({ proof, decision }: Answer): { readonly purpose: keyof Secrets; readonly secret: string } =>
    'token' in proof ? { purpose: decision, secret: proof.token } : { purpose: 'code', secret: proof.code };

  /** All are compared, and an open one comes before one that is over: codes are few. */
  const meantBy = (answer: Answer): { question: RemoteQuestion; proposal: PendingProposal } | undefined => {
    const { purpose, secret } = purposeOf(answer);
    return asked(answer.messenger)
      .flatMap((question) => {
        const proposal = store.proposals.get(question.proposalId)?.proposal;
        const meant =
          proposal !== undefined &&
          sameHash(question[HASHES[purpose]], hashOf(proposal, question.messenger, purpose, secret));
        return meant ? [{ question, proposal }] : [];
      })
      .sort((one, other) => Number(other.question.open) - Number(one.question.open))
      .at(0);
  };

  /** Whoever guesses guesses at every open question of this way. */
  const countWrongCode = (messenger: Answer['messenger']): void => {
    const now = clock.now();
    for (const question of asked(messenger).filter((one) => one.open && one.expiresAt > now)) {
      const { proposalId, siteId } = question;
      if (store.remoteQuestions.wrongTry(proposalId, messenger) < MOST_WRONG_TRIES) continue;
      store.remoteQuestions.void(proposalId, messenger);
      const notice = {
        id: newId('evt'),
        at: now,
        level: 'attention' as const,
        title: 'Too many wrong codes',
        text: `A question may no longer be answered by ${WAY_WORDS[messenger]}: ${MOST_WRONG_TRIES} wrong codes came in.`,
      };
      store.events.add(siteId, { ...notice, kind: 'approval' });
      bus.emit('notice', notice);
      onVoided(question);
    }
  };

  const decide = (answer: Answer, messenger: Messenger, { id }: PendingProposal): string => {
    const who = nameOf(answer);
    if (answer.decision === 'deny') {
      const denied = approvals.deny(id, who, messenger.kind);
      return denied.ok ? 'Denied. Nothing is switched.' : `${denied.error.message} ${denied.error.advice}`;
    }
    const approved = approvals.approve(id, who, messenger.kind);
    if (!approved.ok) return `${approved.error.message} ${approved.error.advice}`;
    const { action } = approved.value;
    return action.outcome === 'refused' ? `Approved, but not done. ${action.sentence}` : `Approved. ${action.sentence}`;
  };

  const judge = (answer: Answer, messenger: Messenger): { outcome: string; proposal: PendingProposal | null } => {
    const meant = meantBy(answer);
    if (!meant) {
      if ('code' in answer.proof) countWrongCode(answer.messenger);
      return { outcome: NOT_KNOWN, proposal: null };
    }
    const { question, proposal } = meant;
    const settlement = store.proposals.get(proposal.id)?.settlement ?? null;
    if (settlement) return { outcome: `${settlement.sentence} Your answer changed nothing.`, proposal };
    if (!question.open || !mayDecide(proposal, messenger, roleOf(store, proposal), deps.settingsOf(proposal.siteId)))
      return {
        outcome: `This cannot be answered by ${WAY_WORDS[messenger.kind]} any more. ${IN_THE_WINDOW}`,
        proposal,
      };
    return { outcome: decide(answer, messenger, proposal), proposal };
  };

  return async (answer: Answer, messenger: Messenger): Promise<string> => {
    try {
      // The same message read twice is one answer.
      const before = store.remoteQuestions.answered(answer.messenger, answer.messageId);
      if (before !== undefined) return before;
      const { outcome, proposal } = judge(answer, messenger);
      const [home] = deps.siteIds();
      const siteId = proposal?.siteId ?? home;
      const { decision, receivedAt, messageId, from: who } = answer;
      if (siteId !== undefined)
        store.remoteQuestions.record({
          messenger: answer.messenger,
          messageId,
          siteId,
          proposalId: proposal?.id ?? null,
          who,
          decision,
          receivedAt,
          actionText: proposal && sayAction(proposal),
          outcome,
        });
      return outcome;
    } catch (thrown) {
      log.error('An answer could not be checked', { messenger: answer.messenger, why: messageOf(thrown) });
      return `Your answer could not be checked. ${IN_THE_WINDOW}`;
    }
  };
};
