import { permanent, temporary } from '../../result.ts';

/** Every expected failure of a charger that dials in, in one place so that the same cause always reads the same. */
export const notDialledIn = (id: string, port: number) =>
  temporary(
    'device.unreachable',
    `The charger ${id} has not called at port ${port}.`,
    `Enter ws://<address of this computer>:${port}/ as its OCPP server, with ${id} as its name, and let the firewall of this computer pass it.`,
  );

export const wentAway = (id: string, what: string) =>
  temporary(
    'device.unreachable',
    `The connection of the charger ${id} broke off before it answered ${what}.`,
    'It calls again by itself; check its network when this goes on.',
  );

export const cannotListen = (port: number, cause: string) =>
  temporary(
    'device.cannot-listen',
    `Chargers cannot call in: port ${port} of this computer is not free (${cause}).`,
    'End the other program that listens there, or choose another port here and in the charger.',
  );

export const wrongPassword = (id: string) =>
  permanent(
    'device.password-wrong',
    `A charger calls itself ${id} and shows another password.`,
    'Enter the same password here and in the OCPP settings of the charger.',
  );

export const wrongVersion = (id: string) =>
  permanent(
    'device.wrong-version',
    `The charger ${id} does not speak OCPP 1.6.`,
    'Choose OCPP 1.6 (JSON) in the settings of the charger.',
  );

export const timedOut = (id: string, action: string, spanMs: number) =>
  temporary(
    'device.timeout',
    `The charger ${id} did not answer ${action} within ${Math.round(spanMs / 1000)} s.`,
    'It is asked again by itself; restart the charger when this goes on.',
  );

export const cancelled = (action: string) =>
  temporary('device.cancelled', `${action} was ended before the charger answered.`, 'Nothing needs to be done.');

export const malformed = (id: string, action: string) =>
  temporary(
    'device.malformed',
    `The charger ${id} answered ${action} with data that cannot be read.`,
    'It is asked again by itself; update its firmware when this goes on.',
  );

/** The charger's own refusal of a call, by the codes of OCPP-J 1.6, section 4.2.3. */
export const callError = (id: string, action: string, code: string, description: string) => {
  const said = description === '' ? code : `${code}, ${description.slice(0, 160)}`;
  const message = `The charger ${id} refused ${action}: ${said}.`;
  return code === 'NotImplemented' || code === 'NotSupported'
    ? permanent('device.not-supported', message, 'Its firmware does not have this function; look for an update.')
    : temporary('device.refused', message, 'It is tried again by itself; look at the charger when this goes on.');
};

export const notAccepted = (id: string, what: string, status: string, isEmpty: boolean) =>
  status === 'NotSupported'
    ? permanent(
        'device.not-supported',
        `The charger ${id} does not support ${what}.`,
        'Switch smart charging on in its settings, or update its firmware.',
      )
    : temporary(
        'device.refused',
        `The charger ${id} refused ${what} (${status}).`,
        isEmpty
          ? 'Some chargers take a limit only while a car is connected: connect it and try again.'
          : 'Look at the charger: another limit or a fault may be in the way.',
      );

export const noTransaction = (id: string) =>
  temporary(
    'device.no-transaction',
    `The charger ${id} charges, but has not said for which transaction.`,
    'Unplug the car and plug it in again.',
  );

export const noReadBack = (id: string) =>
  permanent(
    'device.no-read-back',
    `The charger ${id} does not say which limit is in force.`,
    'Update its firmware; without it a limit cannot be confirmed.',
  );

export const wrongSetpoint = (message: string, advice: string) => permanent('device.wrong-setpoint', message, advice);
