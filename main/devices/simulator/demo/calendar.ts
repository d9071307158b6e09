import { DateTime } from 'luxon';
import type { DemoCalendar } from './types.ts';

const DAY_MS = 86_400_000;
/** 52 weeks: weekdays stay where they are. */
const YEAR_DAYS = 364;
/** How far a complete day of the same weekday is looked for. */
const REPLACEMENT_WEEKS = 12;

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
const dayOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

interface MeasuredSpan {
  readonly timeZone: string;
  readonly startAt: number;
  readonly stepMs: number;
  readonly slots: number;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Whether a slot of the columns holds a measurement. */
  isMeasured(slot: number): boolean;
}

/** The calendar of `timeZone` over the measured span. Wall time is kept, whatever daylight saving does on either side. */
export const createDemoCalendar = (span: MeasuredSpan, timeZone: string): DemoCalendar => {
  const first = numberOf(span.firstDay);
  const last = numberOf(span.lastDay);
  const complete = new Map<string, boolean>();

  const wallSlot = (day: string, hour: number, minute: number): number => {
    const [year, month, date] = day.split('-').map(Number);
    const parts = { year: year ?? 0, month: month ?? 1, day: date ?? 1, hour, minute };
    const at = DateTime.fromObject(parts, { zone: span.timeZone }).toMillis();
    const slot = Math.floor((at - span.startAt) / span.stepMs);
    return Math.min(span.slots - 1, Math.max(0, slot));
  };
  const lengthMs = (day: string, zone: string): number => {
    const start = DateTime.fromISO(day, { zone });
    return start.plus({ days: 1 }).toMillis() - start.toMillis();
  };
  const slots: DemoCalendar['slots'] = (day, measured) => {
    const spanMs = lengthMs(day, timeZone);
    const count = Math.round(spanMs / span.stepMs);
    if (spanMs === DAY_MS && lengthMs(measured, span.timeZone) === DAY_MS) {
      const from = wallSlot(measured, 0, 0);
      return Array.from({ length: count }, (_, step) => Math.min(span.slots - 1, from + step));
    }
    const start = DateTime.fromISO(day, { zone: timeZone });
    return Array.from({ length: count }, (_, step) => {
      const local = start.plus({ milliseconds: step * span.stepMs });
      return wallSlot(measured, local.hour, local.minute);
    });
  };
  const measuredDay = (day: string): string => {
    const number = numberOf(day);
    const beyondLast = Math.ceil((number - last) / YEAR_DAYS);
    const back = number - Math.max(1, beyondLast) * YEAR_DAYS;
    // A day before the data takes the first year that reaches it; the demo never shows one.
    return dayOf(back < first ? back + Math.ceil((first - back) / YEAR_DAYS) * YEAR_DAYS : back);
  };
  const isComplete = (measured: string): boolean => {
    const known = complete.get(measured);
    if (known !== undefined) return known;
    const from = wallSlot(measured, 0, 0);
    const until = from + Math.round(lengthMs(measured, span.timeZone) / span.stepMs);
    let all = true;
    for (let slot = from; slot < Math.min(until, span.slots); slot += 1) all &&= span.isMeasured(slot);
    complete.set(measured, all);
    return all;
  };
  const completeDay = (day: string): string => {
    const measured = measuredDay(day);
    const number = numberOf(measured);
    for (let weeks = 0; weeks <= REPLACEMENT_WEEKS; weeks += 1)
      for (const other of [number - weeks * 7, number + weeks * 7])
        if (other >= first && other <= last && isComplete(dayOf(other))) return dayOf(other);
    return measured;
  };
  return { timeZone, measuredDay, completeDay, slots };
};
