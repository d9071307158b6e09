import { describe, expect, it } from 'vitest';
import { batteryLockIn } from '../../../main/control/battery-lock.ts';
import { DISCHARGE_LIMIT_CONTROL as SOLARK } from '../../../main/devices/solark/channels.ts';
import { SETPOINT_CONTROL, DISCHARGE_LIMIT_CONTROL as VICTRON } from '../../../main/devices/victron/controls.ts';
import { channelId } from '../../../main/ids.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import { channelOf, configOf } from '../../support/control/snapshots.ts';

const channel = (id: string, control: ControlKind, value: number | string | null, change = {}) =>
  channelOf({
    control,
    config: configOf({ channelId: channelId(id), name: id, role: 'none', ...change }),
    current: value === null ? null : { value, ageMs: 1_000 },
  });
const BATTERY_MODE: ControlKind = {
  kind: 'choice',
  options: [
    { value: 'normal', label: 'Normal' },
    { value: 'hold', label: 'Do not discharge' },
  ],
};

describe('what can lock the battery', () => {
  it.each([
    ['Victron, no limit', channel('discharge-power-limit', VICTRON.control, -1), 0, false],
    ['Victron, locked', channel('discharge-power-limit', VICTRON.control, 0), 0, true],
    ['Victron, some limit', channel('discharge-power-limit', VICTRON.control, 3_000), 0, false],
    ['Sol-Ark', channel('max-discharge-current', SOLARK.control, 50), 0, false],
    ['evcc, normal', channel('battery', BATTERY_MODE, 'normal'), 'hold', false],
    ['evcc, held', channel('battery', BATTERY_MODE, 'hold'), 'hold', true],
    ['nobody has read it', channel('max-discharge-current', SOLARK.control, null), 0, null],
  ])('%s', (_name, one, value, locked) => {
    expect(batteryLockIn([channelOf(), one])).toMatchObject({ value, locked });
  });

  it('is nothing that may not be controlled, and no setting that does something else', () => {
    const forbidden = channel('discharge-power-limit', VICTRON.control, -1, { controllable: false });
    const setpoint = channel('grid-setpoint', SETPOINT_CONTROL.control, 0);
    const reserve = channel('minimum-soc', { kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 }, 30);
    expect(batteryLockIn([forbidden, setpoint, reserve, channelOf()])).toBeNull();
  });

  it('is the limit before a power setpoint, which locks by not discharging', () => {
    const power: ControlKind = { kind: 'number', unit: 'W', minimum: -5_000, maximum: 5_000, step: 10 };
    const setpoint = channel('battery-power', power, -2_000, { role: 'battery' });
    expect(batteryLockIn([setpoint])).toMatchObject({ name: 'battery-power', value: 0, locked: false });
    const limit = channel('discharge-power-limit', VICTRON.control, 0);
    expect(batteryLockIn([setpoint, limit])?.name).toBe('discharge-power-limit');
  });
});
