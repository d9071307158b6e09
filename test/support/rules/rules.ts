import { channelId, deviceId } from '../../../main/ids.ts';
import type { Rule, Test } from '../../../preload/contract/rules.ts';
import type { ChannelRef } from '../../../preload/contract/safety.ts';

/** The channel of one of the test devices (test/support/control/device.ts). */
export const channelOf = (device: string): ChannelRef => ({
  deviceId: deviceId(device),
  channelId: channelId('switch:0'),
});

export const socAbove = (value: number, hysteresis = 0): Test => ({
  is: 'above',
  quantity: { of: 'soc' },
  value,
  hysteresis,
});

/** A rule that switches the heater on above 80 %, with whatever a test wants otherwise. */
export const ruleOf = (changes: Partial<Rule> = {}): Rule => ({
  id: 'rule',
  name: 'Heat with the sun',
  mode: 'on',
  priority: 5,
  triggers: [{ test: socAbove(80), forMs: 0 }],
  condition: null,
  actions: [{ do: 'switch', channel: channelOf('heater'), on: true }],
  otherwise: [],
  cooldownMs: 0,
  activeWindow: null,
  ...changes,
});
