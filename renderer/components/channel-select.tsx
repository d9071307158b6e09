import { Select } from '@mantine/core';
import type { ChannelRef } from '../../preload/contract/safety.ts';
import { type ChannelChoice, refKey } from './channel-choices.ts';

/** Chooses a channel of the home. One that is gone stays visible by its address, so that it can be replaced. */
export const ChannelSelect = ({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: ChannelRef;
  choices: readonly ChannelChoice[];
  onChange: (choice: ChannelChoice) => void;
}) => {
  const key = refKey(value);
  const known = choices.some((choice) => choice.value === key);
  const data = choices.map((choice) => ({ value: choice.value, label: choice.label }));
  return (
    <Select
      aria-label={label}
      className="rule-channel"
      allowDeselect={false}
      searchable
      data={known || key === '/' ? data : [...data, { value: key, label: `${key} (gone)` }]}
      error={known ? undefined : 'Choose a device.'}
      value={key === '/' ? null : key}
      onChange={(chosen) => {
        const choice = choices.find((one) => one.value === chosen);
        if (choice) onChange(choice);
      }}
    />
  );
};
