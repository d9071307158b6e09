import type { Metric } from '../../preload/contract/base.ts';
import type { ChannelId } from '../ids.ts';
import type { Reading } from '../reading.ts';

/** The newest good reading of each metric of one device. Suspect readings are passed on but never kept here. */
export const createLatest = () => {
  const byChannel = new Map<ChannelId, Map<Metric, Reading>>();
  return {
    put: (readings: readonly Reading[]): void => {
      for (const reading of readings) {
        if (reading.quality === 'suspect') continue;
        const metrics = byChannel.get(reading.channelId) ?? new Map<Metric, Reading>();
        byChannel.set(reading.channelId, metrics);
        const known = metrics.get(reading.metric);
        // Replies that overtook each other must not turn time back.
        if (!known || reading.measuredAt >= known.measuredAt) metrics.set(reading.metric, reading);
      }
    },
    get: (channelId: ChannelId, metric: Metric): Reading | undefined => byChannel.get(channelId)?.get(metric),
    of: (channelId: ChannelId): ReadonlyMap<Metric, Reading> => byChannel.get(channelId) ?? new Map(),
    clear: (): void => byChannel.clear(),
  };
};
