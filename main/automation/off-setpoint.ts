import type { Setpoint } from '../../preload/contract/base.ts';
import type { ChannelRef } from '../../preload/contract/safety.ts';
import type { Telemetry } from '../telemetry/types.ts';

/** Off in the channel's own way: what is no switch and no number goes to its safe state. */
export const offSetpointOf = (
  channels: ReturnType<Telemetry['channels']>,
  { deviceId, channelId }: ChannelRef,
): Setpoint => {
  const found = channels.find((one) => one.deviceId === deviceId && one.config.channelId === channelId);
  const safe = found?.config.safeState ?? false;
  return typeof safe === 'boolean' ? false : typeof safe === 'number' ? 0 : safe;
};
