import type { Counterpart } from '../../http/json-answer.ts';
import { troubleFailure } from '../../http/json-answer.ts';
import type { HttpTrouble } from '../../http/types.ts';
import { permanent, temporary } from '../../result.ts';
import type { ResultMessage } from './messages.ts';

const TOKEN_ADVICE = 'Make a new long-lived access token in Home Assistant (your profile, Security) and enter it here.';

/** What can go wrong with a server, in plain words. */
export const createHubFailures = (address: string) => {
  const name = `Home Assistant at ${address}`;
  const counterpart = (what: string): Counterpart => ({ room: 'device', name, what, accessAdvice: TOKEN_ADVICE });
  return {
    counterpart,
    trouble: (trouble: HttpTrouble) => troubleFailure(trouble, counterpart('its states')),
    tokenNeeded: () => permanent('device.access', `${name} asks for an access token.`, TOKEN_ADVICE),
    tokenWrong: () =>
      permanent(
        'device.access',
        `${name} refuses the access token. It is not tried again by itself, because Home Assistant locks addresses out.`,
        TOKEN_ADVICE,
      ),
    cancelled: () => temporary('device.cancelled', `Asking ${name} was ended.`, 'Nothing needs to be done.'),
    timedOut: (what: string) =>
      temporary(
        'device.timeout',
        `${name} did not answer ${what} in time.`,
        'It is asked again by itself; look at the load of its machine when this goes on.',
      ),
    lost: () => temporary('device.unreachable', `The connection to ${name} was lost.`, 'It is made again by itself.'),
    malformed: (what: string) =>
      temporary(
        'device.malformed',
        `What ${name} sent for ${what} cannot be read.`,
        'It is asked again by itself; check address and port when this goes on.',
      ),
    noneThere: (entities: readonly string[]) =>
      permanent(
        'device.not-found',
        `${name} knows none of these: ${entities.slice(0, 5).join(', ')}.`,
        'Look the names up in Home Assistant (Settings, Entities); they may have been renamed.',
      ),
    unavailable: (entities: readonly string[]) =>
      temporary(
        'device.offline',
        `${name} has no value now for ${entities.slice(0, 5).join(', ')}.`,
        'Check in Home Assistant whether the device behind it is available.',
      ),
    refused: (what: string, { error }: Pick<ResultMessage, 'error'>) => {
      const code = String(error?.code ?? '');
      const why = (error?.message ?? '').slice(0, 200) || 'no reason was given';
      const said = `${name} refused ${what}: ${why.replace(/\.$/, '')}.`;
      if (code === 'unauthorized')
        return permanent(
          'device.access',
          said,
          'Give the user of the token the right to control, or use another token.',
        );
      if (['not_found', 'invalid_format', 'service_validation_error'].includes(code))
        return permanent('device.refused', said, 'Check the entity and its range in Home Assistant.');
      return temporary('device.their-fault', said, 'It is tried again; check the device in Home Assistant.');
    },
  };
};
export type HubFailures = ReturnType<typeof createHubFailures>;
