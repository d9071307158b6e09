import type { Connection, DriverView, FoundDevice } from '../../../../preload/contract/devices.ts';
import type { DeviceAddress } from '../../../actions/devices.ts';

/** The form of a connection as it is typed. */
export interface TypedAddress {
  host: string;
  port: number | string;
  unitId: number | string;
  password: string;
  encryption: NonNullable<Connection['encryption']> | '';
  fingerprint: string;
  options: Record<string, string>;
}

/** What the form starts with: the driver's own values, and what the search has found. */
export const startAddress = (driver: DriverView, found: FoundDevice | null): TypedAddress => ({
  host: found?.host ?? driver.defaultHost ?? (driver.reach === 'incoming' ? '0.0.0.0' : ''),
  port: found?.port ?? driver.defaultPort,
  unitId: found?.unitId ?? (driver.needsUnitId ? 1 : ''),
  password: '',
  encryption: driver.encryption ?? '',
  fingerprint: '',
  options: Object.fromEntries(driver.options.map((field) => [field.name, field.default ?? ''])),
});

export const addressOf = (driver: DriverView, typed: TypedAddress): DeviceAddress => {
  const options = Object.fromEntries(Object.entries(typed.options).filter(([, value]) => value.trim() !== ''));
  return {
    driverId: driver.id,
    connection: {
      host: typed.host.trim(),
      port: Number(typed.port),
      ...(typed.unitId === '' ? {} : { unitId: Number(typed.unitId) }),
      ...(typed.encryption === '' ? {} : { encryption: typed.encryption }),
      ...(typed.encryption === 'pinned' ? { fingerprint: typed.fingerprint } : {}),
      ...(Object.keys(options).length === 0 ? {} : { options }),
    },
    ...(typed.password === '' ? {} : { password: typed.password }),
  };
};

/** What is missing before the device can be asked, by field. */
export const addressProblems = (driver: DriverView, typed: TypedAddress): Readonly<Record<string, string>> => {
  const problems: Record<string, string> = {};
  if (typed.host.trim() === '') problems['host'] = 'Its address on the local network.';
  if (!(Number(typed.port) >= 1 && Number(typed.port) <= 65_535)) problems['port'] = 'Between 1 and 65535.';
  for (const field of driver.options)
    if (field.required && (typed.options[field.name] ?? '').trim() === '')
      problems[field.name] = 'It cannot do without.';
  return problems;
};
