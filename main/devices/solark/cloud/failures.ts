import type { Counterpart } from '../../../http/json-answer.ts';
import { type Failure, fail, permanent, temporary } from '../../../result.ts';

const ACCESS_ADVICE = 'Log in with the same account in the vendor’s app, and enter account and password anew.';
/** After a login that was refused for an unclear reason nobody tries again for this long: accounts can be locked. */
export const LOGIN_REST_MS = 900_000;

export const counterpartOf = (host: string, what: string): Counterpart => ({
  room: 'device',
  name: `The cloud at ${host}`,
  what,
  accessAdvice: ACCESS_ADVICE,
});

/** What a server says, short and on one line. */
const said = (message: string | null | undefined): string =>
  (message ?? 'it gives no reason').replace(/\s+/g, ' ').trim().slice(0, 120);

export const passwordMissing = (host: string) =>
  permanent('device.password-needed', `The cloud at ${host} needs account and password.`, ACCESS_ADVICE);

export const passwordWrong = (host: string, message: string | null | undefined) =>
  permanent(
    'device.password-wrong',
    `The cloud at ${host} refuses account or password: ${said(message)}.`,
    ACCESS_ADVICE,
  );

export const loginRefused = (host: string, message: string | null | undefined) =>
  fail<Failure>({
    code: 'device.refused',
    kind: 'temporary',
    message: `The cloud at ${host} refused the login: ${said(message)}.`,
    advice: 'It is tried once more in a quarter of an hour; check account and password in the vendor’s app.',
    retryAfterMs: LOGIN_REST_MS,
  });

export const accessLost = (host: string) =>
  permanent(
    'device.access',
    `The cloud at ${host} does not accept its own new login.`,
    'Check the chosen cloud and the account in the vendor’s app, then connect the device anew.',
  );

export const noPermission = (host: string, what: string, message: string | null | undefined) =>
  permanent(
    'device.access',
    `The cloud at ${host} refuses ${what}: ${said(message)}.`,
    'The account must own the plant, or its owner must share it with this account.',
  );

export const refusedBy = (host: string, what: string, message: string | null | undefined) =>
  temporary(
    'device.refused',
    `The cloud at ${host} refused ${what}: ${said(message)}.`,
    'It is asked again by itself; look into the vendor’s app when this goes on.',
  );

export const chooseOne = (what: 'plant' | 'inverter', names: readonly string[]) =>
  permanent(
    `solark.choose-${what}`,
    names.length === 0
      ? `The account has no ${what}.`
      : `The account has ${names.length} ${what}s: ${names.slice(0, 10).join('; ')}.`,
    names.length === 0
      ? 'Check the account and the chosen cloud.'
      : what === 'plant'
        ? 'Enter the number of the one that is meant as plant number.'
        : 'Enter the serial number of the one that is meant.',
  );

export const notThere = (what: 'plant' | 'inverter', asked: string, names: readonly string[]) =>
  permanent(
    `solark.no-such-${what}`,
    `The account has no ${what} ${asked.slice(0, 40)}; it has ${names.length === 0 ? 'none' : names.slice(0, 10).join('; ')}.`,
    'Enter one that it has.',
  );

export const undated = (host: string) =>
  temporary(
    'device.malformed',
    `The cloud at ${host} does not say when its values were measured, so they are not used.`,
    'It is asked again by itself; check in the vendor’s app whether the inverter is online.',
  );

export const fromTheFuture = (host: string, minutes: number) =>
  temporary(
    'device.wrong-time',
    `The cloud at ${host} dates its values ${minutes} minutes ahead of this computer.`,
    'Check the clock of this computer, and time zone and clock of the inverter.',
  );

export const cancelledAt = (host: string) =>
  temporary('device.cancelled', `Asking the cloud at ${host} was ended.`, 'Nothing needs to be done.');
