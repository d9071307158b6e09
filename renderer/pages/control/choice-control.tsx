import { Select } from '@mantine/core';
import { setChannel } from '../../actions/set-channel.ts';
import type { ChannelCard } from './device-state.ts';

/** One of a few named settings, such as the mode of a charger. */
export const ChoiceControl = ({ card }: { card: ChannelCard }) => {
  const { channel, device } = card;
  const { control, setpoint } = channel;
  if (control?.kind !== 'choice') return null;
  return (
    <Select
      aria-label={`Setting of ${channel.name}`}
      size="xs"
      data={control.options}
      allowDeselect={false}
      value={typeof setpoint === 'string' ? setpoint : null}
      placeholder="Not read yet"
      onChange={(value) => {
        if (value !== null && value !== setpoint)
          void setChannel.run({ deviceId: device.id, channelId: channel.channelId, value }, 'window');
      }}
    />
  );
};
