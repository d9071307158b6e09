import { type DriverQuality, done, exempt, todo } from '../quality.ts';

const COMMON = {
  'poll-period': done,
  'connection-test': done,
  'unique-identity': done,
  'unavailable-is-absent': done,
  'absent-is-not-zero': done,
  'failures-typed': done,
  'logs-once': done,
  'parallel-requests': done,
  'malformed-rejected': done,
  'reconnects-for-ever': done,
  'unloads-cleanly': done,
  'bounds-declared': done,
  'limits-declared': done,
  'safe-state': done,
  'read-back': done,
  'secrets-kept-out': done,
  simulator: done,
  diagnostics: done,
  'documented-products': done,
  'documented-limits': done,
} as const;

const NO_LEASE = exempt('No setting of a GX ends by itself: the commander writes the safe state instead.');

export const vrmQuality: DriverQuality = {
  ...COMMON,
  'limits-declared': exempt('VRM is read only: it has no call that sets a grid setpoint.'),
  'safe-state': exempt('VRM is read only.'),
  'read-back': exempt('VRM is read only.'),
  'device-lease': exempt('VRM is read only.'),
  'third-party-check': todo(
    'No other server of this API exists; the vendor’s documented samples are accepted unchanged.',
  ),
  'real-hardware': todo('VRM could not be reached from where this was written.'),
  reauthentication: done,
  discovery: exempt('A cloud has no place on the local network.'),
};

export const gxQuality: DriverQuality = {
  ...COMMON,
  'device-lease': NO_LEASE,
  'secrets-kept-out': exempt('Modbus TCP has no password.'),
  'third-party-check': done,
  'real-hardware': todo('No GX was at hand: written from the vendor’s register table and server source.'),
  reauthentication: exempt('Modbus TCP has no password.'),
  discovery: done,
};

export const gxMqttQuality: DriverQuality = {
  ...COMMON,
  'device-lease': NO_LEASE,
  'third-party-check': done,
  'real-hardware': todo('No GX was at hand: written from the vendor’s broker plug-in and its documentation.'),
  reauthentication: done,
  discovery: done,
};
