import { DateTime } from 'luxon';
import type { Quality } from '../../preload/contract/base.ts';
import type { HistorySeries } from '../../preload/contract/insight.ts';
import type { DemoCalendar, DemoData } from '../devices/simulator/demo/types.ts';
import { channelId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { PriceRow, Rollup, RollupStep, Store, WeatherDay } from '../store/types.ts';
import { addLocalDays, localDate, startOfLocalDay } from '../zone.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const HISTORY_DAYS = 400;
const FINE_HOURS = 72;
const AHEAD_DAYS = 2;
/** Of the home's battery, whose real size is not published. */
const CAPACITY_KWH = 10;
/** One way; the counters gave 2,364 kWh back for 2,657 kWh taken. */
const ONE_WAY_EFFICIENCY = Math.sqrt(2364 / 2657);
const LOWEST_SOC_PCT = 10;
/** Import price = day-ahead price with 19 % VAT + grid fees, taxes and margin with VAT, EUR/kWh. */
const VAT = 1.19;
const ADDER_PER_KWH = 0.24;
const EXPORT_PER_KWH = 0.082;
const DEMO_PRICE_SOURCE = `demo: day-ahead of the measured day × ${VAT} + ${ADDER_PER_KWH} €/kWh`;
const DEMO_WEATHER_SOURCE = 'demo: Open-Meteo archive of the measured day';

const POWERS = ['pv', 'load', 'household', 'battery', 'grid'] as const satisfies readonly HistorySeries[];

export interface DemoHistory {
  readonly hours: number;
  readonly days: number;
  readonly from: number;
  readonly to: number;
}

const localDays = (from: number, until: number, timeZone: string): readonly { day: string; at: number }[] => {
  const days: { day: string; at: number }[] = [];
  for (let at = startOfLocalDay(from, timeZone); at < until; at = addLocalDays(at, 1, timeZone))
    days.push({ day: localDate(at, timeZone), at });
  return days;
};

/** Hourly prices of the demo for a span: the measured day's day-ahead prices, mapped as the powers are. */
export const demoPrices = (data: DemoData, timeZone: string, from: number, to: number): readonly PriceRow[] => {
  const calendar = data.calendar(timeZone);
  const perHour = HOUR_MS / data.stepMs;
  return localDays(from, to, timeZone).flatMap(({ day, at: dayAt }) => {
    const slots = calendar.slots(day, calendar.measuredDay(day));
    return slots.flatMap((slot, step): readonly PriceRow[] => {
      const at = dayAt + step * data.stepMs;
      if (step % perHour !== 0 || at < from || at >= to) return [];
      const dayAhead = data.priceAt(data.startAt + slot * data.stepMs);
      if (dayAhead === undefined) return [];
      const importPerKwh = dayAhead * VAT + ADDER_PER_KWH;
      return [{ at, stepMs: HOUR_MS, importPerKwh, exportPerKwh: EXPORT_PER_KWH, source: DEMO_PRICE_SOURCE }];
    });
  });
};

/** The demo's weather for the local days that touch a span. */
export const demoWeather = (data: DemoData, timeZone: string, from: number, to: number): readonly WeatherDay[] => {
  const calendar = data.calendar(timeZone);
  return localDays(from, to, timeZone).flatMap(({ day }) => {
    const weather = data.weather.get(calendar.measuredDay(day));
    return weather === undefined ? [] : [{ day, ...weather, source: DEMO_WEATHER_SOURCE }];
  });
};

type Columns = Readonly<Record<HistorySeries, Float64Array>>;

/** Every 10 minutes from the first day on with pv + grid = load + battery; NaN in a gap. The state of charge runs along. */
const samplesOf = (
  data: DemoData,
  calendar: DemoCalendar,
  days: readonly { readonly day: string; readonly at: number }[],
): Columns => {
  const slots = days.flatMap(({ day }) => calendar.slots(day, calendar.measuredDay(day)));
  const pick = (column: Float32Array): Float64Array => Float64Array.from(slots, (slot) => column[slot] ?? Number.NaN);
  const pv = pick(data.pvW);
  const load = pick(data.loadW);
  const battery = pick(data.batteryW);
  const stepHours = data.stepMs / HOUR_MS;
  let socPct = 50;
  const soc = battery.map((batteryW) => {
    if (Number.isNaN(batteryW)) return Number.NaN;
    const stored = batteryW > 0 ? batteryW * ONE_WAY_EFFICIENCY : batteryW / ONE_WAY_EFFICIENCY;
    const next = socPct + ((stored / 1000) * stepHours * 100) / CAPACITY_KWH;
    // The true size and start are unknown: at the rims the estimate waits for the counters to come back.
    socPct = Math.min(100, Math.max(LOWEST_SOC_PCT, next));
    return socPct;
  });
  const grid = pv.map((pvW, index) => (load[index] ?? Number.NaN) + (battery[index] ?? Number.NaN) - pvW);
  return { pv, load, household: load, battery, grid, soc };
};

/**
 * The samples of one column in [from, until) as a rollup, each weighted by its share of the interval (a quarter of an hour
 * holds one and a half); undefined where nothing was measured. `firstAt` is the time of the column's first sample.
 */
const rollupOf = (
  column: Float64Array,
  firstAt: number,
  sampleMs: number,
  into: { readonly seriesId: number; readonly from: number; readonly until: number; readonly power: boolean },
): Rollup | undefined => {
  const { seriesId, from, until, power } = into;
  let sum = 0;
  let coveredMs = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let index = Math.floor((from - firstAt) / sampleMs); firstAt + index * sampleMs < until; index += 1) {
    const value = column[index];
    if (value === undefined || Number.isNaN(value)) continue;
    const at = firstAt + index * sampleMs;
    const shareMs = Math.min(until, at + sampleMs) - Math.max(from, at);
    sum += value * shareMs;
    coveredMs += shareMs;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (coveredMs === 0) return undefined;
  const count = Math.round(coveredMs / MINUTE_MS);
  const mean = sum / coveredMs;
  const quality: Quality = power ? 'demo' : 'estimated';
  const energyKwh = power ? sum / HOUR_MS / 1000 : null;
  return { seriesId, at: from, mean, minimum, maximum, count, energyKwh, quality };
};

/**
 * Gives the demo's site a past: 400 days of hourly and daily rollups, 15 minutes for the last 72 h, daily weather, and
 * prices to 48 h ahead, all measured in other years and mapped onto this calendar. Fills only what is not there, so that
 * running it again (or after the demo has lived on) changes nothing that was recorded. Gaps stay gaps.
 */
export const fillDemoHistory = (deps: {
  readonly store: Store;
  readonly siteId: SiteId;
  readonly data: DemoData;
  readonly timeZone: string;
  readonly now: number;
  readonly log: Log;
}): Result<DemoHistory> => {
  const { store, siteId, data, timeZone, now, log } = deps;
  const from = addLocalDays(now, -HISTORY_DAYS, timeZone);
  const hoursUntil = Math.floor(now / HOUR_MS) * HOUR_MS;
  const daysUntil = startOfLocalDay(now, timeZone);
  const days = localDays(from, now, timeZone);
  const samples = samplesOf(data, data.calendar(timeZone), days);

  const intervals = (start: number, until: number, stepMs: number): readonly (readonly [number, number])[] =>
    Array.from({ length: Math.max(0, Math.floor((until - start) / stepMs)) }, (_, index) => [
      start + index * stepMs,
      start + (index + 1) * stepMs,
    ]);
  const fineFrom = hoursUntil - FINE_HOURS * HOUR_MS;
  const steps: readonly (readonly [RollupStep, readonly (readonly [number, number])[]])[] = [
    ['15min', intervals(fineFrom, Math.floor(now / QUARTER_MS) * QUARTER_MS, QUARTER_MS)],
    ['hour', intervals(from, hoursUntil, HOUR_MS)],
    [
      'day',
      days
        .filter(({ at }) => at < daysUntil)
        .map(({ at }): readonly [number, number] => [at, addLocalDays(at, 1, timeZone)]),
    ],
  ];
  try {
    const written = store.transaction(() => {
      const counts: Record<RollupStep, number> = { '15min': 0, hour: 0, day: 0 };
      const names: readonly HistorySeries[] = [...POWERS, 'soc'];
      const series = names.map((name) => ({
        name,
        id: store.series.idOf({
          siteId,
          deviceId: '',
          channelId: channelId(`site:${name}`),
          metric: name === 'soc' ? 'socPct' : 'powerW',
        }),
      }));
      for (const [step, spans] of steps) {
        for (const { name, id } of series) {
          const there = new Set(store.rollups.range(step, id, from, now).map((row) => row.at));
          const rows = spans.flatMap(([start, until]): readonly Rollup[] => {
            if (there.has(start)) return [];
            const into = { seriesId: id, from: start, until, power: name !== 'soc' };
            const row = rollupOf(samples[name], from, data.stepMs, into);
            return row === undefined ? [] : [row];
          });
          store.rollups.write(step, rows);
          counts[step] = Math.max(counts[step], rows.length);
        }
      }
      const ahead = addLocalDays(now, AHEAD_DAYS + 1, timeZone);
      store.weather.upsert(siteId, demoWeather(data, timeZone, from, ahead));
      const priced = new Set(store.prices.range(siteId, from, ahead).map((row) => row.at));
      const missing = demoPrices(data, timeZone, from, ahead).filter((row) => !priced.has(row.at));
      store.prices.upsert(siteId, missing);
      return counts;
    });
    const filled: DemoHistory = { hours: written.hour, days: written.day, from, to: hoursUntil };
    log.info('Demo history filled with measurements of other years, mapped onto this calendar', {
      hours: filled.hours,
      days: filled.days,
      from: DateTime.fromMillis(from, { zone: timeZone }).toISODate(),
    });
    return ok(filled);
  } catch (thrown) {
    return permanent(
      'demo.history',
      `The demo's history could not be written: ${messageOf(thrown)}.`,
      'Check that the data folder can be written and that the disk is not full.',
    );
  }
};
