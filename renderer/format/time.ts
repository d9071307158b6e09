/**
 * Times at the edge: UTC milliseconds in, text in the site's IANA zone out. A local day has 23, 24 or 25 hours and
 * nothing here assumes otherwise.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatIn = (zone: string, name: string, options: Intl.DateTimeFormatOptions, locale?: string) => {
  const key = `${locale ?? ''}/${zone}/${name}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  formats.set(key, format);
  return format;
};

/** Two digits on a 24-hour clock, one where the locale counts to twelve. */
const hourStyle = (locale: string | undefined): '2-digit' | 'numeric' =>
  formatIn('UTC', 'style', { hour: 'numeric' }, locale).resolvedOptions().hour12 ? 'numeric' : '2-digit';

/** 13:42 or 1:42 PM, as the locale has it. */
export const clock = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'clock', { hour: hourStyle(locale), minute: '2-digit' }, locale).format(at);

/** 13:42:08. */
export const clockSeconds = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'seconds', { hour: hourStyle(locale), minute: '2-digit', second: '2-digit' }, locale).format(at);

/** Thu 18 Jun. */
export const day = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'day', { weekday: 'short', day: 'numeric', month: 'short' }, locale).format(at);

/** 18 June 2026. */
export const fullDay = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'full', { day: 'numeric', month: 'long', year: 'numeric' }, locale).format(at);

/** June 2026. */
export const monthName = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'month', { month: 'long', year: 'numeric' }, locale).format(at);

/** 18 Jun, for the axes. */
export const shortDay = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'short', { day: 'numeric', month: 'short' }, locale).format(at);

/** 13 or 1 PM, for the axes. */
export const hourName = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'hour', { hour: hourStyle(locale) }, locale).format(at);

/** Jun, for the axes of a year. */
export const shortMonth = (at: number, zone: string, locale?: string): string =>
  formatIn(zone, 'shortMonth', { month: 'short' }, locale).format(at);

/** Today: 13:42. Another day: Thu 18 Jun, 13:42. */
export const moment = (at: number, now: number, zone: string, locale?: string): string =>
  sameDay(at, now, zone) ? clock(at, zone, locale) : `${day(at, zone, locale)}, ${clock(at, zone, locale)}`;

/** Today: 13:42. Another day of the week: Fri 13:42. */
export const soon = (at: number, now: number, zone: string, locale?: string): string =>
  sameDay(at, now, zone)
    ? clock(at, zone, locale)
    : `${formatIn(zone, 'weekday', { weekday: 'short' }, locale).format(at)} ${clock(at, zone, locale)}`;

export interface LocalParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The wall clock of a zone at an instant; months count from 1. */
export const localParts = (at: number, zone: string): LocalParts => {
  const found = new Map<string, number>();
  const format = formatIn(
    zone,
    'parts',
    {
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
    'en-GB',
  );
  for (const part of format.formatToParts(at)) found.set(part.type, Number(part.value));
  const of = (name: string): number => found.get(name) ?? 0;
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
};

/** Zone offset in ms at an instant: local wall clock minus UTC. */
const offsetAt = (at: number, zone: string): number => {
  const p = localParts(at, zone);
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(at / 1000) * 1000;
};

/** The instant at which a zone's wall clock shows this time; a time that a clock change skips moves later. */
export const instantOf = (zone: string, year: number, month: number, dayOfMonth: number, hour = 0): number => {
  const wall = Date.UTC(year, month - 1, dayOfMonth, hour);
  const first = wall - offsetAt(wall, zone);
  return wall - offsetAt(first, zone);
};

export const startOfDay = (at: number, zone: string): number => {
  const p = localParts(at, zone);
  return instantOf(zone, p.year, p.month, p.day);
};

/** Local midnight so many days later; days of 23 and 25 hours are counted as one. */
export const addDays = (at: number, days: number, zone: string): number => {
  const p = localParts(at, zone);
  return instantOf(zone, p.year, p.month, p.day + days);
};

export const sameDay = (a: number, b: number, zone: string): boolean => startOfDay(a, zone) === startOfDay(b, zone);

/** An age or a span in the two largest units that matter: 4 s, 14 min, 4 min 12 s, 2 h 5 min, 3 d. */
export const span = (ms: number, fine = false): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return fine && seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
};

/** How long something took: 82 ms, 0.8 s, 41.2 s, 3 min. */
export const took = (ms: number): string => {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return span(ms, true);
};

/** Time left as m:ss, for a countdown; never negative. */
export const timeLeft = (until: number, now: number): string => {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
};
