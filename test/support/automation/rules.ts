import { channelId, deviceId } from '../../../main/ids.ts';
import type { Condition, Quantity, Rule, RuleAction, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';

/** Short ways to write rules in tests. */
export const SOC: Quantity = { of: 'soc' };
export const above = (quantity: Quantity, value: number, hysteresis = 0): Test => ({
  is: 'above',
  quantity,
  value,
  hysteresis,
});
export const below = (quantity: Quantity, value: number, hysteresis = 0): Test => ({
  is: 'below',
  quantity,
  value,
  hysteresis,
});
export const at = (from: string, to: string, days: number[] = []): Test => ({ is: 'time', window: { from, to, days } });
export const isState = (channel: ChannelRef, state: 'on' | 'off'): Test => ({ is: 'device', channel, state });
export const all = (...tests: Test[]): Condition => ({ all: tests.map((test) => ({ test })) });
export const any = (...tests: Test[]): Condition => ({ any: tests.map((test) => ({ test })) });

export const ref = (device: string, channel = 'switch:0'): ChannelRef => ({
  deviceId: deviceId(device),
  channelId: channelId(channel),
});
export const turn = (channel: ChannelRef, on: boolean): RuleAction => ({ do: 'switch', channel, on });

export const ruleOf = (more: Partial<Rule> & { readonly when?: Test; readonly forMs?: number } = {}): Rule => {
  const { when = above(SOC, 80), forMs = 0, ...rest } = more;
  return {
    id: 'rule-1',
    name: 'Rule',
    mode: 'on',
    priority: 5,
    triggers: [{ test: when, forMs }],
    condition: null,
    actions: [{ do: 'notify', level: 'info', text: 'Hello' }],
    otherwise: [],
    cooldownMs: 0,
    activeWindow: null,
    ...rest,
  };
};
