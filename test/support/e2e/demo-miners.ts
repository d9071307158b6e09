import type { DeviceView } from '../../../preload/contract/devices.ts';
import type { Ask } from './world.ts';

/** Miners that may be switched at once, so that a test need not wait for their five minutes of rest. */
export const hurryMiners = async (ask: Ask, siteId: string): Promise<void> => {
  const devices = await ask<DeviceView[]>('query', 'devices.list', { siteId });
  for (const { id, channels } of devices)
    for (const { channelId, name, role, use, priority, safeState, ratedPowerW, controllable } of channels)
      if (role === 'miner')
        await ask('command', 'devices.configure', {
          siteId,
          deviceId: id,
          who: 'Test',
          channel: {
            channelId,
            name,
            role,
            use,
            priority,
            safeState,
            ratedPowerW,
            controllable,
            rules: { minOnMs: 1_000, minOffMs: 1_000, maxSwitchesPerHour: 60, writeBudgetPerDay: 500 },
          },
        });
};

/** The least time on of a hurried miner, doubled and more: what is refused for it is asked again only minutes later. */
const RESTED_MS = 3_000;

/** Whether all miners have run for a while and no command is on its way, so that they may be paused at once. */
export const minersRunAtRest = async (ask: Ask, siteId: string): Promise<boolean> => {
  const devices = await ask<DeviceView[]>('query', 'devices.list', { siteId });
  const miners = devices.flatMap(({ channels }) => channels).filter(({ role }) => role === 'miner');
  return (
    miners.length > 0 &&
    miners.every(
      ({ setpoint, setpointSince, pending }) =>
        setpoint === true && pending === null && setpointSince !== null && Date.now() - setpointSince > RESTED_MS,
    )
  );
};

/** Puts the pause above or below the charge that the demo's battery has, so that the miner rule wants the other thing. */
export const wantMiners = async (ask: Ask, siteId: string, running: boolean): Promise<void> => {
  await ask('command', 'settings.set', {
    siteId,
    who: 'Test',
    changes: running
      ? { minersPauseBelowSocPct: 30, minersResumeAboveSocPct: 31 }
      : { minersPauseBelowSocPct: 98, minersResumeAboveSocPct: 99 },
  });
};
