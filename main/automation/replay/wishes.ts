import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { KnownChannel } from '../check/types.ts';
import { offSetpointOf } from '../off-setpoint.ts';
import { claimsOf, channelKey as keyOf, settleClaims } from '../rules/claims.ts';
import type { RuleLook } from '../rules/types.ts';
import { channelKey } from './types.ts';

/** A rule with what was seen of it at this step. */
export interface LookedAt {
  readonly rule: Rule;
  readonly look: RuleLook;
  /** Older rules come first among equal ones. */
  readonly order: number;
}

/** The channels that the rules command at all. */
export const commandedKeys = (rules: readonly Rule[]): ReadonlySet<string> =>
  new Set(
    rules.flatMap((rule) =>
      [...rule.actions, ...rule.otherwise].flatMap((action) =>
        'channel' in action ? [channelKey(action.channel.deviceId, action.channel.channelId)] : [],
      ),
    ),
  );

interface Borrowed {
  readonly ruleId: string;
  readonly value: Setpoint;
  /** The end of a pause; null while a rule stands behind it. */
  readonly until: number | null;
}

/**
 * What counts for each channel after a look at all rules: their claims are settled as they are live. A channel that no rule
 * claims goes back to how it was measured, which is null.
 */
export const createWishes = (rules: readonly Rule[], channels: readonly KnownChannel[]) => {
  const keys = [...commandedKeys(rules)];
  let borrowed: ReadonlyMap<string, Borrowed> = new Map();
  return (looked: readonly LookedAt[], at: number): ReadonlyMap<string, Setpoint | null> => {
    const running = new Map([...borrowed].filter(([, { until }]) => until === null || until > at));
    const claims = looked.flatMap(({ rule, look, order }) =>
      claimsOf(rule, order, look, (channel) => running.get(keyOf(channel))?.ruleId === rule.id),
    );
    // A pause runs to its end, whatever its rule says meanwhile; only another rule's claim takes it away.
    const next = new Map([...running].filter(([, { until }]) => until !== null));
    for (const { channel, wish, pauseMs, ruleId } of settleClaims(claims).won) {
      const key = keyOf(channel);
      const kept = running.get(key);
      if (wish === 'off')
        next.set(key, {
          ruleId,
          value: offSetpointOf(channels, channel),
          until: pauseMs === null ? null : at + pauseMs,
        });
      else if (wish !== null) next.set(key, { ruleId, value: wish.to, until: null });
      else if (kept !== undefined) next.set(key, kept);
    }
    borrowed = next;
    return new Map(keys.map((key) => [key, next.get(key)?.value ?? null]));
  };
};
