import type { DeviceView } from '../../preload/contract/devices.ts';
import type { ChannelRef } from '../../preload/contract/safety.ts';

/** A channel as a form offers it. `value` is `device/channel`. */
export interface ChannelChoice {
  readonly value: string;
  readonly label: string;
  readonly ref: ChannelRef;
  readonly control: DeviceView['channels'][number]['control'];
  readonly controllable: boolean;
}

export const refKey = ({ deviceId, channelId }: ChannelRef): string => `${deviceId}/${channelId}`;

/** Every channel of the home; one that has no name of its own beside its device's is told apart by it. */
export const channelChoices = (devices: readonly DeviceView[]): readonly ChannelChoice[] =>
  devices.flatMap((device) =>
    device.channels.map((channel) => {
      const ref = { deviceId: device.id, channelId: channel.channelId };
      return {
        value: refKey(ref),
        label: channel.name === device.name ? channel.name : `${channel.name} (${device.name})`,
        ref,
        control: channel.control,
        controllable: channel.controllable && channel.control !== null,
      };
    }),
  );

/** What a new action begins with: a switched load before any setting. */
export const firstLoad = (channels: readonly ChannelChoice[]): ChannelChoice | undefined => {
  const allowed = channels.filter(({ controllable }) => controllable);
  return allowed.find(({ control }) => control?.kind === 'switch') ?? allowed[0];
};
