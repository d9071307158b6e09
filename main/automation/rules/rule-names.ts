import type { Site } from '../../../preload/contract/site.ts';
import { saySetpoint } from '../../control/words.ts';
import { channelsOf, type Driver } from '../../devices/types.ts';
import type { DeviceRecord, Store } from '../../store/types.ts';
import type { RuleNames } from './types.ts';

export interface NamesDeps {
  readonly store: Pick<Store, 'devices'>;
  driverOf(id: string): Driver | undefined;
  /** The name of a workflow; its id where nobody knows it. */
  workflowName(siteId: Site['id'], workflowId: string): string;
}

/** What the things of one site are called now. Devices are read once, when a name is first asked for. */
export const namesOf = (deps: NamesDeps, site: Pick<Site, 'id' | 'currency'>): RuleNames => {
  let records: ReadonlyMap<string, DeviceRecord> | null = null;
  const recordOf = (id: string): DeviceRecord | undefined => {
    records ??= new Map(deps.store.devices.list(site.id).map((record) => [record.id, record]));
    return records.get(id);
  };
  return {
    currency: site.currency,
    channel: ({ deviceId, channelId }) =>
      recordOf(deviceId)?.channels.find((channel) => channel.channelId === channelId)?.name ??
      `${deviceId}/${channelId}`,
    device: (deviceId) => recordOf(deviceId)?.name ?? deviceId,
    workflow: (workflowId) => deps.workflowName(site.id, workflowId),
    setpoint: ({ deviceId, channelId }, value) => {
      const record = recordOf(deviceId);
      const driver = record && deps.driverOf(record.driverId);
      const spec = driver && channelsOf(driver, record.connection).find((channel) => channel.channelId === channelId);
      return saySetpoint(value, spec?.control?.control ?? null);
    },
  };
};
