import type { BalanceCheck, ChannelConfig, ChannelView } from '../../preload/contract/devices.ts';
import { bridge } from '../state/bridge.ts';
import { devices } from '../state/house.ts';
import { say, sayProblem } from '../state/notes.ts';
import { asker, send, type UserAction } from './action.ts';

/** Listens to the meters and says whether their signs and units are right. */
export const checkBalance: UserAction<{ readonly onChecked: (check: BalanceCheck) => void }> = {
  name: 'check-balance',
  run: async ({ onChecked }) => {
    const by = await asker();
    if (!by) return;
    const reply = await bridge().query('devices.checkBalance', { siteId: by.siteId });
    if (reply.ok) onChecked(reply.value);
    else sayProblem(reply.problem);
  },
};

/** The settings of a channel without what is measured of it. */
export const configOfChannel = (channel: ChannelView): ChannelConfig => {
  const { channelId, name, role, use, priority, safeState, ratedPowerW, rules, controllable, powerScale } = channel;
  const config = { channelId, name, role, use, priority, safeState, ratedPowerW, rules, controllable };
  return powerScale === undefined ? config : { ...config, powerScale };
};

/** Stores the factors that the balance has shown. */
export const putScalesRight: UserAction<{
  readonly findings: BalanceCheck['findings'];
  readonly onDone: () => void;
}> = {
  name: 'put-scales-right',
  run: async ({ findings, onDone }) => {
    const by = await asker();
    if (!by) return;
    const list = devices.use.getState().value ?? [];
    for (const { deviceId, channelId, scaleFound } of findings) {
      const channel = list.find(({ id }) => id === deviceId)?.channels.find((each) => each.channelId === channelId);
      if (!channel) continue;
      await send('devices.configure', {
        ...by,
        deviceId,
        channel: { ...configOfChannel(channel), powerScale: scaleFound },
      });
    }
    say('Signs and units are put right from now on. What was recorded before stays as it is.');
    onDone();
    await devices.reload();
  },
};
