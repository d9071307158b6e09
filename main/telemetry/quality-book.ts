import type { Clock } from '../clock.ts';
import type { DeviceId, SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Reading } from '../reading.ts';
import { messageOf } from '../result.ts';
import type { QualityDay, RejectedSample, Store } from '../store/types.ts';
import { localDate } from '../zone.ts';

const WRITE_EVERY_MS = 60_000;
/** Between two writes; what a source beyond that throws away is counted, and no longer kept one by one. */
const MOST_WAITING_SAMPLES = 200;

type Counts = { -readonly [Name in keyof QualityDay]: QualityDay[Name] };

/** Keeps how far each device could be believed, day by day, and what of it was not believed. */
export interface QualityBook {
  /** One poll or push: what was accepted, and what was not with its reason. */
  readings(
    siteId: SiteId,
    deviceId: DeviceId,
    accepted: readonly Reading[],
    rejected: readonly { readonly reading: Reading; readonly because: string }[],
  ): void;
  /** A poll that brought nothing: as many values are missing as the last one brought. */
  missing(siteId: SiteId, deviceId: DeviceId): void;
  /** Writes what has changed; by itself once a minute. */
  tick(): void;
  flush(): void;
  forget(deviceId: DeviceId): void;
}

const sourceOfDevice = (deviceId: DeviceId): string => `device/${deviceId}`;

export const createQualityBook = (deps: {
  readonly store: Pick<Store, 'dataQuality' | 'sites'>;
  readonly clock: Clock;
  readonly log: Log;
}): QualityBook => {
  const { store, clock, log } = deps;
  const days = new Map<string, { readonly siteId: SiteId; readonly counts: Counts; changed: boolean }>();
  const usual = new Map<DeviceId, number>();
  const zones = new Map<SiteId, string>();
  let waiting: { readonly siteId: SiteId; readonly sample: RejectedSample }[] = [];
  let writtenMs = clock.monotonicMs();
  let isFailing = false;

  const zoneOf = (siteId: SiteId): string => {
    const known = zones.get(siteId) ?? store.sites.get(siteId)?.timeZone ?? 'UTC';
    zones.set(siteId, known);
    return known;
  };

  const today = (siteId: SiteId, source: string): Counts => {
    const day = localDate(clock.now(), zoneOf(siteId));
    const key = `${siteId} ${source} ${day}`;
    const known = days.get(key);
    if (known) {
      known.changed = true;
      return known.counts;
    }
    const stored = store.dataQuality.get(siteId, source, day);
    const counts: Counts = {
      source,
      day,
      good: stored?.good ?? 0,
      suspect: stored?.suspect ?? 0,
      rejected: stored?.rejected ?? 0,
      missing: stored?.missing ?? 0,
    };
    days.set(key, { siteId, counts, changed: true });
    return counts;
  };

  const flush = (): void => {
    writtenMs = clock.monotonicMs();
    try {
      for (const [key, one] of days) {
        if (one.changed) store.dataQuality.put(one.siteId, one.counts);
        one.changed = false;
        if (one.counts.day !== localDate(clock.now(), zoneOf(one.siteId))) days.delete(key);
      }
      const samples = waiting;
      for (const siteId of new Set(samples.map((each) => each.siteId)))
        store.dataQuality.reject(
          siteId,
          samples.filter((each) => each.siteId === siteId).map(({ sample }) => sample),
        );
      waiting = [];
      isFailing = false;
    } catch (thrown) {
      // Counts stay in memory and are written with the next minute; said once, because a full disk fails each time.
      if (!isFailing) log.error('The quality of the data cannot be written.', { error: messageOf(thrown) });
      isFailing = true;
    }
  };

  return {
    readings: (siteId, deviceId, accepted, rejected) => {
      const source = sourceOfDevice(deviceId);
      const counts = today(siteId, source);
      const suspect = accepted.filter(({ quality }) => quality === 'suspect').length;
      counts.good += accepted.length - suspect;
      counts.suspect += suspect;
      counts.rejected += rejected.length;
      usual.set(deviceId, accepted.length + rejected.length);
      for (const { reading, because } of rejected.slice(0, MOST_WAITING_SAMPLES - waiting.length))
        waiting.push({
          siteId,
          sample: {
            source,
            channelId: reading.channelId,
            metric: reading.metric,
            at: clock.now(),
            value: reading.value,
            reason: because,
          },
        });
    },
    missing: (siteId, deviceId) => {
      today(siteId, sourceOfDevice(deviceId)).missing += usual.get(deviceId) ?? 1;
    },
    tick: () => {
      if (clock.monotonicMs() - writtenMs >= WRITE_EVERY_MS) flush();
    },
    flush,
    forget: (deviceId) => {
      flush();
      usual.delete(deviceId);
    },
  };
};
