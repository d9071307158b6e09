import type { HourFrame } from '../features/frame.ts';

export interface DayProfilesOptions {
  /** How many similar days count. */
  readonly neighbours?: number;
  /** Days before the origin that are compared. */
  readonly days?: number;
  /** How far back similar days are looked for. */
  readonly mostDaysBack?: number;
  /** Added to the distance (in mean squared spreads) where one of both days is a Saturday or Sunday and the other not. */
  readonly weekendDistance?: number;
}

/** Where each local hour stands in the frame, [days × 24]; −1 where there is none. Says nothing of any value. */
interface LocalHours {
  readonly firstDay: number;
  readonly index: Int32Array;
}
/** By the calendar of a frame, which frames of the same hours share. */
const localHoursByCalendar = new WeakMap<HourFrame['day'], LocalHours>();

const localHoursOf = (frame: HourFrame): LocalHours => {
  const kept = localHoursByCalendar.get(frame.day);
  if (kept !== undefined) return kept;
  const firstDay = frame.day[0] ?? 0;
  const days = (frame.day[frame.hours - 1] ?? firstDay) - firstDay + 1;
  const index = new Int32Array(days * 24).fill(-1);
  for (let each = frame.hours - 1; each >= 0; each -= 1)
    index[((frame.day[each] ?? 0) - firstDay) * 24 + (frame.hour[each] ?? 0)] = each;
  const made = { firstDay, index };
  localHoursByCalendar.set(frame.day, made);
  return made;
};

/** Whether a local day (days since 1970-01-01, a Thursday) is a Saturday or Sunday. */
const isWeekend = (day: number): boolean => (day + 3) % 7 >= 5;

interface Neighbour {
  readonly daysBack: number;
  readonly distance: number;
}

/**
 * Earlier days whose hours before the same local hour were like those before the origin, nearest first. Each local hour is
 * measured in its own spread, so that quiet hours say as much as loud ones.
 */
const neighboursOf = (
  frame: HourFrame,
  origin: number,
  slot: number,
  valueAt: (slot: number) => number,
  options: Required<DayProfilesOptions>,
): readonly Neighbour[] => {
  const hours = options.days * 24;
  const most = Math.max(0, Math.min(options.mostDaysBack, Math.floor((slot - 1) / 24)));
  const own = Float64Array.from({ length: hours }, (_, back) => valueAt(slot - 1 - back));
  const distance = new Float64Array(most + 1);
  const compared = new Int32Array(most + 1);
  for (let back = 0; back < hours; back += 1) {
    const mine = own[back] ?? Number.NaN;
    if (Number.isNaN(mine)) continue;
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let daysBack = 1; daysBack <= most; daysBack += 1) {
      const value = valueAt(slot - 1 - back - daysBack * 24);
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
      squares += value * value;
    }
    const variance = squares / count - (sum / count) ** 2;
    const precision = variance > 1e-9 * (squares / count) ? 1 / variance : 0;
    for (let daysBack = 1; daysBack <= most; daysBack += 1) {
      const value = valueAt(slot - 1 - back - daysBack * 24);
      if (Number.isNaN(value)) continue;
      distance[daysBack] = (distance[daysBack] ?? 0) + (value - mine) ** 2 * precision;
      compared[daysBack] = (compared[daysBack] ?? 0) + 1;
    }
  }
  const today = frame.day[origin] ?? 0;
  const found: Neighbour[] = [];
  for (let daysBack = 1; daysBack <= most; daysBack += 1) {
    const number = compared[daysBack] ?? 0;
    if (number < hours / 2) continue;
    const apart = isWeekend(today - daysBack) === isWeekend(today) ? 0 : options.weekendDistance;
    found.push({ daysBack, distance: (distance[daysBack] ?? 0) / number + apart });
  }
  return found.sort((one, two) => one.distance - two.distance);
};

/**
 * What followed on the days that were most like the last ones: for each hour from the origin on the mean over the nearest
 * days of which that hour is known, nearer days counting more; NaN where none is. Any origin, gaps allowed; reads nothing
 * at or after the origin.
 */
export const dayProfiles = (
  frame: HourFrame,
  origin: number,
  horizon: number,
  options: DayProfilesOptions = {},
): Float64Array => {
  const { firstDay, index } = localHoursOf(frame);
  const valueAt = (slot: number): number => {
    const at = slot < 0 ? -1 : (index[slot] ?? -1);
    return at < 0 || at >= origin ? Number.NaN : (frame.values[at] ?? Number.NaN);
  };
  const slotOf = (at: number): number => ((frame.day[at] ?? 0) - firstDay) * 24 + (frame.hour[at] ?? 0);
  const settings = { neighbours: 10, days: 1, mostDaysBack: 400, weekendDistance: 0, ...options };
  const near = neighboursOf(frame, origin, slotOf(origin), valueAt, settings);
  const out = new Float64Array(horizon).fill(Number.NaN);
  for (let lead = 0; lead < horizon && origin + lead < frame.hours; lead += 1) {
    const slot = slotOf(origin + lead);
    let sum = 0;
    let total = 0;
    let used = 0;
    for (const { daysBack, distance } of near) {
      const value = valueAt(slot - daysBack * 24);
      if (Number.isNaN(value)) continue;
      const weight = 1 / (Math.sqrt(distance) + 0.05);
      sum += weight * value;
      total += weight;
      used += 1;
      if (used >= settings.neighbours) break;
    }
    if (total > 0) out[lead] = sum / total;
  }
  return out;
};
