import type { HourFrame } from '../features/frame.ts';
import type { Envelope } from './envelope.ts';

/**
 * What followed on the days whose sky was most like that of the last 24 hours: nearest neighbours on clearness by hour
 * (Yakowitz 1987), so that a winter's day can teach a summer's one. Reads nothing at or after the origin.
 */

const DAY = 24;
const YEAR_DAYS = 365.2425;
const MOST_DAYS_BACK = 400;
const NEIGHBOURS = 30;
const LEAST_NEIGHBOURS = 5;
/** A day so many days away in the year is as far as one that differs by about a fifth in clearness. */
const SEASON_DAYS = 60;
const SEASON_WEIGHT = 0.07;
const MOST_CLEARNESS = 1.4;
const LEAST_SHARE = 0.03;

/** Clearness of `horizon` hours from the origin on; NaN where no similar day tells. */
export const analogueClearness = (
  frame: HourFrame,
  origin: number,
  horizon: number,
  envelope: Envelope,
): Float64Array => {
  const out = new Float64Array(horizon).fill(Number.NaN);
  const days = Math.min(MOST_DAYS_BACK, Math.floor(origin / DAY) - 1);
  if (days < LEAST_NEIGHBOURS) return out;
  const least = LEAST_SHARE * envelope.peak;
  const first = origin - (days + 1) * DAY;
  const could = Float64Array.from({ length: origin - first }, (_, place) => envelope.clear(first + place));
  const clearness = could.map((most, place) => {
    const value = frame.values[first + place] ?? Number.NaN;
    return most <= 0 ? Number.NaN : Math.min(MOST_CLEARNESS, Math.max(0, value / Math.max(most, least)));
  });
  const near: { readonly day: number; readonly distance: number }[] = [];
  for (let day = 0; day < days; day += 1) {
    let sum = 0;
    let weights = 0;
    for (let hour = 0; hour < DAY; hour += 1) {
      const one = clearness[days * DAY + hour] ?? Number.NaN;
      const other = clearness[day * DAY + hour] ?? Number.NaN;
      if (Number.isNaN(one) || Number.isNaN(other)) continue;
      const weight = could[days * DAY + hour] ?? 0;
      sum += weight * (one - other) ** 2;
      weights += weight;
    }
    if (weights <= 0) continue;
    const ago = (days - day) % YEAR_DAYS;
    const season = Math.min(ago, YEAR_DAYS - ago) / SEASON_DAYS;
    near.push({ day, distance: sum / weights + SEASON_WEIGHT * season * season });
  }
  near.sort((one, other) => one.distance - other.distance);
  for (let lead = 0; lead < horizon; lead += 1) {
    let sum = 0;
    let weights = 0;
    let used = 0;
    for (const { day, distance } of near) {
      const value = clearness[(day + 1) * DAY + lead] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const weight = 1 / (Math.sqrt(distance) + 0.15);
      sum += weight * value;
      weights += weight;
      used += 1;
      if (used >= NEIGHBOURS) break;
    }
    if (used >= LEAST_NEIGHBOURS) out[lead] = sum / weights;
  }
  return out;
};
