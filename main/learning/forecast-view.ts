import { energyBandKwh } from '../../models/calibration/energy-band.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type {
  BandPoint,
  BatteryProjection,
  ForecastKind,
  ForecastView,
  Point,
} from '../../preload/contract/insight.ts';
import type { Site } from '../../preload/contract/site.ts';
import { channelId, type SiteId } from '../ids.ts';
import type { Store, StoredForecast } from '../store/types.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import { type Card, readCard } from './card.ts';

const HOUR_MS = 3_600_000;
const CHANNEL: Readonly<Record<ForecastKind, 'site:pv' | 'site:household'>> = {
  solar: 'site:pv',
  load: 'site:household',
};
/** A day counts as measured with at least this share of its hours. */
const LEAST_SHARE = 0.9;

const rollups = (store: Store, id: SiteId, channel: string, metric: 'powerW' | 'socPct', from: number, to: number) => {
  const seriesId = store.series.find({ siteId: id, deviceId: '', channelId: channelId(channel), metric });
  return seriesId === undefined ? [] : store.rollups.range('hour', seriesId, from, to);
};

/** Hourly means of [from, to); null marks a gap. */
const measuredPoints = (
  store: Store,
  id: SiteId,
  channel: string,
  metric: 'powerW' | 'socPct',
  from: number,
  to: number,
): readonly Point[] => {
  const byAt = new Map(rollups(store, id, channel, metric, from, to).map((row) => [row.at, row.mean]));
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const count = Math.max(0, Math.floor((to - first) / HOUR_MS));
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * HOUR_MS;
    return { at, value: byAt.get(at) ?? null };
  });
};

/** Means of whole hours in W add up to Wh; a few lost hours are filled with the mean of the others. */
const energyKwh = (points: readonly Point[]): number | null => {
  const known = points.flatMap((point) => (point.value === null ? [] : [point.value]));
  if (points.length === 0 || known.length < points.length * LEAST_SHARE) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return (mean * points.length) / 1000;
};

const within = (points: readonly BandPoint[] | undefined, from: number, to: number): readonly BandPoint[] =>
  (points ?? []).filter((point) => point.at >= from && point.at < to);

/** A whole local day of hours, or nothing: part of a day is not the day's energy. */
const whole = (points: readonly BandPoint[], from: number, to: number): readonly BandPoint[] | null =>
  points.length === Math.round((to - from) / HOUR_MS) ? points : null;

/** The newest card, for cards are written whether the version serves or not. Parsed once a version. */
export const createCardReader = (store: Store): ((id: SiteId, kind: ForecastKind) => Card | undefined) => {
  const parsed = new Map<string, Card | undefined>();
  return (id, kind) => {
    const newest = store.models.list(id, kind)[0];
    if (newest === undefined) return undefined;
    if (!parsed.has(newest.id)) {
      if (parsed.size > 20) parsed.clear();
      parsed.set(newest.id, readCard(newest.card));
    }
    return parsed.get(newest.id);
  };
};

export const buildForecastView = (deps: {
  readonly store: Store;
  readonly site: Site;
  readonly kind: ForecastKind;
  readonly hours: 24 | 48;
  readonly now: number;
  readonly card: Card | undefined;
  /** What to say where nothing was ever issued. */
  readonly whyNone: string;
}): ForecastView => {
  const { store, site, kind, hours, now, card } = deps;
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const today = startOfLocalDay(now, site.timeZone);
  const yesterday = addLocalDays(now, -1, site.timeZone);
  const tomorrow = addLocalDays(now, 1, site.timeZone);
  const dayAfter = addLocalDays(now, 2, site.timeZone);

  const newest = store.forecasts.latest(site.id, kind);
  const points = within(newest?.points, hour, hour + hours * HOUR_MS);
  // A forecast that has run out is no forecast: it is not shown as one.
  const latest: StoredForecast | undefined = points.length > 0 ? newest : undefined;
  const issuedFor = (midnight: number): StoredForecast | undefined => {
    const found = store.forecasts.issuedBefore(site.id, kind, midnight);
    return found !== undefined && found.issuedAt >= midnight - 24 * HOUR_MS ? found : undefined;
  };
  const before = issuedFor(yesterday);
  const expected = within(before?.points, yesterday, today);
  const measuredYesterday = measuredPoints(store, site.id, CHANNEL[kind], 'powerW', yesterday, today);
  const measuredToday = measuredPoints(store, site.id, CHANNEL[kind], 'powerW', today, hour);

  /** Hours of today that are over count as measured, the rest as forecast; a gap takes what was expected at midnight. */
  const todayHours = (): readonly BandPoint[] | null => {
    const atMidnight = issuedFor(today)?.points;
    const past = measuredToday.flatMap(({ at, value }) => {
      const guess = within(atMidnight, at, at + 1);
      return value === null ? guess : [{ at, p10: value, p50: value, p90: value }];
    });
    return whole([...past, ...within(latest?.points, hour, tomorrow)], today, tomorrow);
  };
  const bandOrNull = (of: readonly BandPoint[] | null) => (of === null ? null : energyBandKwh(of));
  const expectedDay = whole(expected, yesterday, today);
  return {
    siteId: site.id,
    kind,
    issuedAt: latest?.issuedAt ?? null,
    stepMs: latest?.stepMs ?? HOUR_MS,
    modelVersion: latest?.version ?? null,
    servedBy: latest?.servedBy ?? 'none',
    servedBecause:
      latest?.because ??
      (newest === undefined ? deps.whyNone : 'The last forecast has run out and no newer one was issued.'),
    points: [...points],
    measured: [...measuredToday],
    yesterday: {
      issuedAt: before?.issuedAt ?? null,
      expected: [...expected],
      measured: [...measuredYesterday],
      expectedKwh: expectedDay === null ? null : energyBandKwh(expectedDay).p50,
      measuredKwh: energyKwh(measuredYesterday),
    },
    accuracy: {
      days: card?.test.days ?? 0,
      model: card?.metrics.model ?? null,
      seasonalNaive: card?.metrics.seasonalNaive ?? null,
      physical: card?.metrics.physical ?? null,
      skillByLead: [...(card?.metrics.skillByLead ?? [])],
    },
    todayKwh: bandOrNull(todayHours()),
    tomorrowKwh: bandOrNull(whole(within(latest?.points, tomorrow, dayAfter), tomorrow, dayAfter)),
  };
};

export const buildBatteryProjection = (
  store: Store,
  site: Site,
  settings: SiteSettings,
  now: number,
): BatteryProjection => {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const newest = store.forecasts.latest(site.id, 'soc');
  const soc = (newest?.points ?? []).filter((point) => point.at >= hour);
  return {
    siteId: site.id,
    issuedAt: soc.length > 0 ? (newest?.issuedAt ?? null) : null,
    stepMs: newest?.stepMs ?? HOUR_MS,
    capacityKwh: settings.batteryCapacityKwh,
    minimumPct: settings.minimumSocPct,
    soc,
    measured: [...measuredPoints(store, site.id, 'site:soc', 'socPct', hour - 24 * HOUR_MS, hour)],
  };
};
