import type { HealthView, SourceQuality } from '../../preload/contract/house.ts';
import type { SiteId } from '../ids.ts';
import type { QualityDay, Store } from '../store/types.ts';
import { addLocalDays, localDate } from '../zone.ts';

const DAYS = 7;
const SAMPLES_SHOWN = 30;

const REASONS: Readonly<Record<string, string>> = {
  undeclared: 'this model does not have it',
  'not-a-number': 'it was no number',
  'out-of-bounds': 'no device of this kind can show it',
  'wrong-time': 'its time was wrong: look at the clock of the device',
};

/** The share of values that came and were believed, %; null where none were due. */
const scoreOf = (days: readonly QualityDay[]): number | null => {
  const good = days.reduce((sum, day) => sum + day.good, 0);
  const all = days.reduce((sum, day) => sum + day.good + day.suspect + day.rejected + day.missing, 0);
  return all === 0 ? null : Math.round((good / all) * 1000) / 10;
};

/** Each source with its score of today and of the last seven days, and the newest samples that were not believed. */
export const dataQualityOf = (
  store: Pick<Store, 'dataQuality' | 'devices' | 'sites'>,
  siteId: SiteId,
  now: number,
): Pick<HealthView, 'quality' | 'rejected'> => {
  const zone = store.sites.get(siteId)?.timeZone ?? 'UTC';
  const today = localDate(now, zone);
  const names = new Map(store.devices.list(siteId).map(({ id, name }) => [`device/${id}`, name]));
  const days = store.dataQuality.since(siteId, localDate(addLocalDays(now, 1 - DAYS, zone), zone));
  const nameOf = (source: string): string => names.get(source) ?? source.replace(/^[a-z]+\//, '');
  const sources = [...new Set(days.map(({ source }) => source))];
  return {
    quality: sources
      // A device that was removed has nothing to mend.
      .filter((source) => !source.startsWith('device/') || names.has(source))
      .map((source): SourceQuality => {
        const own = days.filter((day) => day.source === source);
        const newest = own.filter(({ day }) => day === today);
        const sum = (of: (day: QualityDay) => number): number => newest.reduce((total, day) => total + of(day), 0);
        return {
          source,
          name: nameOf(source),
          kind: source.startsWith('device/') ? 'device' : 'feed',
          todayPct: scoreOf(newest),
          weekPct: scoreOf(own),
          good: sum(({ good }) => good),
          suspect: sum(({ suspect }) => suspect),
          rejected: sum(({ rejected }) => rejected),
          missing: sum(({ missing }) => missing),
        };
      }),
    rejected: store.dataQuality.rejected(siteId, SAMPLES_SHOWN).map(({ source, reason, ...sample }) => ({
      ...sample,
      name: nameOf(source),
      reason: REASONS[reason] ?? reason,
    })),
  };
};
