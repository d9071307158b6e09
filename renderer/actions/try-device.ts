import type { ChannelId, Problem } from '../../preload/contract/base.ts';
import type { TrialResult } from '../../preload/contract/devices.ts';
import { bridge } from '../state/bridge.ts';
import { asker, type UserAction } from './action.ts';
import type { DeviceAddress } from './devices.ts';

export interface DeviceTrial {
  readonly address: DeviceAddress;
  readonly channelId: ChannelId;
  readonly onTried: (result: TrialResult) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Switches a device that is not saved yet, there and back. The button that calls this is the person's consent. */
export const tryDevice: UserAction<DeviceTrial> = {
  name: 'try-device',
  run: async ({ address, channelId, onTried, onProblem }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().command(
      'devices.try',
      { siteId: by.siteId, who: by.who, ...address, channelId, consent: true },
      crypto.randomUUID(),
    );
    if (reply.ok) onTried(reply.value);
    else onProblem(reply.problem);
  },
};
