import { ok, permanent, type Result } from '../result.ts';
import type { ChannelActuator, DeviceIdentity, DeviceReader } from './types.ts';

/**
 * Addresses move: before the first read or write, and again after each failure, the device is asked who it is. A
 * stranger at the address is neither read nor switched. `serial` null takes whoever answers (nothing is saved yet).
 */
export const createIdentityGuard = (reader: DeviceReader, serial: string | null, name: string) => {
  let known: DeviceIdentity | null = null;

  const identify = async (signal: AbortSignal): Promise<Result<DeviceIdentity>> => {
    if (known) return ok(known);
    const found = await reader.identify(signal);
    if (!found.ok) return found;
    if (serial !== null && found.value.serial !== serial)
      return permanent(
        'device.identity-changed',
        `Another device (${found.value.serial}) answers at the address of ${name} (${serial}).`,
        'Addresses move: look up the new address of the device and enter it.',
      );
    known = found.value;
    return found;
  };

  const checked = async <Value>(signal: AbortSignal, ask: () => Promise<Result<Value>>): Promise<Result<Value>> => {
    const identity = await identify(signal);
    if (!identity.ok) return identity;
    const result = await ask();
    // A failure may mean a new connection, and a new connection may lead elsewhere.
    if (!result.ok) known = null;
    return result;
  };

  const guarded: DeviceReader = {
    ...reader,
    identify,
    read: (signal) => checked(signal, () => reader.read(signal)),
  };
  const actuator = (inner: ChannelActuator): ChannelActuator => ({
    ...inner,
    write: (value, options) => checked(options.signal, () => inner.write(value, options)),
    readBack: (signal) => checked(signal, () => inner.readBack(signal)),
  });
  return { reader: guarded, actuator };
};
