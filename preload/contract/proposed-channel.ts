import type { ChannelConfig, ChannelRole, DeviceView, ProbeResult } from './devices.ts';

type FoundChannel = ProbeResult['channels'][number];

/** Of these a home has one meter that counts; a second one confirms it. */
const COUNTED_ONCE: ReadonlySet<ChannelRole> = new Set<ChannelRole>(['grid', 'load', 'battery']);

/** A switch off, everything else as it was found; a number outside of what may be written is none to go back to. */
const safestKnown = ({ control, setpoint }: FoundChannel): ChannelConfig['safeState'] => {
  if (control?.kind === 'switch') return false;
  if (control?.kind !== 'number' || typeof setpoint !== 'number') return setpoint;
  return Math.min(control.maximum, Math.max(control.minimum, setpoint));
};

/** What is proposed for the channels of a device that was read: watched only, and counted where nothing else counts. */
export const proposedChannels = (
  found: ProbeResult,
  here: readonly Pick<DeviceView, 'channels'>[] | readonly { readonly channels: readonly ChannelConfig[] }[],
): ChannelConfig[] => {
  const counted = new Set(
    here.flatMap(({ channels }) => channels.filter(({ use }) => use === 'primary').map(({ role }) => role)),
  );
  return found.channels.map((channel, index) => ({
    channelId: channel.channelId,
    name: channel.suggestedName,
    role: channel.suggestedRole,
    use: COUNTED_ONCE.has(channel.suggestedRole) && counted.has(channel.suggestedRole) ? 'check' : 'primary',
    priority: Math.min(9, 3 + index),
    safeState: safestKnown(channel),
    ratedPowerW: null,
    rules: null,
    controllable: false,
  }));
};
