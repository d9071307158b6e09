import type { ChannelConfig } from '../../preload/contract/devices.ts';
import type { ChannelId, DeviceId, SiteId } from '../ids.ts';
import type { Ground } from './deps.ts';

/** A channel of a site as configured. Whether it can be written at all is the actuator's to say. */
export interface RosterChannel {
  readonly siteId: SiteId;
  readonly deviceId: DeviceId;
  readonly deviceName: string;
  readonly config: ChannelConfig;
}

export interface Roster {
  list(siteId: SiteId): readonly RosterChannel[];
  /** Only within the site: a device of another home is not found. */
  find(siteId: SiteId, deviceId: DeviceId, channelId: ChannelId): RosterChannel | undefined;
  siteOf(deviceId: DeviceId): SiteId | undefined;
}

/** From the database; from what telemetry holds in memory when the database cannot be read, so that a stop still works. */
export const createRoster = ({ store, telemetry, bestEffort }: Ground): Roster => {
  const fromMemory = (siteId: SiteId): readonly RosterChannel[] => {
    const names = new Map(telemetry.pollers(siteId).map((poller) => [poller.deviceId, poller.name]));
    return telemetry
      .channels(siteId)
      .map(({ deviceId, config }) => ({ siteId, deviceId, deviceName: names.get(deviceId) ?? config.name, config }));
  };
  const list = (siteId: SiteId): readonly RosterChannel[] => {
    const records = bestEffort.run('read the devices', () => store.devices.list(siteId));
    if (!records) return fromMemory(siteId);
    return records.flatMap((record) =>
      record.channels.map((config) => ({ siteId, deviceId: record.id, deviceName: record.name, config })),
    );
  };
  return {
    list,
    find: (siteId, deviceId, channelId) => {
      const record = store.devices.get(deviceId);
      if (!record || record.siteId !== siteId) return undefined;
      const config = record.channels.find((channel) => channel.channelId === channelId);
      return config && { siteId, deviceId, deviceName: record.name, config };
    },
    siteOf: (deviceId) => store.devices.get(deviceId)?.siteId,
  };
};
