import type { Setpoint } from '../../../preload/contract/base.ts';
import type { Rule, RuleAction } from '../../../preload/contract/rules.ts';
import { channelKey } from './types.ts';

interface Wish {
  readonly key: string;
  readonly value: Setpoint;
  readonly rule: Rule;
  readonly since: number;
  /** When it ends by itself; null while the rule holds. */
  readonly until: number | null;
}

/** What rules want of channels, and whose wish counts. */
export interface Wishes {
  begin(rule: Rule, at: number): void;
  end(rule: Rule, at: number): void;
  /** For each channel that some rule commands: the value that counts now, null where it is let go. */
  current(at: number): ReadonlyMap<string, Setpoint | null>;
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

const wishOf = (action: RuleAction, rule: Rule, at: number): readonly Wish[] => {
  if (!('channel' in action)) return [];
  const key = channelKey(action.channel.deviceId, action.channel.channelId);
  const base = { key, rule, since: at };
  switch (action.do) {
    case 'switch':
      return [{ ...base, value: action.on, until: null }];
    case 'set':
      return [{ ...base, value: action.value, until: null }];
    case 'pause':
      return [{ ...base, value: false, until: at + action.minutes * 60_000 }];
  }
};

/**
 * The wish of the rule with the best priority counts; of equal ones the newer. What `otherwise` asked for stays until a rule
 * asks again; without it the channel goes back to how it was measured.
 */
export const createWishes = (rules: readonly Rule[]): Wishes => {
  const keys = [...commandedKeys(rules)];
  let held: readonly Wish[] = [];
  const left = new Map<string, Setpoint>();
  return {
    begin: (rule, at) => {
      held = [...held, ...rule.actions.flatMap((action) => wishOf(action, rule, at))];
    },
    end: (rule, at) => {
      // A pause that has begun runs to its end, whatever the rule says meanwhile.
      held = held.filter((wish) => wish.rule !== rule || (wish.until !== null && wish.until > at));
      for (const wish of rule.otherwise.flatMap((action) => wishOf(action, rule, at)))
        if (wish.until === null) left.set(wish.key, wish.value);
        else held = [...held, wish];
    },
    current: (at) => {
      held = held.filter(({ until }) => until === null || until > at);
      const best = new Map<string, Wish>();
      for (const wish of held) {
        const found = best.get(wish.key);
        if (found === undefined || wish.rule.priority <= found.rule.priority) best.set(wish.key, wish);
      }
      return new Map(keys.map((key) => [key, best.get(key)?.value ?? left.get(key) ?? null]));
    },
  };
};
