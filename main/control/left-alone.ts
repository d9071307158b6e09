import { newId, type SiteId } from '../ids.ts';
import { type ChannelKey, type Ground, keyOf } from './deps.ts';
import type { RosterChannel } from './roster.ts';
import { safeStateOf } from './snapshot.ts';

/** What a stop does not write: a table for which nobody has chosen a safe one stays as it is, and a person is told. */
export interface LeftAlone {
  /** True for a channel that the stop leaves alone. */
  is(channel: RosterChannel): boolean;
  /** Tells of those among them that are left alone, once for each stop. */
  tell(channels: readonly RosterChannel[]): void;
  forget(siteId: SiteId): void;
}

export const createLeftAlone = ({ actuators, bestEffort, bus, clock, log, store }: Ground): LeftAlone => {
  const told = new Map<SiteId, Set<ChannelKey>>();
  const is: LeftAlone['is'] = (channel) => {
    const spec = actuators.get(channel.deviceId, channel.config.channelId)?.spec;
    return spec !== undefined && safeStateOf(channel, spec) === null;
  };
  const tellOf = ({ siteId, deviceId, config }: RosterChannel): void => {
    const keys = told.get(siteId) ?? new Set();
    told.set(siteId, keys);
    const key = keyOf(deviceId, config.channelId);
    if (keys.has(key)) return;
    keys.add(key);
    const notice = {
      id: newId('evt'),
      at: clock.now(),
      level: 'attention' as const,
      title: `${config.name} was left as it is`,
      text: `The stop did not write ${config.name}: no safe table has been chosen for it in its settings.`,
    };
    log.warn('A stop left a table alone.', { device: config.name });
    bestEffort.run('log what a stop leaves alone', () => store.events.add(siteId, { ...notice, kind: 'stop' }));
    bus.emit('notice', notice);
  };
  return {
    is,
    tell: (channels) => {
      for (const channel of channels) if (is(channel)) tellOf(channel);
    },
    forget: (siteId) => void told.delete(siteId),
  };
};
