import type { PlannedLoad } from '../../../../preload/contract/plan-settings.ts';
import { addDays, instantOf, localParts, startOfDay } from '../../../format/time.ts';

/** A span in which a load has to do its part; its end is the deadline. */
export interface Deadline {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

const MINUTE = 60_000;
const minutesOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
};

/** The instant at which the wall clock of a day shows so many minutes, on days of 23 and 25 hours too. */
const clockOn = (day: number, minutes: number, zone: string): number => {
  const { year, month, day: date } = localParts(day, zone);
  return instantOf(zone, year, month, date, Math.floor(minutes / 60)) + (minutes % 60) * MINUTE;
};

const weekdayOf = (at: number, zone: string): number => {
  const { year, month, day } = localParts(at, zone);
  return ((new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7) + 1;
};

/** The deadlines of a load between two instants; loads without one have none. */
export const deadlinesOf = (load: PlannedLoad, from: number, to: number, zone: string): Deadline[] => {
  const { wish } = load;
  if (wish.kind !== 'run' && wish.kind !== 'energy') return [];
  const begins = minutesOf(wish.from);
  const ends = minutesOf(wish.to);
  const over = ends <= begins;
  const found: Deadline[] = [];
  for (let day = addDays(startOfDay(from, zone), -1, zone); day < to; day = addDays(day, 1, zone)) {
    if (wish.days.length > 0 && !wish.days.includes(weekdayOf(day, zone))) continue;
    const last = over ? addDays(day, 1, zone) : day;
    const span = { from: clockOn(day, begins, zone), to: clockOn(last, ends, zone), by: wish.to };
    if (span.to > from && span.from < to) found.push(span);
  }
  return found;
};
