import type { Setpoint } from '../../../preload/contract/base.ts';
import type { ControlKind } from '../../../preload/contract/devices.ts';
import { ok, permanent, type Result } from '../../result.ts';

/** The number of a setpoint, if it is one and lies in the range that the channel declares. */
export const checkedNumber = (control: ControlKind, value: Setpoint): Result<number> => {
  if (control.kind === 'number' && typeof value === 'number' && value >= control.minimum && value <= control.maximum) {
    return ok(value);
  }
  const range = control.kind === 'number' ? `a number from ${control.minimum} to ${control.maximum}` : 'another value';
  return permanent('device.value-refused', `This setting does not take ${value}.`, `Choose ${range}.`);
};
