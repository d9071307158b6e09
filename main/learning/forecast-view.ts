import { energyBandKwh } from '../../models/calibration/energy-band.ts';
import type { SiteSettings } from '../../preload/contract/house.ts';
import type {
  BandPoint,
  BatteryProjection,
  ForecastKind,
  ForecastMetrics,
  ForecastView,
  Point,
} from '../../preload/contract/insight.ts';
import type { ModelErrors } from '../../preload/contract/models.ts';
import type { Site } from '../../preload/contract/site.ts';
import { channelId, type SiteId } from '../ids.ts';
import type { Store, StoredForecast } from '../store/types.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import type { Card } from './card.ts';
import { HORIZON_HOURS } from './kinds.ts';
import { measuredHours } from './measured-hours.ts';
import type { ForecastOutlook } from './types.ts';
import { unitOfKind } from './unit-of-kind.ts';

const HOUR_MS = 3_600_000;
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

/** Hourly values of a kind in [from, to) as they were measured; null marks a gap, which a suspect hour is too. */
const measuredOf = (store: Store, id: SiteId, kind: ForecastKind, from: number, to: number): readonly Point[] => {
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const count = Math.max(0, Math.floor((to - first) / HOUR_MS));
  const { values } = measuredHours(store, id, kind, first, count);
  return Array.from(values, (value, index) => ({
    at: first + index * HOUR_MS,
    value: Number.isNaN(value) ? null : value,
  }));
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

/** The last hour of each span of lead times that is reported. */
const LEADS: Readonly<Record<string, number>> = {
  '1': 1,
  '2-3': 3,
  '4-6': 6,
  '7-12': 12,
  '13-18': 18,
  '19-24': 24,
  '25+': 72,
};

const errorsOf = (errors: ModelErrors | null | undefined): ForecastMetrics | null => {
  if (!errors) return null;
  const { rmse, mae, nrmsePct, r2, coveragePct, count } = errors;
  return { rmse, mae, nrmsePct, r2, coveragePct, count };
};

/** The newest forecast as far as it still lies ahead; one that has run out is no forecast, and is not shown as one. */
const aheadOf = (store: Pick<Store, 'forecasts'>, id: SiteId, kind: ForecastKind, now: number, hours: number) => {
  const newest = store.forecasts.latest(id, kind);
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const points = within(newest?.points, hour, hour + hours * HOUR_MS);
  const latest: StoredForecast | undefined = points.length > 0 ? newest : undefined;
  const because = (whyNone: string): string =>
    latest?.because ?? (newest === undefined ? whyNone : 'The last forecast has run out and no newer one was issued.');
  return { latest, points, because };
};

/** What is forecast, and nothing else. */
export const buildForecastOutlook = (deps: {
  readonly store: Pick<Store, 'forecasts'>;
  readonly siteId: SiteId;
  readonly kind: ForecastKind;
  readonly now: number;
  readonly whyNone: string;
}): ForecastOutlook => {
  const { store, siteId, kind, now, whyNone } = deps;
  const { latest, points, because } = aheadOf(store, siteId, kind, now, HORIZON_HOURS);
  return { issuedAt: latest?.issuedAt ?? null, servedBecause: because(whyNone), points: [...points] };
};

export const buildForecastView = (deps: {
  readonly store: Store;
  readonly site: Site;
  readonly kind: ForecastKind;
  readonly hours: 24 | 48 | 72;
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

  const { latest, points, because } = aheadOf(store, site.id, kind, now, hours);
  const issuedFor = (midnight: number): StoredForecast | undefined => {
    const found = store.forecasts.issuedBefore(site.id, kind, midnight);
    return found !== undefined && found.issuedAt >= midnight - 24 * HOUR_MS ? found : undefined;
  };
  const before = issuedFor(yesterday);
  const expected = within(before?.points, yesterday, today);
  const measuredYesterday = measuredOf(store, site.id, kind, yesterday, today);
  const measuredToday = measuredOf(store, site.id, kind, today, hour);

  /** Hours of today that are over count as measured, the rest as forecast; a gap takes what was expected at midnight. */
  const todayHours = (): readonly BandPoint[] | null => {
    const atMidnight = issuedFor(today)?.points;
    const past = measuredToday.flatMap(({ at, value }) => {
      const guess = within(atMidnight, at, at + 1);
      return value === null ? guess : [{ at, p10: value, p50: value, p90: value }];
    });
    return whole([...past, ...within(latest?.points, hour, tomorrow)], today, tomorrow);
  };
  // The hours of a price do not add up to energy.
  const bandOrNull = (of: readonly BandPoint[] | null) => (of === null || kind === 'price' ? null : energyBandKwh(of));
  const expectedDay = whole(expected, yesterday, today);
  return {
    siteId: site.id,
    kind,
    unit: unitOfKind(kind, site.currency),
    issuedAt: latest?.issuedAt ?? null,
    stepMs: latest?.stepMs ?? HOUR_MS,
    modelVersion: latest?.version ?? null,
    servedBy: latest?.servedBy ?? 'none',
    servedBecause: because(deps.whyNone),
    points: [...points],
    measured: [...measuredToday],
    yesterday: {
      issuedAt: before?.issuedAt ?? null,
      expected: [...expected],
      measured: [...measuredYesterday],
      expectedKwh: bandOrNull(expectedDay)?.p50 ?? null,
      measuredKwh: kind === 'price' ? null : energyKwh(measuredYesterday),
    },
    accuracy: {
      days: card?.judged.days ?? 0,
      model: errorsOf(card?.judged.errors.model),
      seasonalNaive: errorsOf(card?.judged.errors.naive),
      baseline: errorsOf(card?.judged.errors.baseline),
      skillByLead: (card?.judged.byLead ?? []).flatMap(({ leadHours, skillPct }) =>
        skillPct === null ? [] : [{ leadHours: LEADS[leadHours] ?? 0, skillPct }],
      ),
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
