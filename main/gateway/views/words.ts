import { DateTime } from 'luxon';
import type { Measure } from '../../../preload/contract/base.ts';
import type { FlowLoad } from '../../../preload/contract/site.ts';

/** Small pieces of the sentences that the screens say. */

/** `a`, `a and b`, `a, b and c`, `a, b, c and 2 more`. */
export const listed = (names: readonly string[], most = 3): string => {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
};

/** A plain name such as `Water heater` takes an article inside a sentence; `Miner A` or `Mara's plug` stays a name. */
export const inSentence = (load: Pick<FlowLoad, 'name' | 'role'>): string => {
  const plain = load.role !== 'miner' && /^[A-Z][a-z]+( [a-z]+)*$/.test(load.name);
  return plain ? `the ${load.name.charAt(0).toLowerCase()}${load.name.slice(1)}` : load.name;
};

/** `40 s`, `14 min`, `3 h`, `2 days`. */
export const span = (spanMs: number): string => {
  const seconds = Math.max(0, Math.round(spanMs / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
};

/** `14:30` in the site's zone. */
export const clockTime = (at: number, timeZone: string): string =>
  DateTime.fromMillis(at, { zone: timeZone }).toFormat('HH:mm');

export const money = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount);

/** A value that may be looked at; null when it is stale or absent. */
export const seen = (measure: Measure): number | null =>
  measure.freshness === 'fresh' || measure.freshness === 'late' ? measure.value : null;
