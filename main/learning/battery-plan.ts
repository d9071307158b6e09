import { channelId, type SiteId } from '../ids.ts';
import { localHour } from '../zone.ts';
import type { Desk } from './desk.ts';
import { HORIZON_HOURS } from './kinds.ts';
import type { ForecastTask } from './protocol.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of common home batteries: half the capacity an hour, 90 % there and back. */
const CHARGE_W_PER_KWH = 500;
const ONE_WAY_EFFICIENCY = 0.95;
/** Flexible loads run as they lately did at that hour. */
const HABIT_DAYS = 7;

const seriesOf = ({ store }: Desk, id: SiteId, channel: string, metric: 'powerW' | 'socPct') =>
  store.series.find({ siteId: id, deviceId: '', channelId: channelId(channel), metric });

/** The newest state of charge of the last two hours, in per cent; null where none is known. */
const socNow = (desk: Desk, id: SiteId, now: number): number | null => {
  const { store } = desk;
  const seriesId = seriesOf(desk, id, 'site:soc', 'socPct');
  if (seriesId === undefined) return null;
  const reading = store.readings.latest(seriesId);
  if (reading !== undefined && reading.quality !== 'suspect' && now - reading.at < 15 * MINUTE_MS) return reading.value;
  const rows = [
    ...store.rollups.range('hour', seriesId, now - 2 * HOUR_MS, now),
    ...store.rollups.range('15min', seriesId, now - HOUR_MS, now),
  ];
  return rows.findLast((row) => row.quality !== 'suspect')?.mean ?? null;
};

/** What runs now beside the household, W; 0 where it is not measured. */
const flexibleNow = (desk: Desk, id: SiteId, now: number): number | null => {
  const newest = (channel: string): number | null => {
    const seriesId = seriesOf(desk, id, channel, 'powerW');
    const reading = seriesId === undefined ? undefined : desk.store.readings.latest(seriesId);
    return reading !== undefined && reading.quality !== 'suspect' && now - reading.at < 15 * MINUTE_MS
      ? reading.value
      : null;
  };
  const load = newest('site:load');
  const household = newest('site:household');
  return load === null || household === null ? null : Math.max(0, load - household);
};

/**
 * Flexible loads for the hours from the one that holds now on, W: what runs now for this hour, then what ran at that local
 * hour over the last week, since nobody has planned otherwise. The load forecast is the household's alone.
 */
const flexibleLoads = (desk: Desk, id: SiteId, zone: string, now: number): readonly number[] => {
  const first = Math.floor(now / HOUR_MS) * HOUR_MS;
  const means = (channel: string): ReadonlyMap<number, number> => {
    const seriesId = seriesOf(desk, id, channel, 'powerW');
    const rows =
      seriesId === undefined
        ? []
        : desk.store.rollups.range('hour', seriesId, first - HABIT_DAYS * 24 * HOUR_MS, first);
    return new Map(rows.flatMap((row) => (row.quality === 'suspect' ? [] : [[row.at, row.mean]])));
  };
  const household = means('site:household');
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  for (const [at, load] of means('site:load')) {
    const own = household.get(at);
    if (own === undefined) continue;
    const hour = Math.floor(localHour(at, zone)) % 24;
    sums[hour] = (sums[hour] ?? 0) + Math.max(0, load - own);
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return Array.from({ length: HORIZON_HOURS }, (_, index) => {
    const hour = Math.floor(localHour(first + index * HOUR_MS, zone)) % 24;
    const usual = (counts[hour] ?? 0) > 0 ? (sums[hour] ?? 0) / (counts[hour] ?? 1) : 0;
    return index === 0 ? (flexibleNow(desk, id, now) ?? usual) : usual;
  });
};

/** What the worker needs to project the battery; null where capacity or state of charge is not known. */
export const batteryPlan = (desk: Desk, id: SiteId, zone: string, now: number): ForecastTask['battery'] => {
  const settings = desk.settingsOf(id);
  const socPct = socNow(desk, id, now);
  const capacityKwh = settings.batteryCapacityKwh;
  if (socPct === null || capacityKwh === null || capacityKwh <= 0) return null;
  const powerW = capacityKwh * CHARGE_W_PER_KWH;
  return {
    socPct,
    flexibleW: flexibleLoads(desk, id, zone, now),
    limits: {
      capacityKwh,
      minimumSocPct: settings.minimumSocPct,
      maximumSocPct: 100,
      maxChargeW: powerW,
      maxDischargeW: powerW,
      oneWayEfficiency: ONE_WAY_EFFICIENCY,
    },
  };
};
