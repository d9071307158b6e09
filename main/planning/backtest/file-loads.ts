import { DateTime } from 'luxon';
import type { RawLoad } from '../problem-fields.ts';
import type { SimLoad, SimTimes } from './types.ts';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MIDNIGHT = '00:00';
const DAY_MINUTES = 24 * 60;

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Minutes by the clock; changes of the clock are left aside. */
const lengthOf = (times: SimTimes): number => {
  if (times.kind === 'once') return (times.toAt - times.fromAt) / 60_000;
  const length = minuteOf(times.to) - minuteOf(times.from);
  return length > 0 ? length : length + DAY_MINUTES;
};

const timesOf = (raw: RawLoad, name: string, zone: string): SimTimes | null | string => {
  const { earliest, latest } = raw;
  const given = [earliest, latest].filter((text) => text !== null);
  if (given.length === 0)
    return raw.runMinutes === null ? null : { kind: 'daily', from: MIDNIGHT, to: MIDNIGHT, days: [] };
  const daily = given.filter((text) => CLOCK.test(text)).length;
  if (daily === given.length) return { kind: 'daily', from: earliest ?? MIDNIGHT, to: latest ?? MIDNIGHT, days: [] };
  const [fromAt, toAt] = [earliest, latest].map((text) =>
    text === null || CLOCK.test(text) ? Number.NaN : DateTime.fromISO(text, { zone }).toMillis(),
  );
  if (fromAt === undefined || toAt === undefined || !(toAt > fromAt))
    return `${name} needs an earliest and a latest after it: both as times of the day such as 06:30, which repeat daily, or both as instants such as 2026-01-31T18:00:00+01:00.`;
  return { kind: 'once', fromAt, toAt };
};

/** A load of a site file, or a sentence about what is wrong with it. */
export const fileLoad = (raw: RawLoad, name: string, zone: string): SimLoad | string => {
  const times = timesOf(raw, name, zone);
  if (typeof times === 'string') return times;
  const common = {
    ...{ id: raw.id, name: raw.id, powerKw: raw.powerKw, times, maxStarts: raw.maxStarts, startCost: 0 },
    ...{ minRunMinutes: raw.minRunMinutes ?? 0, minPauseMinutes: raw.minPauseMinutes ?? 0 },
  };
  const { runMinutes } = raw;
  if (runMinutes === null) return { ...common, kind: 'value', valuePerKwh: raw.valuePerKwh ?? 0, priority: 1 };
  if (times !== null && runMinutes + common.minPauseMinutes > lengthOf(times))
    return `${name}.runMinutes is ${runMinutes} and does not fit between its earliest and latest with its pause: widen them or run it for less.`;
  if (common.minRunMinutes > runMinutes)
    return `${name}.minRunMinutes is ${common.minRunMinutes} and longer than runMinutes ${runMinutes}: shorten it.`;
  if (raw.maxStarts === 0) return `${name}.maxStarts is 0, so it could never run: allow a start or leave the load out.`;
  return { ...common, kind: 'run', runMinutes };
};
