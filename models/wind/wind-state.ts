import type { HourFrame } from '../features/frame.ts';
import { known } from '../features/lags.ts';
import { rollingHours } from '../features/rolling.ts';
import { hubWind, sourcesIn, type WindOutlook } from './hub-wind.ts';
import { curveShare } from './power-curve.ts';
import type { WindSite } from './wind-site.ts';

/** What the hours before an origin say, as shares of capacity: one of these serves all hours of a forecast. */
export interface WindState {
  /** The newest known hour and how long before the origin it ended, h. */
  readonly last: number;
  readonly lastAgeHours: number;
  readonly mean3h: number;
  readonly mean24h: number;
  readonly spread24h: number;
  readonly mean30d: number;
  /** By how much power was above what the curve makes of the forecast, newest hours and the day before. */
  readonly missedNow: number;
  readonly missedDay: number;
  /** Measured wind at the hub over 3 h less the forecast of those hours, m/s; 0 where nothing was measured. */
  readonly gustsAhead: number;
  /** Measured wind at the hub over 3 h, m/s; 0 where nothing was measured. */
  readonly measuredSpeed: number;
  /** Change of measured air pressure over 6 h, hPa; 0 where nothing was measured. */
  readonly pressureRise: number;
}

const LAST_WITHIN_HOURS = 14 * 24;
const NOW_FADE_HOURS = 4;
const DAY_HOURS = 24;
const MONTH_HOURS = 30 * 24;

const orElse = (value: number, otherwise: number): number => (Number.isNaN(value) ? otherwise : value);

const meanOf = (values: readonly number[]): number => {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.length === 0 ? Number.NaN : there.reduce((sum, value) => sum + value, 0) / there.length;
};

/** What the curve missed in the day before the origin, by forecasts that were there before it. */
const missed = (frame: HourFrame, origin: number, site: WindSite, outlook: WindOutlook) => {
  let day = 0;
  let days = 0;
  let now = 0;
  let nows = 0;
  for (let back = 1; back <= DAY_HOURS; back += 1) {
    const share = known(frame, origin, origin - back) / site.capacity;
    const error = share - curveShare(site.curve, outlook.ofHour(origin - back, 0).speed);
    if (Number.isNaN(error)) continue;
    day += error;
    days += 1;
    const weight = Math.exp((1 - back) / NOW_FADE_HOURS);
    now += weight * error;
    nows += weight;
  }
  // Drawn to 0 where few hours are known.
  return { missedDay: day / (days + 2), missedNow: now / (nows + 0.5) };
};

/** Measured weather before the origin, where the site has an anemometer or a barometer. */
const measured = (frame: HourFrame, origin: number, outlook: WindOutlook) => {
  const sources = sourcesIn([...frame.signals.keys()]);
  const signal = (name: string, index: number): number =>
    index < 0 || index >= origin ? Number.NaN : (frame.signals.get(name)?.[index] ?? Number.NaN);
  const speedAt = (index: number): number => hubWind(sources, (column) => signal(column, index)).speed;
  const backs = sources.length === 0 ? [] : [1, 2, 3];
  return {
    measuredSpeed: orElse(meanOf(backs.map((back) => speedAt(origin - back))), 0),
    gustsAhead: orElse(meanOf(backs.map((back) => speedAt(origin - back) - outlook.ofHour(origin - back, 0).speed)), 0),
    pressureRise: orElse(signal('pressureHpa', origin - 1) - signal('pressureHpa', origin - 7), 0),
  };
};

/** Null while nothing was measured for two weeks, or nothing was ever made. */
export const windState = (frame: HourFrame, origin: number, site: WindSite, outlook: WindOutlook): WindState | null => {
  const { capacity } = site;
  if (!(capacity > 0)) return null;
  let back = 1;
  while (back <= LAST_WITHIN_HOURS && Number.isNaN(known(frame, origin, origin - back))) back += 1;
  const last = known(frame, origin, origin - back) / capacity;
  if (Number.isNaN(last)) return null;
  const day = rollingHours(frame, origin, DAY_HOURS);
  const month = rollingHours(frame, origin, MONTH_HOURS);
  // A month of which little is known is drawn to all that is known.
  const share = month.count / (month.count + 5 * DAY_HOURS);
  return {
    last,
    lastAgeHours: back - 1,
    mean3h: orElse(rollingHours(frame, origin, 3).mean / capacity, last),
    mean24h: orElse(day.mean / capacity, last),
    spread24h: orElse(day.spread / capacity, 0),
    mean30d: share * orElse(month.mean / capacity, 0) + (1 - share) * site.meanShare,
    ...missed(frame, origin, site, outlook),
    ...measured(frame, origin, outlook),
  };
};
