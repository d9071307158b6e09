import type { ChannelId, DeviceId } from '../ids.ts';
import type { ChannelActuator } from './types.ts';

/**
 * Keeps the writing ends of all devices and gives the key to them once. The commander takes it when the house is
 * built; whoever asks after that is refused, and the floors check lets no room but control import this file.
 */
export interface ActuatorVault {
  put(deviceId: DeviceId, actuators: readonly ChannelActuator[]): void;
  remove(deviceId: DeviceId): void;
  /** Answers the lookup of actuators the first time; throws on any later call, which is a bug. */
  claim(): ActuatorLookup;
}

export interface ActuatorLookup {
  get(deviceId: DeviceId, channelId: ChannelId): ChannelActuator | undefined;
  all(): readonly { readonly deviceId: DeviceId; readonly actuator: ChannelActuator }[];
}

export const createActuatorVault = (): ActuatorVault => {
  const byDevice = new Map<DeviceId, readonly ChannelActuator[]>();
  let claimed = false;
  return {
    put: (deviceId, actuators) => void byDevice.set(deviceId, actuators),
    remove: (deviceId) => void byDevice.delete(deviceId),
    claim: () => {
      if (claimed) throw new Error('The actuators have an owner: every command goes through the commander.');
      claimed = true;
      return {
        get: (deviceId, channelId) => byDevice.get(deviceId)?.find((actuator) => actuator.channelId === channelId),
        all: () =>
          [...byDevice].flatMap(([deviceId, actuators]) => actuators.map((actuator) => ({ deviceId, actuator }))),
      };
    },
  };
};
