import { plainCause } from '../../http/network-words.ts';
import { permanent, temporary } from '../../result.ts';

/** Every expected failure of a Shelly, in one place so that the same cause always reads the same. */
export const unreachable = (address: string, what: string) =>
  temporary(
    'device.unreachable',
    `The Shelly at ${address} does not answer: ${plainCause(what)}.`,
    'Check that it has power and Wi-Fi and that address and port are right.',
  );

export const timedOut = (address: string, method: string, spanMs: number) =>
  temporary(
    'device.timeout',
    `The Shelly at ${address} did not answer ${method} within ${Math.round(spanMs / 1000)} s.`,
    'It is asked again by itself; check its Wi-Fi signal when this goes on.',
  );

export const cancelled = (method: string) =>
  temporary('device.cancelled', `${method} was ended before the Shelly answered.`, 'Nothing needs to be done.');

export const malformed = (address: string, method: string) =>
  temporary(
    'device.malformed',
    `The Shelly at ${address} answered ${method} with data that cannot be read.`,
    'It is asked again by itself; update its firmware or restart it when this goes on.',
  );

export const tooBusy = (address: string) =>
  temporary(
    'device.busy',
    `The Shelly at ${address} says that it is asked too often.`,
    'Close other programs or browser pages that talk to it; it bears about six connections.',
  );

export const passwordNeeded = (address: string) =>
  permanent(
    'device.password-needed',
    `The Shelly at ${address} asks for a password.`,
    'Enter the password that is set in its web page.',
  );

export const passwordWrong = (address: string) =>
  permanent(
    'device.password-wrong',
    `The Shelly at ${address} refuses the password.`,
    'Enter the password anew; it is the one set in its web page, for the user admin.',
  );

export const nonceAged = (address: string) =>
  temporary(
    'device.nonce-stale',
    `The Shelly at ${address} twice called the login too old.`,
    'It is asked again by itself.',
  );

export const notThisDevice = (address: string, expected: string, found: string) =>
  permanent(
    'device.identity-changed',
    `Another Shelly (${found}) answers at ${address} where ${expected} was.`,
    'Addresses move: look up the new address of the device and enter it.',
  );

export const notAShelly = (address: string) =>
  permanent(
    'device.not-recognised',
    `What answers at ${address} is no Shelly of generation 2 or later.`,
    'Check the address; devices of the first generation speak another protocol.',
  );

export const firstGeneration = (address: string, type: string) =>
  permanent(
    'device.wrong-generation',
    `The Shelly at ${address} (${type}) is of the first generation.`,
    'This driver needs a Plus, Pro or later model.',
  );

export const noSwitch = (address: string) =>
  permanent(
    'device.no-switch',
    `The Shelly at ${address} has no relay 0: it may be set to roller-shutter mode or be a meter.`,
    'Set its profile to "switch" in its web page, or choose another model.',
  );

/** Codes of the vendor's RPC: -103 invalid argument, -105 no such component, 404 no handler, below -107 its own state. */
export const refused = (address: string, method: string, code: number, message: string) => {
  const text = `The Shelly at ${address} refused ${method}: ${message.slice(0, 160)} (${code}).`;
  const permanentCodes = [-103, -105, 404];
  return permanentCodes.includes(code)
    ? permanent('device.refused', text, 'Check that model and firmware have this function, and update the firmware.')
    : temporary('device.refused', text, 'It is tried again by itself; look at the device when this goes on.');
};
