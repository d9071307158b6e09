import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Rule, RuleAction } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';
import type { Looked } from './rounds.ts';
import type { RuleLook } from './types.ts';

/** What a rule wants of one channel now. */
export interface Claim {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly priority: number;
  readonly createdAt: number;
  readonly branch: 'actions' | 'otherwise';
  readonly channel: ChannelRef;
  /** `off` is a pause: off in the channel's own way. Null keeps what the rule has borrowed, and asks for nothing. */
  readonly wish: { readonly to: Setpoint } | 'off' | null;
  /** Lasts as long as the rule stands behind it; a pause is asked for once and has its own span, ms. */
  readonly pauseMs: number | null;
}

export const channelKey = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

type Borrowed = (channel: ChannelRef) => boolean;

/** On which side of the rule the house is: its actions, its otherwise, or neither (it never held, or it sleeps). */
const sideOf = (look: RuleLook): Claim['branch'] | null => {
  if (look.memory.holdingSince !== null) return 'actions';
  if (look.edge === 'ends') return 'otherwise';
  return look.memory.lastFiredAt !== null && look.state !== 'asleep' && look.state !== 'off' ? 'otherwise' : null;
};

/**
 * What a rule wants after a look. While it holds it stands behind its actions; when it has ended it stands behind its
 * otherwise until it begins again or sleeps. While it is unknown it only keeps what it has until the lease ends.
 */
export const claimsOf = (rule: Rule, createdAt: number, look: RuleLook, hasBorrowed: Borrowed): readonly Claim[] => {
  const branch = sideOf(look);
  if (branch === null) return [];
  const base = { ruleId: rule.id, ruleName: rule.name, priority: rule.priority, createdAt, branch };
  const actions: readonly RuleAction[] = rule[branch];
  const isEdge = look.edge === (branch === 'actions' ? 'begins' : 'ends');
  return actions.flatMap((action): Claim[] => {
    if (action.do !== 'switch' && action.do !== 'set' && action.do !== 'pause') return [];
    const { channel } = action;
    const keeps = (): Claim[] => (hasBorrowed(channel) ? [{ ...base, channel, wish: null, pauseMs: null }] : []);
    if (look.state === 'unknown') return keeps();
    if (action.do === 'pause')
      return isEdge ? [{ ...base, channel, wish: 'off', pauseMs: action.minutes * 60_000 }] : keeps();
    return [{ ...base, channel, wish: { to: action.do === 'switch' ? action.on : action.value }, pauseMs: null }];
  });
};

/** Whether a look says the same of the claims however long it stands: what is unknown or paused depends on what is borrowed. */
const lasts = (rule: Rule, look: RuleLook): boolean =>
  look.state !== 'unknown' && ![...rule.actions, ...rule.otherwise].some((action) => action.do === 'pause');

/** The claims of rules, made once for a look that is said again and again. */
export const createClaims = () => {
  const made = new WeakMap<Looked, readonly Claim[]>();
  return (looked: Looked, hasBorrowed: (ruleName: string, channel: ChannelRef) => boolean): readonly Claim[] => {
    const known = made.get(looked);
    if (known) return known;
    const {
      stored: { rule, createdAt },
      look,
    } = looked;
    const claims = claimsOf(rule, createdAt, look, (channel) => hasBorrowed(rule.name, channel));
    if (lasts(rule, look)) made.set(looked, claims);
    return claims;
  };
};

/** What a rule does comes before what another does otherwise; then 1 before 9; then the older rule. */
const comesFirst = (one: Claim, other: Claim): number =>
  Number(one.branch === 'otherwise') - Number(other.branch === 'otherwise') ||
  one.priority - other.priority ||
  one.createdAt - other.createdAt ||
  (one.ruleId < other.ruleId ? -1 : one.ruleId > other.ruleId ? 1 : 0);

export interface Settled {
  readonly won: readonly Claim[];
  readonly lost: readonly { readonly claim: Claim; readonly to: Claim }[];
}

/** One claim a channel; within one rule its first line. Losers of one's own rule are not told: the check does that. */
export const settleClaims = (claims: readonly Claim[]): Settled => {
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const key = channelKey(claim.channel);
    const leader = first.get(key);
    if (leader === undefined || comesFirst(claim, leader) < 0) first.set(key, claim);
  }
  const lost = claims.flatMap((claim) => {
    const to = first.get(channelKey(claim.channel));
    return to === undefined || to.ruleId === claim.ruleId ? [] : [{ claim, to }];
  });
  return { won: [...first.values()], lost };
};
