import { IANAZone } from 'luxon';
import { addLocalDays, localDate, localWeekday, startOfLocalDay } from '../../zone.ts';
import type { Past, RawSeries } from './types.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const QUARTER_MS = 900_000;
const SATURDAY = 6;
/** A gap is filled from so many days before it, at the same time of the day. */
const FILL_DAYS = 7;

/** Fills gaps from earlier days at the same time, else with the value before: never from what came later, unless nothing came before. */
const filled = (values: Float64Array, perDay: number): Float64Array => {
  const known = Float64Array.from(values);
  const first = known.findIndex((value) => !Number.isNaN(value));
  const start = first < 0 ? 0 : (known[first] ?? 0);
  for (let step = 0; step < known.length; step += 1) {
    if (!Number.isNaN(known[step] ?? Number.NaN)) continue;
    let sum = 0;
    let count = 0;
    for (let back = 1; back <= FILL_DAYS && step - back * perDay >= 0; back += 1) {
      sum += known[step - back * perDay] ?? 0;
      count += 1;
    }
    known[step] = count > 0 ? sum / count : step > 0 ? (known[step - 1] ?? start) : start;
  }
  return known;
};

/** Brings measurements into the shape in which they are played. `from` and `to` are UTC ms; what lies before is history. */
export const pastOf = (raw: RawSeries, zone: string, span: { readonly from: number; readonly to: number }): Past => {
  const { startAt, stepMs } = raw;
  const steps = raw.loadKw.length;
  const clamp = (at: number): number => Math.min(steps, Math.max(0, Math.ceil((at - startAt) / stepMs)));
  const perDay = Math.round((24 * HOUR_MS) / stepMs);
  const iana = IANAZone.create(zone);
  const day = new Int32Array(steps);
  const slot = new Int32Array(steps);
  const days: Past['days'][number][] = [];
  for (let from = 0; from < steps; ) {
    const at = startAt + from * stepMs;
    const to = Math.min(steps, Math.max(from + 1, Math.ceil((addLocalDays(at, 1, zone) - startAt) / stepMs)));
    const midnight = startOfLocalDay(at, zone);
    const midnightOffset = iana.offset(midnight);
    let offset = midnightOffset;
    for (let step = from; step < to; step += 1) {
      day[step] = days.length;
      const now = startAt + step * stepMs;
      // Clocks change with a full quarter at the earliest, and asking is slow.
      if (step === from || now % QUARTER_MS < stepMs) offset = iana.offset(now);
      const clockMs = now - midnight + (offset - midnightOffset) * MINUTE_MS;
      slot[step] = Math.min(perDay - 1, Math.max(0, Math.floor(clockMs / stepMs)));
    }
    days.push({ month: localDate(at, zone).slice(0, 7), weekend: localWeekday(at, zone) >= SATURDAY, from, to });
    from = to;
  }
  const loadKw = filled(raw.loadKw, perDay);
  return {
    ...raw,
    zone,
    steps,
    first: clamp(span.from),
    end: clamp(span.to),
    hours: stepMs / HOUR_MS,
    measured: Uint8Array.from(raw.loadKw, (load, step) =>
      Number.isNaN(load) || Number.isNaN(raw.importPrice[step] ?? Number.NaN) ? 0 : 1,
    ),
    loadKw: loadKw.map((value) => Math.max(0, value)),
    pvKw: filled(raw.pvKw, perDay).map((value) => Math.max(0, value)),
    importPrice: filled(raw.importPrice, perDay),
    exportPrice: filled(raw.exportPrice, perDay),
    carbonG: raw.carbonG === null ? null : filled(raw.carbonG, perDay),
    day,
    slot,
    slotsPerDay: perDay,
    days,
  };
};
