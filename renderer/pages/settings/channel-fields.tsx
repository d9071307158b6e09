import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { ChannelConfig, ChannelRole } from '../../../preload/contract/devices.ts';
import { isFlexible } from '../../../preload/contract/devices.ts';
import { ROLE_NAMES, roleLabel } from '../../components/roles.ts';

const ROLES = ROLE_NAMES.map((value) => ({ value, label: roleLabel(value) }));
const isRole = (text: string | null): text is ChannelRole => ROLE_NAMES.some((role) => role === text);

/** Name, role, priority and consent of one channel. `canControl` is whether the device offers control at all. */
export const ChannelFields = ({
  config,
  canControl,
  onChange,
}: {
  config: ChannelConfig;
  canControl: boolean;
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
            if (isRole(role)) onChange({ ...config, role, controllable: config.controllable && isFlexible(role) });
          }}
        />
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
        {flexible && (
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
      {canControl && (
        <Checkbox
          mt={14}
          label="Allow control of it"
          description={
            flexible
              ? 'Without this, nothing here ever switches it. At STOP it goes off.'
              : 'Only a miner, water heater or other load can be controlled.'
          }
          disabled={!flexible}
          checked={config.controllable}
          onChange={(event) => onChange({ ...config, controllable: event.currentTarget.checked })}
        />
      )}
    </>
  );
};
