import type { SiteId } from '../ids.ts';
import type { Ground } from './deps.ts';
import type { Roster, RosterChannel } from './roster.ts';

/** The channels that a stop is about. */
export const stopChannels = (
  { actuators }: Pick<Ground, 'actuators'>,
  roster: Roster,
  siteId: SiteId,
): readonly RosterChannel[] =>
  roster.list(siteId).filter(({ config, deviceId }) => {
    // A device that is away has no actuator; a safe state in its configuration says that it has one to come.
    const spec = actuators.get(deviceId, config.channelId)?.spec;
    return config.controllable && (spec !== undefined || config.safeState !== null);
  });
