import type { Counterpart } from '../../http/json-answer.ts';
import { plainCause } from '../../http/network-words.ts';
import { type Failure, fail, permanent, temporary } from '../../result.ts';

const PASSWORD_ADVICE = 'Enter the password that is set in its web page.';

/** The Shelly at an address, for the sentences of main/http. */
export const counterpartOf = (address: string, what: string): Counterpart => ({
  room: 'device',
  name: `The Shelly at ${address}`,
  what,
  accessAdvice: PASSWORD_ADVICE,
});

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

const BUSY_PAUSE_MS = 10_000;

/** Firmware 2.x; it gives no time to wait, so a usual one is named. */
export const tooBusy = (address: string) =>
  fail<Failure>({
    code: 'device.busy',
    kind: 'temporary',
    message: `The Shelly at ${address} says that it is asked too often.`,
    advice: 'Close other programs or browser pages that talk to it; it bears about six connections.',
    retryAfterMs: BUSY_PAUSE_MS,
  });

export const passwordNeeded = (address: string) =>
  permanent('device.password-needed', `The Shelly at ${address} asks for a password.`, PASSWORD_ADVICE);

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
    `What answers at ${address} is no Shelly.`,
    'Check the address: addresses move when the router gives them out anew.',
  );

export const firstGeneration = (address: string, type: string) =>
  permanent(
    'device.wrong-generation',
    `The Shelly at ${address} (${type}) is of the first generation.`,
    'Choose "Shelly, first generation" as its model.',
  );

export const laterGeneration = (address: string, model: string) =>
  permanent(
    'device.wrong-generation',
    `The Shelly at ${address} (${model}) is of a later generation.`,
    'Choose "Shelly (Plus, Pro, Gen3, Gen4)" as its model.',
  );

export const overloaded = (address: string, id: number) =>
  temporary(
    'device.overpower',
    `Relay ${id + 1} of the Shelly at ${address} has opened because its load draws more than it may.`,
    'Check the load and the power limit in its web page.',
  );

/** `unused` are the parts that it has instead, such as a cover. */
export const nothingToRead = (address: string, unused: readonly string[]) =>
  permanent(
    'device.nothing-to-read',
    unused.length > 0
      ? `The Shelly at ${address} has only parts that are not used here: ${unused.join(', ')}.`
      : `The Shelly at ${address} has no relay, meter, thermometer or thermostat.`,
    'Covers and lights are left alone. A box that can be both: set its profile to "switch" in its web page.',
  );

export const noSuchPart = (address: string, part: string) =>
  permanent(
    'device.no-such-part',
    `The Shelly at ${address} has no ${part}.`,
    'Look at its profile in its web page: in roller-shutter mode it has no relay.',
  );

export const wrongSetpoint = (wanted: string) =>
  permanent('device.wrong-setpoint', `It takes ${wanted}.`, `Ask for ${wanted}.`);

/** Codes of the vendor's RPC: -103 invalid argument, -105 no such component, 404 no handler, below -107 its own state. */
export const refused = (address: string, method: string, code: number, message: string) => {
  const text = `The Shelly at ${address} refused ${method}: ${message.slice(0, 160)} (${code}).`;
  const permanentCodes = [-103, -105, 404];
  return permanentCodes.includes(code)
    ? permanent('device.refused', text, 'Check that model and firmware have this function, and update the firmware.')
    : temporary('device.refused', text, 'It is tried again by itself; look at the device when this goes on.');
};
