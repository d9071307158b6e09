import { devices } from '../state/house.ts';
import { say } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';
import type { ChannelTarget } from './set-channel.ts';

/** Gives a held channel back before its time is over. */
export const releaseHold: UserAction<ChannelTarget> = {
  name: 'release-hold',
  run: async ({ deviceId, channelId }) => {
    const by = await asker();
    if (!by) return;
    const done = await send('control.releaseHold', { ...by, deviceId, channelId });
    if (done) say('Released. Rules and the plan may move it again.');
    await devices.reload();
  },
};
