import type { Surface } from '../../../preload/contract/base.ts';
import type { Action, PendingProposal, SettledProposal } from '../../../preload/contract/control.ts';
import type { ApprovalPolicy } from '../../../preload/contract/safety.ts';
import type { ChannelActuator } from '../../devices/types.ts';
import { newId, type SiteId } from '../../ids.ts';
import { ok, permanent, type Result, temporary } from '../../result.ts';
import type { StoredProposal } from '../../store/approval-types.ts';
import type { Ground } from '../deps.ts';
import type { RosterChannel } from '../roster.ts';
import { isAutomated, outranks } from '../stage.ts';
import type { Begun, EnvelopeVerdict, Proposal, Wish } from '../types.ts';
import { asSentence } from '../words.ts';
import { createDenials } from './denials.ts';
import { createEnding } from './ending.ts';
import { type AskedBecause, expectedPowerW, whyAsked } from './policy.ts';
import { sayDecision } from './sentences.ts';

/** Policies of a site; null where what the person chose cannot be read. */
export type ApprovalPolicyOf = (siteId: SiteId) => readonly ApprovalPolicy[] | null;

export interface ApprovalParts {
  readonly policyOf: ApprovalPolicyOf;
  readonly mode: (siteId: SiteId) => Parameters<typeof whyAsked>[0]['mode'];
  /**
   * Judges again and begins. `claim` runs in the transaction that writes the action's row: where it answers false, somebody
   * else was first and nothing is begun.
   */
  readonly begin: (wish: Proposal, loggedWho: string, actionId: string, claim: () => boolean) => Result<Begun>;
  /** The end of an action that is under way; undefined for one that is over. */
  readonly doneOf: (action: Action) => Promise<Action> | undefined;
}

/** Wishes that wait for a person: each ends exactly once, and at most one command comes of it. */
export interface Approvals {
  /** Why a person has to be asked for this wish; null when nobody has to. */
  why(channel: RosterChannel, actuator: ChannelActuator, proposal: Proposal): AskedBecause | null;
  /** The same wish asked again while it waits is one question, not two; another value takes the question's place. */
  ask(
    channel: RosterChannel,
    actuator: ChannelActuator,
    proposal: Proposal,
    verdict: EnvelopeVerdict,
    because: AskedBecause,
  ): Result<PendingProposal>;
  approve(proposalId: string, who: string, surface: Surface): Result<Begun>;
  deny(proposalId: string, who: string, surface: Surface): Result<void>;
  /** Whoever wished it wishes it no more. */
  withdraw(wish: Wish, why: string): void;
  /** Ends every open question of the site; `why` is a whole sentence. Answers how many there were. */
  cancelAll(siteId: SiteId, why: string, by?: { readonly who: string; readonly surface: Surface }): number;
  pending(siteId: SiteId): readonly PendingProposal[];
  settled(siteId: SiteId, limit: number): readonly SettledProposal[];
  start(siteIds: readonly SiteId[]): void;
  stop(): void;
}

const unknown = () =>
  permanent('control.unknown-proposal', 'There is no such question.', 'Look at the list of questions again.');
const over = (sentence: string) =>
  permanent('control.proposal-settled', sentence, 'Nothing was changed by this answer.');

/** The execution key: derived from the question, so that a second row for the same one cannot even be written. */
const actionIdOf = (proposalId: string): string => `act_of_${proposalId}`;

/**
 * The questions of Suggest, and of the channels that a person wants to be asked about. Pending ends as approved, denied,
 * expired or cancelled by one compare-and-set in the database; no answer is a no.
 */
