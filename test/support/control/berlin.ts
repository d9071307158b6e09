/** The local time of the tests' home, from the platform's own table of zones: the product has another one. */
const FORMAT = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Berlin',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
});
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const known = new Map<number, number>();

/** How far local time is ahead of UTC. The clocks change on the hour, so that one look an hour is enough. */
const aheadMs = (at: number): number => {
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  const found = known.get(hour);
  if (found !== undefined) return found;
  const parts = FORMAT.formatToParts(hour);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'));
  known.set(hour, local - hour);
  return local - hour;
};

/** The moment at which the local day began: its clock may have been changed since. */
export const midnightOf = (at: number): number => {
  const local = at + aheadMs(at);
  const wall = local - (local % DAY_MS);
  const guess = wall - aheadMs(at);
  return wall - aheadMs(guess);
};

/** Minute of the local day, and the weekday as ISO 8601 counts. */
export const wallClock = (at: number): { readonly minute: number; readonly weekday: number } => {
  const local = at + aheadMs(at);
  // The first of January 1970 was a Thursday.
  return {
    minute: Math.floor((local % DAY_MS) / 60_000),
    weekday: ((Math.floor(local / DAY_MS) + 3) % 7) + 1,
  };
};
