import type { CommandName, QueryName } from '../../../preload/contract.ts';
import type { SiteId } from '../../ids.ts';
import { ok, permanent, type Result } from '../../result.ts';
import type { Rooms } from '../rooms.ts';
import type { CommandHandlers, InNamespace, QueryHandlers } from '../types.ts';

export const controlQueryHandlers = ({
  store,
  commander,
}: Rooms): QueryHandlers<InNamespace<QueryName, 'control'>> => ({
  'control.actions': ({ siteId, limit, before }) => ok([...store.actions.list(siteId, limit, before)]),
  'control.proposals': ({ siteId }) => ok([...commander.pending(siteId)]),
  'control.settledProposals': ({ siteId, limit }) => ok([...commander.settled(siteId, limit)]),
});

/** A question of another home is none of this one's. */
const ofSite = (store: Rooms['store'], siteId: SiteId, proposalId: string): Result<void> =>
  store.proposals.get(proposalId)?.proposal.siteId === siteId
    ? ok(undefined)
    : permanent('control.unknown-proposal', 'There is no such question.', 'Look at the list of questions again.');

export const controlCommandHandlers = ({
  store,
  commander,
}: Rooms): CommandHandlers<InNamespace<CommandName, 'control'>> => ({
  'control.set': ({ siteId, deviceId, channelId, value, who, surface, reason, holdMs }) => {
    const submitted = commander.submit({
      siteId,
      deviceId,
      channelId,
      setpoint: value,
      origin: 'manual',
      who,
      surface,
      reason: reason ?? `${who} asked for it.`,
      reasonCode: 'MANUAL',
      ifIgnored: 'Nothing happens.',
      holdMs: holdMs ?? null,
      leaseMs: null,
    });
    if (!submitted.ok) return submitted;
    return ok({ actionId: 'action' in submitted.value ? submitted.value.action.id : submitted.value.pending.id });
  },
  'control.retry': ({ actionId, who, surface }) => {
    const retried = commander.retry(actionId, who, surface);
    return retried.ok ? ok({ actionId: retried.value.action.id }) : retried;
  },
  'control.releaseHold': ({ siteId, deviceId, channelId, who }) => {
    const released = commander.releaseHold(siteId, deviceId, channelId, who);
    return released.ok ? ok({}) : released;
  },
  'control.dismiss': ({ actionId }) => {
    commander.dismiss(actionId);
    return ok({});
  },
  'control.approve': ({ siteId, proposalId, who, surface }) => {
    const known = ofSite(store, siteId, proposalId);
    if (!known.ok) return known;
    const approved = commander.approve(proposalId, who, surface);
    return approved.ok ? ok({ actionId: approved.value.action.id }) : approved;
  },
  'control.deny': ({ siteId, proposalId, who, surface }) => {
    const known = ofSite(store, siteId, proposalId);
    if (!known.ok) return known;
    const denied = commander.deny(proposalId, who, surface);
    return denied.ok ? ok({}) : denied;
  },
  'control.cancelQuestions': ({ siteId, who, surface }) =>
    ok({ cancelled: commander.cancelQuestions(siteId, who, surface) }),
});
