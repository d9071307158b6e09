import { NumberInput, Select, Textarea } from '@mantine/core';
import type { ChannelConfig, ControlKind } from '../../../preload/contract/devices.ts';

/** Where a channel goes at STOP and when nothing is known. */
export const SafeState = ({
  config,
  control,
  onChange,
}: {
  config: ChannelConfig;
  control: ControlKind;
  onChange: (config: ChannelConfig) => void;
}) => {
  const { safeState } = config;
  const label = 'Safe state';
  const description = 'Where it goes at STOP, and when nobody knows.';
  if (control.kind === 'switch')
    return (
      <Select
        mt={14}
        maw={320}
        label={label}
        description={description}
        data={[
          { value: 'off', label: 'Off' },
          { value: 'on', label: 'On' },
        ]}
        allowDeselect={false}
        value={safeState === true ? 'on' : 'off'}
        onChange={(value) => onChange({ ...config, safeState: value === 'on' })}
      />
    );
  if (control.kind === 'number')
    return (
      <NumberInput
        mt={14}
        maw={320}
        label={label}
        description={description}
        min={control.minimum}
        max={control.maximum}
        step={control.step}
        suffix={control.unit === '' ? '' : ` ${control.unit}`}
        value={typeof safeState === 'number' ? safeState : ''}
        onChange={(value) => onChange({ ...config, safeState: value === '' ? null : Number(value) })}
      />
    );
  if (control.kind === 'choice')
    return (
      <Select
        mt={14}
        maw={320}
        label={label}
        description={description}
        data={control.options}
        allowDeselect={false}
        value={typeof safeState === 'string' ? safeState : null}
        onChange={(value) => onChange({ ...config, safeState: value })}
      />
    );
  return (
    <Textarea
      mt={14}
      label={label}
      description={`${description} As a rule the table that was found.`}
      autosize
      spellCheck={false}
      value={typeof safeState === 'string' ? safeState.split('; ').join('\n') : ''}
      onChange={(event) =>
        onChange({
          ...config,
          safeState: event.currentTarget.value
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== '')
            .join('; '),
        })
      }
    />
  );
};
