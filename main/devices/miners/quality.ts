import { type DriverQuality, done, exempt, type QualityAnswer, todo } from '../quality.ts';

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
  'device-lease': exempt('No miner has a timer of its own: a pause stays, which is the safe state.'),
  'secrets-kept-out': done,
  simulator: done,
  'real-hardware': todo('No miner was at hand: written from documented interfaces and captured answers.'),
  reauthentication: done,
  diagnostics: done,
  'documented-products': done,
  'documented-limits': done,
} as const;

const noPassword: QualityAnswer = exempt('This interface has no password.');

export const cgminerQuality: DriverQuality = {
  ...COMMON,
  'unique-identity': todo('Stock firmware names no serial number: there it is the model at this address.'),
  'third-party-check': todo('No third-party server of this interface runs here; captured answers are read unchanged.'),
  'secrets-kept-out': noPassword,
  reauthentication: noPassword,
  discovery: done,
};

export const braiinsQuality: DriverQuality = {
  ...COMMON,
  'third-party-check': todo('No third-party server of this interface runs here.'),
  discovery: todo('It is found by its 4028 port as a cgminer miner; a person then chooses this driver.'),
};

export const whatsminerQuality: DriverQuality = { ...COMMON, 'third-party-check': done, discovery: done };

export const axeosQuality: DriverQuality = {
  ...COMMON,
  'third-party-check': todo('No third-party server of this interface runs here.'),
  'secrets-kept-out': done,
  reauthentication: noPassword,
  discovery: done,
};
