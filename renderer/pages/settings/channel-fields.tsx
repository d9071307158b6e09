import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import {
  type ChannelConfig,
  type ChannelRole,
  type ControlKind,
  isFlexible,
} from '../../../preload/contract/devices.ts';
import { ROLE_NAMES, roleLabel } from '../../components/roles.ts';
import { SafeState } from './safe-state.tsx';

const ROLES = ROLE_NAMES.map((value) => ({ value, label: roleLabel(value) }));
const isRole = (text: string | null): text is ChannelRole => ROLE_NAMES.some((role) => role === text);
const USES = [
  { value: 'primary', label: 'It counts' },
  { value: 'check', label: 'It only confirms another meter' },
] as const;

/** Name, role, priority, safe state and consent of one channel. `control` is null where the device offers none. */
export const ChannelFields = ({
  config,
  control,
  onChange,
}: {
  config: ChannelConfig;
  control: ControlKind | null;
  onChange: (config: ChannelConfig) => void;
}) => {
  const flexible = isFlexible(config.role);
  return (
    <>
      <div className="form-grid" style={{ marginTop: 0 }}>
        <TextInput
          label="Name"
          maxLength={80}
          value={config.name}
          onChange={(event) => onChange({ ...config, name: event.currentTarget.value })}
        />
        <Select
          label="What it is"
          data={ROLES}
          allowDeselect={false}
          value={config.role}
          onChange={(role) => {
            if (isRole(role)) onChange({ ...config, role });
          }}
        />
        {!flexible && config.role !== 'none' && (
          <Select
            label="In the sums of the house"
            data={[...USES]}
            allowDeselect={false}
            value={config.use}
            onChange={(use) => onChange({ ...config, use: use === 'check' ? 'check' : 'primary' })}
          />
        )}
        {flexible && (
          <NumberInput
            label="Priority"
            description="1 is kept longest."
            min={1}
            max={9}
            value={config.priority}
            onChange={(value) => onChange({ ...config, priority: Math.min(9, Math.max(1, Number(value) || 1)) })}
          />
        )}
        {flexible && control?.kind === 'switch' && (
          <NumberInput
            label="Draws when on"
            description="Empty where unknown."
            suffix=" W"
            min={0}
            allowDecimal={false}
            value={config.ratedPowerW ?? ''}
            onChange={(value) => onChange({ ...config, ratedPowerW: value === '' ? null : Number(value) })}
          />
        )}
      </div>
      {control && (
        <Checkbox
          mt={14}
          label="Allow control of it"
          description="Without this, nothing here ever changes it."
          checked={config.controllable}
          onChange={(event) => onChange({ ...config, controllable: event.currentTarget.checked })}
        />
      )}
      {control && config.controllable && <SafeState config={config} control={control} onChange={onChange} />}
    </>
  );
};
