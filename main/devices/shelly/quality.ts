import { type DriverQuality, done, exempt, todo } from '../quality.ts';

const NO_HARDWARE = todo('No Shelly was at hand: written from maintained clients and captured payloads.');

/** Of both generations on the local network. */
export const localQuality: DriverQuality = {
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
  'device-lease': done,
  'secrets-kept-out': done,
  simulator: done,
  'third-party-check': done,
  'real-hardware': NO_HARDWARE,
  reauthentication: done,
  discovery: done,
  diagnostics: done,
  'documented-products': done,
  'documented-limits': done,
};

export const valveQuality: DriverQuality = {
  ...localQuality,
  'device-lease': exempt('A target temperature has no timer on the valve; its schedule stays as it is.'),
};

export const cloudQuality: DriverQuality = {
  ...localQuality,
  'third-party-check': todo('The cloud cannot be reached from here, and no program stands in for it.'),
  discovery: exempt('The cloud lists no devices to a key: the person enters the id that the app shows.'),
};
