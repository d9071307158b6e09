import type { ChannelId, DeviceId, Setpoint } from '../../preload/contract/base.ts';
import { devices } from '../state/house.ts';
import { asker, send, type UserAction } from './action.ts';

export interface ChannelTarget {
  readonly deviceId: DeviceId;
  readonly channelId: ChannelId;
}

/** Asks for a switch position or a setpoint; progress and outcome come back as events. */
export const setChannel: UserAction<ChannelTarget & { readonly value: Setpoint }> = {
  name: 'set-channel',
  run: async ({ deviceId, channelId, value }, surface) => {
    const by = await asker();
    if (!by) return;
    await send('control.set', { ...by, deviceId, channelId, value, surface });
    await devices.reload();
  },
};
