import type { CheckedHome, KnownChannel } from '../../../main/automation/check/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import type { ChannelConfig, ControlKind } from '../../../preload/contract/devices.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import { DEFAULT_SAFETY } from '../../../preload/contract/safety.ts';

const channel = (
  device: string,
  control: ControlKind | null = { kind: 'switch' },
  more: Partial<ChannelConfig> = {},
): KnownChannel => ({
  deviceId: deviceId(device),
  config: {
    channelId: channelId('switch:0'),
    name: device,
    role: 'miner',
    use: 'primary',
    priority: 1,
    safeState: false,
    ratedPowerW: 1_000,
    rules: { minOnMs: 600_000, minOffMs: 600_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 100 },
    controllable: true,
    ...more,
  },
  control,
});

const RESERVE: ControlKind = { kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 };

/** A home with two miners, a meter, a battery's reserve, a heater with modes and a plug that nobody allowed. */
export const checkedHome = (more: Partial<CheckedHome> = {}): CheckedHome => ({
  channels: [
    channel('miner-a'),
    channel('miner-b'),
    channel('meter', null, { role: 'grid', controllable: false }),
    channel('locked', { kind: 'switch' }, { controllable: false }),
    channel('reserve', RESERVE, { role: 'battery' }),
    channel('charge', { kind: 'number', unit: 'W', minimum: -9_000, maximum: 9_000, step: 1 }, { role: 'battery' }),
    channel('heater', {
      kind: 'choice',
      options: [
        { value: 'off', label: 'Off' },
        { value: 'eco', label: 'Eco' },
      ],
    }),
    channel('table', { kind: 'time-table', slots: 2, maximumW: 5_000 }, { role: 'battery' }),
  ],
  workflows: [],
  others: [],
  settings: DEFAULT_SETTINGS,
  safety: { ...DEFAULT_SAFETY, batteryMaxChargeW: 5_000 },
  names: {
    channel: (ref) => String(ref.deviceId),
    device: (id) => String(id),
    workflow: (id) => id,
    setpoint: (_, value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)),
    currency: 'EUR',
  },
  ...more,
});
