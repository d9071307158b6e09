import { loadLastWeek, loadSevenDayMean } from '../baselines/seasonal-naive.ts';
import type { HourFrame } from '../features/frame.ts';
import { latestSameHour } from '../features/lags.ts';
import { rollingHours, rollingSameHour, rollingSameWeekday } from '../features/rolling.ts';
import { type DesignRow, type FeatureDoc, type ForecastDesign, orElse } from '../network/design.ts';

const FEATURES: readonly FeatureDoc[] = [
  { name: 'lead', unit: '2 days', doc: 'Hours from issue to target, as a share of 48 h.' },
  { name: 'hourSin', unit: '', doc: 'Sine of the local hour.' },
  { name: 'hourCos', unit: '', doc: 'Cosine of the local hour.' },
  { name: 'halfDaySin', unit: '', doc: 'Sine of twice the local hour.' },
  { name: 'halfDayCos', unit: '', doc: 'Cosine of twice the local hour.' },
  { name: 'saturday', unit: '0 or 1', doc: 'The target’s local day is a Saturday.' },
  { name: 'sunday', unit: '0 or 1', doc: 'The target’s local day is a Sunday.' },
  { name: 'yearSin', unit: '', doc: 'Sine of the place in the year.' },
  { name: 'yearCos', unit: '', doc: 'Cosine of the place in the year.' },
  { name: 'week', unit: 'share', doc: 'Same hour’s mean over 7 known days, against the month’s mean load.' },
  { name: 'month', unit: 'share', doc: 'Same hour’s mean over 28 known days, against the month’s mean load.' },
  { name: 'monthSpread', unit: 'share', doc: 'Same hour’s spread over 28 known days, against the month’s mean load.' },
  {
    name: 'sameWeekday',
    unit: 'share',
    doc: 'Same weekday and hour over 4 known weeks, against the month’s mean load.',
  },
  { name: 'yesterday', unit: 'share', doc: 'Same hour of the newest known day, against the month’s mean load.' },
  { name: 'lastHour', unit: 'share', doc: 'The hour before issue less its usual, fading with the lead time.' },
  { name: 'last6h', unit: 'share', doc: 'The 6 h before issue less their usual, fading with the lead time.' },
  { name: 'lastDay', unit: 'share', doc: 'Mean of the 24 h before issue, against the month’s mean load.' },
  { name: 'lastThreeDays', unit: 'share', doc: 'Mean of the 3 days before issue, against the month’s mean load.' },
  { name: 'lastWeek', unit: 'share', doc: 'Mean of the 7 days before issue, against the month’s mean load.' },
  { name: 'temperature', unit: '10 K', doc: 'Outdoor mean of the newest whole day before issue, from 10 °C.' },
  { name: 'sun', unit: '', doc: 'Sine of the sun’s elevation: lamps follow it.' },
];

/** Held within what a feature may say, so that one wild evening does not throw the network. */
const held = (value: number): number => Math.min(5, Math.max(-5, value));

/** Less than two days of load say nothing about an hour. */
const LEAST_HOURS = 36;

const rows: ForecastDesign['rows'] = (frame, origin, horizon) => {
  const month = rollingHours(frame, origin, 28 * 24);
  if (month.count < LEAST_HOURS || !(month.mean > 0)) return [];
  const mean = month.mean;
  const lastDay = orElse(rollingHours(frame, origin, 24).mean / mean, 1);
  const threeDays = orElse(rollingHours(frame, origin, 72).mean / mean, 1);
  const lastWeek = orElse(rollingHours(frame, origin, 168).mean / mean, 1);
  const usual = (index: number): number => rollingSameHour(frame, origin, index, 28).mean;
  const lastHour = origin === 0 ? Number.NaN : ((frame.values[origin - 1] ?? Number.NaN) - usual(origin - 1)) / mean;
  let usualSixHours = 0;
  for (let index = Math.max(0, origin - 6); index < origin; index += 1) usualSixHours += usual(index) / 6;
  const sixHours = (rollingHours(frame, origin, 6).mean - usualSixHours) / mean;
  const temperature = frame.weather.get((frame.day[origin] ?? 0) - 1)?.temperatureMeanC ?? Number.NaN;
  const made: DesignRow[] = [];
  for (let target = origin; target < Math.min(frame.hours, origin + horizon); target += 1) {
    const lead = target - origin;
    const week = rollingSameHour(frame, origin, target, 7);
    const months = rollingSameHour(frame, origin, target, 28);
    const base = orElse(week.mean, months.mean);
    if (Number.isNaN(base)) continue;
    const day = (2 * Math.PI * (frame.hour[target] ?? 0)) / 24;
    const year = 2 * Math.PI * (frame.yearShare[target] ?? 0);
    const features = [
      lead / 48,
      Math.sin(day),
      Math.cos(day),
      Math.sin(2 * day),
      Math.cos(2 * day),
      frame.weekday[target] === 6 ? 1 : 0,
      frame.weekday[target] === 7 ? 1 : 0,
      Math.sin(year),
      Math.cos(year),
      base / mean,
      orElse(months.mean, base) / mean,
      orElse(months.spread, 0) / mean,
      orElse(rollingSameWeekday(frame, origin, target, 4).mean, base) / mean,
      orElse(latestSameHour(frame, origin, target, 9), base) / mean,
      orElse(lastHour, 0) * Math.exp(-lead / 2),
      orElse(sixHours, 0) * Math.exp(-lead / 6),
      lastDay,
      threeDays,
      lastWeek,
      orElse((temperature - 10) / 10, 0),
      frame.sinElevation[target] ?? 0,
    ].map(held);
    made.push({ target, lead, base, scale: mean, features });
  }
  return made;
};

/** Household power: the mean of the last 7 days at each hour, and a network for what differs today. */
export const loadDesign: ForecastDesign = {
  kind: 'load',
  features: FEATURES,
  historyHours: 36 * 24,
  rows,
  baselines: (frame: HourFrame, origin: number) => ({
    seasonalNaive: (target) => loadSevenDayMean(frame, origin, target),
    physical: null,
    second: (target) => loadLastWeek(frame, origin, target),
  }),
  reference: (truth) => Array.from(truth).reduce((sum, value) => sum + value, 0) / truth.length,
};
