import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Clock } from '../../clock.ts';
import { leaseOwner } from '../../control/leases.ts';
import { isOn, outranks } from '../../control/stage.ts';
import type { Commander } from '../../control/types.ts';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import type { ChannelControlRecord, Store } from '../../store/types.ts';
import type { Telemetry } from '../../telemetry/types.ts';
import { offSetpointOf } from '../off-setpoint.ts';
import { type Claim, channelKey } from './claims.ts';

/** What a rule borrows comes back by itself so long after the rule has stopped standing behind it. */
const LEASE_MS = 30 * 60_000;
const RENEW_BELOW_MS = 12 * 60_000;
/** A rule that turns may ask at once, but one that turns every few seconds does not fill the log. */
const REPEAT_TURN_MS = 60_000;
/** What was refused (a rest that is not over, an old reading) or takes power away is asked again soon, */
const REPEAT_SOON_MS = 5 * 60_000;
/** what was tried and did not come true patiently. */
const REPEAT_LATE_MS = 15 * 60_000;

export interface AskingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, 'channelControl'>;
  readonly commander: Pick<Commander, 'submit' | 'view' | 'pending' | 'endLease'>;
  readonly telemetry: Pick<Telemetry, 'channels'>;
}

/** What came of a wish. `there`: it is so already. `quiet`: it was asked for before, or nothing is wanted. */
export interface Asked {
  readonly how: 'asked' | 'refused' | 'there' | 'quiet';
  /** Why not, or what is special; null where there is nothing to add. */
  readonly note: string | null;
  readonly actionId: string | null;
}

/** By channel; null where nobody has one. */
type Leases = ReadonlyMap<string, ChannelControlRecord['lease']>;

/** A rule that borrowed the channel still has it. */
export const hasBorrowed = (leases: Leases, ruleName: string, channel: Claim['channel']): boolean =>
  leases.get(channelKey(channel))?.owner === leaseOwner('rule', ruleName);

const THERE: Asked = { how: 'there', note: null, actionId: null };
const QUIET: Asked = { how: 'quiet', note: null, actionId: null };

/** Brings the claims that won to the commander: once, again after a while, and again before the lease ends. */
export const createAsking = (deps: AskingDeps) => {
  const { clock, commander, store } = deps;
  const asked = new Map<
    string,
    { readonly setpoint: Setpoint; readonly who: string; readonly at: number; readonly how: Asked['how'] }
  >();

  const setpointOf = (siteId: SiteId, { wish, channel }: Claim): Setpoint | null => {
    if (wish === null) return null;
    return wish === 'off' ? offSetpointOf(deps.telemetry.channels(siteId), channel) : wish.to;
  };

  const submit = (siteId: SiteId, claim: Claim, setpoint: Setpoint, who: string, reason: string): Asked => {
    const answer = begin(siteId, claim, setpoint, who, reason);
    asked.set(channelKey(claim.channel), { setpoint, who, at: clock.now(), how: answer.how });
    return answer;
  };
  const begin = (siteId: SiteId, claim: Claim, setpoint: Setpoint, who: string, reason: string): Asked => {
    const answer = commander.submit({
      siteId,
      ...claim.channel,
      setpoint,
      origin: 'rule',
      who,
      surface: 'system',
      reason,
      reasonCode: claim.branch === 'actions' ? 'RULE' : 'RULE_OTHERWISE',
      ifIgnored: 'Nothing changes; the rule asks again while it stands behind it.',
      holdMs: null,
      leaseMs: claim.pauseMs ?? LEASE_MS,
    });
    if (!answer.ok) {
      deps.log.warn('A wish of a rule was not taken.', {
        rule: who,
        code: answer.error.code,
        why: answer.error.message,
      });
      return { how: 'refused', note: answer.error.message, actionId: null };
    }
    if ('pending' in answer.value) return { how: 'asked', note: 'It waits for a person.', actionId: null };
    const { action, done } = answer.value;
    done.catch((thrown: unknown) =>
      deps.log.error('A command of a rule ended with a bug.', { rule: who, why: messageOf(thrown) }),
    );
    const refused = action.outcome === 'refused';
    return { how: refused ? 'refused' : 'asked', note: refused ? action.sentence : null, actionId: action.id };
  };

  const askedLately = (claim: Claim, setpoint: Setpoint, edge: boolean): boolean => {
    const last = asked.get(channelKey(claim.channel));
    if (last === undefined || last.setpoint !== setpoint || last.who !== claim.ruleName) return false;
    const patientMs = isOn(setpoint) && last.how !== 'refused' ? REPEAT_LATE_MS : REPEAT_SOON_MS;
    return clock.now() - last.at < (edge ? REPEAT_TURN_MS : patientMs);
  };

  return {
    /** The leases of a site as they stand now, for one round of claims: each wants its channel once. */
    leases: (siteId: SiteId): Leases =>
      new Map(store.channelControl.all(siteId).map((each) => [channelKey(each), each.lease])),

    /**
     * Asks for what a claim wants. `edge`: the rule has just turned, so that it is asked whatever was asked before.
     * `isOfRule` knows the owners of leases that are rules of this site.
     */
    ask: (
      siteId: SiteId,
      claim: Claim,
      reason: () => string,
      edge: boolean,
      leases: Leases,
      isOfRule: (owner: string) => boolean,
    ): Asked => {
      const setpoint = setpointOf(siteId, claim);
      if (setpoint === null) return QUIET;
      const { channel } = claim;
      const now = clock.now();
      const view = commander.view(channel.deviceId, channel.channelId);
      const lease = leases.get(channelKey(channel)) ?? null;
      if (view.hold && view.hold.until > now && outranks(view.hold.origin, 'rule'))
        return { how: 'refused', note: `${view.hold.owner} holds it.`, actionId: null };
      if (view.setpoint === setpoint && claim.pauseMs === null) {
        // Whichever rule borrowed it: it must not run out while one stands behind it, nor be given back in between.
        const renews = lease !== null && isOfRule(lease.owner) && lease.expiresAt - now < RENEW_BELOW_MS;
        if (renews && view.pending === null)
          submit(siteId, claim, setpoint, lease.owner.slice('rule: '.length), reason());
        return THERE;
      }
      if (view.pending !== null && (view.pending.value === setpoint || !edge)) return QUIET;
      if (askedLately(claim, setpoint, edge)) return QUIET;
      const waits = commander
        .pending(siteId)
        .some((each) => each.setpoint === setpoint && channelKey(each) === channelKey(channel));
      if (waits && !edge) return QUIET;
      if (waits) return { how: 'asked', note: 'It waits for a person.', actionId: null };
      return submit(siteId, claim, setpoint, claim.ruleName, reason());
    },

    /** Gives back what rules borrowed and none stands behind any more. */
    giveBack: (siteId: SiteId, won: readonly Claim[], isOfRule: (owner: string) => boolean): void => {
      const wanted = new Set(won.map((claim) => channelKey(claim.channel)));
      for (const record of store.channelControl.all(siteId)) {
        const { lease } = record;
        if (lease === null || lease.expiresAt <= clock.now() || !isOfRule(lease.owner)) continue;
        if (!wanted.has(channelKey(record)))
          commander.endLease({ ...record, origin: 'rule', who: lease.owner.slice('rule: '.length) });
      }
    },

    /** After a change of the mode or of the rules everything may be asked again at once. */
    forget: (): void => asked.clear(),
  };
};
