import { DateTime } from 'luxon';
import type { Quality } from '../../preload/contract/base.ts';
import type { HistorySeries } from '../../preload/contract/insight.ts';
import type { DemoCalendar, DemoData } from '../devices/simulator/demo/types.ts';
import { channelId, type SiteId } from '../ids.ts';
import type { Log } from '../log.ts';
import { messageOf, ok, permanent, type Result } from '../result.ts';
import type { PriceRow, Rollup, RollupStep, Store, WeatherDay } from '../store/types.ts';
import { addLocalDays, localDate, startOfLocalDay } from '../zone.ts';

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
export const DEMO_PRICE_SOURCE = `demo: day-ahead of the measured day × ${VAT} + ${ADDER_PER_KWH} €/kWh`;
export const DEMO_WEATHER_SOURCE = 'demo: Open-Meteo archive of the measured day';

const POWERS = ['pv', 'load', 'household', 'battery', 'grid'] as const satisfies readonly HistorySeries[];
type Sample = Readonly<Record<HistorySeries, number>>;

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

/** Every 10 minutes of the span with pv + grid = load + battery; undefined in a gap. The state of charge runs along. */
const samplesOf = (
  data: DemoData,
  calendar: DemoCalendar,
  days: readonly { readonly day: string; readonly at: number }[],
): ReadonlyMap<number, Sample> => {
  const samples = new Map<number, Sample>();
  const stepHours = data.stepMs / HOUR_MS;
  let socPct = 50;
  for (const { day, at: dayAt } of days) {
    calendar.slots(day, calendar.measuredDay(day)).forEach((slot, step) => {
      const pv = data.pvW[slot];
      const load = data.loadW[slot];
      const battery = data.batteryW[slot];
      if (pv === undefined || load === undefined || battery === undefined || Number.isNaN(pv + load + battery)) return;
      const stored = battery > 0 ? battery * ONE_WAY_EFFICIENCY : battery / ONE_WAY_EFFICIENCY;
      const next = socPct + ((stored / 1000) * stepHours * 100) / CAPACITY_KWH;
      // The true size and start are unknown: at the rims the estimate waits for the counters to come back.
      socPct = Math.min(100, Math.max(LOWEST_SOC_PCT, next));
      const grid = load + battery - pv;
      samples.set(dayAt + step * data.stepMs, { pv, load, household: load, battery, grid, soc: socPct });
    });
  }
  return samples;
};

/** Weighted mean of samples as a rollup; undefined where nothing was measured. */
const rollupOf = (
  parts: readonly { readonly sample: Sample | undefined; readonly weight: number }[],
  name: HistorySeries,
  into: { readonly seriesId: number; readonly at: number; readonly stepMs: number },
): Rollup | undefined => {
  let sum = 0;
  let weight = 0;
  let count = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    if (part.sample === undefined) continue;
    const value = part.sample[name];
    sum += value * part.weight;
    weight += part.weight;
    count += 1;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  if (count === 0) return undefined;
  const mean = sum / weight;
  const quality: Quality = name === 'soc' ? 'estimated' : 'demo';
  const energyKwh = name === 'soc' ? null : (mean / 1000) * weight * (into.stepMs / HOUR_MS);
  return { seriesId: into.seriesId, at: into.at, mean, minimum, maximum, count, energyKwh, quality };
};

/** The 10-minute samples that make up an interval, each with its share of the interval. */
const partsOf = (samples: ReadonlyMap<number, Sample>, from: number, until: number, stepMs: number) => {
  const parts: { sample: Sample | undefined; weight: number }[] = [];
  for (let at = Math.floor(from / stepMs) * stepMs; at < until; at += stepMs)
    parts.push({
      sample: samples.get(at),
      weight: (Math.min(until, at + stepMs) - Math.max(from, at)) / (until - from),
    });
  return parts;
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
        const parts = spans.map(([start, until]) => partsOf(samples, start, until, data.stepMs));
        for (const { name, id } of series) {
          const there = new Set(store.rollups.range(step, id, from, now).map((row) => row.at));
          const rows = spans.flatMap(([start, until], index): readonly Rollup[] => {
            if (there.has(start)) return [];
            const into = { seriesId: id, at: start, stepMs: until - start };
            const row = rollupOf(parts[index] ?? [], name, into);
            return row === undefined ? [] : [row];
          });
          store.rollups.write(step, rows);
          counts[step] = Math.max(counts[step], rows.length);
        }
      }
      const ahead = addLocalDays(now, AHEAD_DAYS + 1, timeZone);
      store.weather.upsert(siteId, demoWeather(data, timeZone, from, ahead));
      store.prices.upsert(siteId, demoPrices(data, timeZone, from, ahead));
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
