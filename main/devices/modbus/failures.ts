import { plainCause } from '../../http/network-words.ts';
import type { Failure } from '../../result.ts';

/** A failure of a Modbus request; `exception` is the device's own code where it answered with one. */
export interface ModbusFailure extends Failure {
  readonly exception: number | null;
}

/** What a vendor means by an exception code, for a person. */
export interface ExceptionMeaning {
  readonly kind: Failure['kind'];
  readonly message: string;
  readonly advice: string;
}

/** MODBUS Application Protocol 1.1b3, section 7. Vendors add to it. */
const STANDARD: Readonly<Record<number, ExceptionMeaning>> = {
  1: { kind: 'permanent', message: 'it does not know this function', advice: 'Check the model and its firmware.' },
  2: { kind: 'permanent', message: 'it does not know this register', advice: 'Check the model and its firmware.' },
  3: { kind: 'permanent', message: 'it does not accept this value', advice: 'Choose another value.' },
  4: { kind: 'temporary', message: 'it failed to do so', advice: 'It is asked again by itself.' },
  5: { kind: 'temporary', message: 'it has begun and needs time', advice: 'It is asked again by itself.' },
  6: { kind: 'temporary', message: 'it is busy', advice: 'It is asked again by itself.' },
  10: { kind: 'temporary', message: 'the gateway has no way to this unit', advice: 'Check the unit id.' },
  11: {
    kind: 'temporary',
    message: 'the unit behind the gateway does not answer',
    advice: 'Check the unit id and the cable behind the gateway.',
  },
};

export const exceptionFailure = (
  address: string,
  exception: number,
  what: string,
  meanings: Readonly<Record<number, ExceptionMeaning>>,
): ModbusFailure => {
  const meaning = meanings[exception] ?? STANDARD[exception];
  return {
    code: 'device.refused',
    kind: meaning?.kind ?? 'temporary',
    message: `The device at ${address} refused to ${what}: ${meaning?.message ?? `exception ${exception}`}.`,
    advice: meaning?.advice ?? 'It is asked again by itself; look the code up in its manual when this goes on.',
    exception,
  };
};

const temporaryFailure = (code: string, message: string, advice: string): ModbusFailure => ({
  code,
  kind: 'temporary',
  message,
  advice,
  exception: null,
});

export const unreachable = (address: string, why: string): ModbusFailure =>
  temporaryFailure(
    'device.unreachable',
    `The device at ${address} does not answer: ${plainCause(why)}.`,
    'Check that it has power and network, that Modbus TCP is switched on in it, and that address and port are right.',
  );

export const timedOut = (address: string, what: string, spanMs: number): ModbusFailure =>
  temporaryFailure(
    'device.timeout',
    `The device at ${address} did not ${what} within ${spanMs / 1000} s.`,
    'It is asked again by itself; check its network and whether another program asks it too often.',
  );

export const malformed = (address: string, what: string): ModbusFailure =>
  temporaryFailure(
    'device.malformed',
    `The device at ${address} answered with ${what}.`,
    'It is asked again by itself; check the gateway between network and device when this goes on.',
  );

export const cancelled = (what: string): ModbusFailure =>
  temporaryFailure('device.cancelled', `The request to ${what} was ended before an answer came.`, 'Nothing to do.');

export const closedByUs = (): ModbusFailure =>
  temporaryFailure('device.closed', 'The connection to this device is closed.', 'Open the device again.');
