import type { PendingProposal } from '../../../preload/contract/control.ts';
import type { ChannelRole } from '../../../preload/contract/devices.ts';
import type { MessageSettings, MessengerKind } from '../../../preload/contract/messages.ts';
import type { SiteId } from '../../ids.ts';
import type { Messenger } from '../../messengers/types.ts';
import { messageOf } from '../../result.ts';
import type { RemoteQuestion } from '../../store/approval-types.ts';
import type { Store } from '../../store/types.ts';
import { localTime } from '../../zone.ts';
import { createCrowd } from './crowd.ts';
import { mayDecide } from './may-decide.ts';
import type { RemoteDeps } from './remote-types.ts';
import { sayQuestion } from './sentences.ts';
import { hashOf, newSecrets, type Secrets, sameHash } from './tokens.ts';

const HOUR_MS = 3_600_000;
/** Messages of an earlier run that still wait for their outcome are looked for so far back. */
const UNCLOSED_MS = 86_400_000;

/** Nobody is woken for a question that ends as a no by itself. */
const isQuiet = (quiet: MessageSettings['quiet'], time: string): boolean => {
  if (!quiet) return false;
  const { from, to } = quiet;
  return from < to ? time >= from && time < to : from > to && (time >= from || time < to);
};

export const roleOf = (
  store: Pick<Store, 'devices'>,
  { deviceId, channelId }: Pick<PendingProposal, 'deviceId' | 'channelId'>,
): ChannelRole | null =>
  store.devices.get(deviceId)?.channels.find((channel) => channel.channelId === channelId)?.role ?? null;

/** Sends out the questions that wait and tells their messages the outcome. Each goes out once a way. */
export const createRemoteAsking = (deps: RemoteDeps, signal: AbortSignal) => {
  const { store, approvals, clock, messengers } = deps;
  const log = deps.log.room('approvals');
  const crowd = createCrowd(deps, signal);
  /** Asked by this run, whatever came of it: `<proposal>/<messenger>`. */
  const asked = new Set<string>();
  const closing = new Set<string>();
  const underWay = new Set<Promise<void>>();

  const background = (doing: string, work: () => Promise<void>): void => {
    const running = work()
      .catch((thrown: unknown) => log.error('Book-keeping of approvals failed', { doing, why: messageOf(thrown) }))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  };

  const close = async ({ proposalId, messenger: kind }: RemoteQuestion, sentence: string): Promise<void> => {
    const key = `${proposalId}/${kind}`;
    const messenger = messengers.ready().find((each) => each.kind === kind);
    if (!messenger || closing.has(key)) return;
    closing.add(key);
    const told = await messenger.close(proposalId, sentence, signal);
    closing.delete(key);
    // Left for the next run where this one ends.
    if (signal.aborted) return;
    store.remoteQuestions.closed(proposalId, kind, clock.now());
    if (!told.ok) log.warn('A question could not be closed', { messenger: kind, why: told.error.message });
  };

  /** Six digits that no other open question of this way has. */
  const freshSecrets = (proposal: PendingProposal, kind: MessengerKind): Secrets => {
    const open = store.remoteQuestions
      .since(proposal.siteId, clock.now() - UNCLOSED_MS)
      .filter((one) => one.messenger === kind && one.open)
      .map((one) => ({ one, other: store.proposals.get(one.proposalId)?.proposal }));
    for (;;) {
      const secrets = newSecrets();
      const taken = open.some(
        ({ one, other }) => other && sameHash(one.codeHash, hashOf(other, kind, 'code', secrets.code)),
      );
      if (!taken) return secrets;
    }
  };

  const ask = async (proposal: PendingProposal, messenger: Messenger, zone: string): Promise<void> => {
    const { id, siteId, expiresAt } = proposal;
    const { kind } = messenger;
    const secrets = freshSecrets(proposal, kind);
    const question: RemoteQuestion = {
      proposalId: id,
      siteId,
      messenger: kind,
      askedAt: clock.now(),
      expiresAt,
      approveHash: hashOf(proposal, kind, 'approve', secrets.approve),
      denyHash: hashOf(proposal, kind, 'deny', secrets.deny),
      codeHash: hashOf(proposal, kind, 'code', secrets.code),
      open: true,
      wrongTries: 0,
      messageId: null,
      closedAt: null,
    };
    // Before it is sent: an answer may be quicker than the sending.
    store.remoteQuestions.put(question);
    const words = sayQuestion(proposal, zone);
    const { approve: approveToken, deny: denyToken, code } = secrets;
    const sent = await messenger.ask({ id, ...words, expiresAt, approveToken, denyToken, code }, signal);
    if (!sent.ok) {
      log.warn('A question could not be sent', { messenger: kind, why: sent.error.message });
      return;
    }
    store.remoteQuestions.sent(id, kind, sent.value.messageId);
    // It may have been decided while it was on its way.
    closeSettled(siteId);
  };

  const outcomeOf = (proposalId: string): string | null => {
    const settlement = store.proposals.get(proposalId)?.settlement;
    if (!settlement) return null;
    const action = settlement.actionId === null ? undefined : store.actions.get(settlement.actionId);
    return action?.outcome === 'refused'
      ? `${settlement.sentence} It was not done: ${action.sentence}`
      : settlement.sentence;
  };

  function closeSettled(siteId: SiteId): void {
    for (const question of store.remoteQuestions.since(siteId, clock.now() - UNCLOSED_MS)) {
      if (question.closedAt !== null || question.messageId === null) continue;
      const sentence = outcomeOf(question.proposalId);
      if (sentence !== null) background('close a question', () => close(question, sentence));
    }
  }

  const askedLately = (siteId: SiteId): ReadonlySet<string> =>
    new Set(store.remoteQuestions.since(siteId, clock.now() - HOUR_MS).map(({ proposalId }) => proposalId));

  return {
    /** Asks what waits and closes what is settled. */
    refresh: (siteId: SiteId): void => {
      if (signal.aborted) return;
      closeSettled(siteId);
      const settings = deps.settingsOf(siteId);
      const zone = store.sites.get(siteId)?.timeZone ?? 'UTC';
      const waiting = approvals.pending(siteId);
      if (isQuiet(settings.quiet, localTime(clock.now(), zone))) return;
      for (const proposal of waiting) {
        const role = roleOf(store, proposal);
        const ways = messengers.ready().filter((messenger) => {
          if (asked.has(`${proposal.id}/${messenger.kind}`)) return false;
          const before = store.remoteQuestions.get(proposal.id, messenger.kind);
          // What a killed run had not got away may or may not have arrived: it is asked anew, and the old one is void.
          if (before && (before.messageId !== null || !before.open)) return false;
          return mayDecide(proposal, messenger, role, settings);
        });
        if (ways.length === 0) continue;
        const lately = askedLately(siteId);
        if (!lately.has(proposal.id) && lately.size >= (deps.questionsAnHour ?? 12)) {
          crowd.add(proposal);
          continue;
        }
        for (const messenger of ways) {
          asked.add(`${proposal.id}/${messenger.kind}`);
          background('ask', () => ask(proposal, messenger, zone));
        }
      }
    },
    /** Tells one message that it can no longer be answered there. */
    voided: (question: RemoteQuestion): void =>
      background('close a question', () =>
        close(question, 'Too many wrong codes came in: this can no longer be answered here.'),
      ),
    settled: async (): Promise<void> => {
      crowd.stop();
      await Promise.all(underWay);
    },
  };
};