export const createApprovals = (ground: Ground, parts: ApprovalParts): Approvals => {
  const { clock, store, bus, bestEffort } = ground;
  const denials = createDenials(ground);
  const ending = createEnding(ground);
  const { zoneOf, tell } = ending;
  const endings: (() => void)[] = [];

  const open = (siteId: SiteId): readonly PendingProposal[] =>
    (bestEffort.run('read the questions', () => store.proposals.pending(siteId)) ?? []).filter(
      (one) => one.expiresAt > clock.now(),
    );
  const openOn = ({ siteId, deviceId, channelId }: Pick<Proposal, 'siteId' | 'deviceId' | 'channelId'>) =>
    open(siteId).filter((one) => one.deviceId === deviceId && one.channelId === channelId);

  const wishOf = ({ proposal, wish }: StoredProposal, surface: Surface): Proposal => {
    const { siteId, deviceId, channelId, setpoint, origin, reason, reasonCode, ifIgnored } = proposal;
    return { siteId, deviceId, channelId, setpoint, origin, reason, reasonCode, ifIgnored, ...wish, surface };
  };

  /** What is there when a person answers: the question still waiting, or how it ended. */
  const look = (proposalId: string): Result<StoredProposal> => {
    const stored = store.proposals.get(proposalId);
    if (!stored) return unknown();
    // Past its time it is over even where the end could not be stored.
    if (stored.settlement === null && stored.proposal.expiresAt <= clock.now()) {
      const sentence = ending.expire(stored.proposal);
      return over(sentence);
    }
    return ok(stored);
  };

  /** The same decision again is the same action; anything else hears what was decided. */
  const approvedBefore = ({ settlement }: StoredProposal): Result<Begun> => {
    if (settlement?.state !== 'approved') return over(settlement?.sentence ?? 'This question is over.');
    const action = settlement.actionId === null ? undefined : store.actions.get(settlement.actionId);
    return action ? ok({ action, done: parts.doneOf(action) ?? Promise.resolve(action) }) : over(settlement.sentence);
  };
  const deniedBefore = ({ settlement }: StoredProposal): Result<void> =>
    settlement?.state === 'denied' ? ok(undefined) : over(settlement?.sentence ?? 'This question is over.');

  /** Takes the place of questions about the same channel that the newcomer outranks or equals. */
  const makeRoom = (proposal: Proposal): Result<void> => {
    const others = openOn(proposal);
    const stronger = others.find((one) => outranks(one.origin, proposal.origin));
    if (stronger)
      return temporary(
        'control.question-open',
        `A person is being asked about ${stronger.deviceName} already.`,
        'It is asked again later.',
      );
    for (const other of others) ending.cancel(other, 'Another value was asked for.');
    return ok(undefined);
  };

  /** A command that really goes out makes the questions about its channel moot, unless they come from higher up. */
  const onAction = (action: Action): void => {
    const byMachine = isAutomated(action.origin);
    if (action.outcome === 'refused' || (byMachine && action.outcome === 'unchanged')) return;
    for (const one of openOn(action)) {
      if (action.createdAt < one.createdAt || outranks(one.origin, action.origin)) continue;
      ending.cancel(one, byMachine ? `${one.deviceName} was commanded.` : `${action.who} set ${one.deviceName}.`);
    }
  };

  /** A machine that slept kept its timers waiting: what is past its time ends at once. */
  const expireOverdue = (): void => {
    for (const { id } of bestEffort.run('list the sites', () => store.sites.list()) ?? [])
      for (const one of bestEffort.run('read the questions', () => store.proposals.pending(id)) ?? [])
        if (one.expiresAt <= clock.now()) ending.expire(one);
  };

  return {
    why: ({ siteId, deviceId, config }, { spec }, proposal) => {
      const policies = parts.policyOf(siteId);
      const policy = policies?.find(
        ({ channel }) => channel.deviceId === deviceId && channel.channelId === config.channelId,
      );
      return whyAsked({
        mode: parts.mode(siteId),
        origin: proposal.origin,
        setpoint: proposal.setpoint,
        powerW: expectedPowerW({ siteId, deviceId, deviceName: '', config }, spec.control, proposal.setpoint),
        policy: policies === null ? 'unreadable' : (policy ?? null),
        // What cannot be read was never done: asking once too often harms nobody.
        everDone: () =>
          bestEffort.run('read what was done before', () =>
            store.proposals.everDone(deviceId, config.channelId, proposal.origin),
          ) ?? [],
      });
    },
    ask: (channel, { spec }, proposal, verdict, because) => {
      const waiting = openOn(proposal).find(
        (one) => one.setpoint === proposal.setpoint && one.origin === proposal.origin,
      );
      if (waiting) return ok(waiting);
      if (denials.has(proposal))
        return permanent('control.denied', 'A person said no to this a short while ago.', 'It is asked again later.');
      const room = makeRoom(proposal);
      if (!room.ok) return room;
      const now = clock.now();
      const { siteId, deviceId, channelId, setpoint, origin, who, reason, reasonCode, ifIgnored } = proposal;
      const pending: PendingProposal = {
        id: newId('prop'),
        siteId,
        deviceId,
        channelId,
        deviceName: channel.config.name,
        setpoint,
        origin,
        reason: asSentence(reason, `${who} asked for it`),
        reasonCode: reasonCode === '' ? 'ASKED' : reasonCode,
        ifIgnored,
        stages: [...verdict.stages],
        askedBecause: because,
        powerW: expectedPowerW(channel, spec.control, setpoint),
        createdAt: now,
        expiresAt: now + store.settings.get(siteId).approvalExpiresMs,
      };
      const { holdMs, leaseMs } = proposal;
      store.proposals.add(pending, { who, holdMs, leaseMs });
      ending.watch(pending);
      tell(siteId);
      return ok(pending);
    },
    approve: (proposalId, who, surface) => {
      const found = look(proposalId);
      if (!found.ok) return found;
      if (found.value.settlement) return approvedBefore(found.value);
      const { proposal } = found.value;
      const wish = wishOf(found.value, surface);
      const actionId = actionIdOf(proposalId);
      const settledAt = clock.now();
      const sentence = sayDecision('approved', who, surface, settledAt, zoneOf(proposal.siteId));
      const begun = parts.begin(wish, `${wish.who}, approved by ${who}`, actionId, () =>
        store.proposals.settle(proposalId, { state: 'approved', settledAt, who, surface, sentence, actionId }),
      );
      if (begun.ok) ending.ended(proposal);
      if (begun.ok || begun.error.code !== 'control.lost') return begun;
      const again = store.proposals.get(proposalId);
      return again ? approvedBefore(again) : unknown();
    },
    deny: (proposalId, who, surface) => {
      const found = look(proposalId);
      if (!found.ok) return found;
      if (found.value.settlement) return deniedBefore(found.value);
      const { proposal } = found.value;
      const settledAt = clock.now();
      const sentence = sayDecision('denied', who, surface, settledAt, zoneOf(proposal.siteId));
      const won = bestEffort.run('store a no', () =>
        store.proposals.settle(proposalId, { state: 'denied', settledAt, who, surface, sentence, actionId: null }),
      );
      if (won === undefined)
        return temporary('control.not-stored', 'The no could not be stored.', 'Without a yes nothing is done anyway.');
      const again = won ? undefined : store.proposals.get(proposalId);
      if (!won) return again ? deniedBefore(again) : unknown();
      ending.ended(proposal);
      return denials.remember(proposal);
    },
    withdraw: (wish, why) => {
      for (const one of openOn(wish)) {
        if (one.origin !== wish.origin) continue;
        const stored = bestEffort.run('read a question', () => store.proposals.get(one.id));
        if (stored?.wish.who === wish.who) ending.cancel(one, why);
      }
    },
    cancelAll: (siteId, why, by) => {
      const waiting = bestEffort.run('read the questions', () => store.proposals.pending(siteId)) ?? [];
      return waiting.filter((one) => ending.cancel(one, why, by)).length;
    },
    pending: open,
    settled: (siteId, limit) => store.proposals.settled(siteId, limit),
    start: (siteIds) => {
      for (const siteId of siteIds) for (const one of store.proposals.pending(siteId)) ending.watch(one);
      endings.push(bus.on('action', onAction), bus.on('timeJump', expireOverdue));
    },
    stop: () => {
      for (const end of endings.splice(0)) end();
      ending.stop();
    },
  };
};
