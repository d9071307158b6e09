import { learnRoof, solarPhysical } from '../baselines/clear-sky-roof.ts';
import { solarSeasonalNaive } from '../baselines/seasonal-naive.ts';
import type { HourFrame } from '../features/frame.ts';
import { rollingSameHour } from '../features/rolling.ts';
import { quantileOf } from '../metrics/band.ts';
import { type DesignRow, type FeatureDoc, type ForecastDesign, orElse } from '../network/design.ts';

const FEATURES: readonly FeatureDoc[] = [
  { name: 'lead', unit: '2 days', doc: 'Hours from issue to target, as a share of 48 h.' },
  { name: 'elevation', unit: '', doc: 'Sine of the sun’s elevation in the middle of the hour.' },
  { name: 'azimuthSin', unit: '', doc: 'Sine of the sun’s azimuth from south: morning is negative.' },
  { name: 'yearSin', unit: '', doc: 'Sine of the place in the year.' },
  { name: 'yearCos', unit: '', doc: 'Cosine of the place in the year.' },
  { name: 'clear', unit: 'share', doc: 'Clear-sky power of the hour against the highest of the 48 h.' },
  { name: 'clearness6h', unit: 'share', doc: 'Clearness of the 6 h before issue, fading with the lead time.' },
  { name: 'clearness24h', unit: 'share', doc: 'Clearness of the 24 h before issue.' },
  { name: 'clearness24hFading', unit: 'share', doc: 'The same less the month’s, fading with the lead time.' },
  { name: 'clearness72h', unit: 'share', doc: 'Clearness of the 3 days before issue.' },
  { name: 'clearness7d', unit: 'share', doc: 'Clearness of the 7 days before issue.' },
  { name: 'clearness28d', unit: 'share', doc: 'Clearness of the 28 days before issue.' },
  { name: 'yesterday', unit: 'share', doc: 'Same hour of the newest known day against clear-sky power.' },
  { name: 'week', unit: 'share', doc: 'Same hour’s mean over 7 known days against clear-sky power.' },
  { name: 'weekSpread', unit: 'share', doc: 'Same hour’s spread over 7 known days against clear-sky power.' },
  { name: 'sunshine', unit: 'share', doc: 'Sunshine against daylight on the newest whole day before issue.' },
  { name: 'cloud', unit: 'share', doc: 'Cloud cover on that day.' },
];

/** A share of clear-sky power: near the horizon the division explodes, so it is held within what can be. */
const share = (power: number, clear: number, otherwise: number): number =>
  Math.min(1.5, Math.max(0, orElse(power / clear, otherwise)));

const LEAST_CLEAR_W = 5;

const rows: ForecastDesign['rows'] = (frame, origin, horizon) => {
  const roof = learnRoof(frame, origin);
  if (roof === undefined) return [];
  const end = Math.min(frame.hours, origin + horizon);
  let highest = LEAST_CLEAR_W;
  for (let target = origin; target < end; target += 1) highest = Math.max(highest, roof.clearW(target));
  const month = orElse(roof.clearness(28 * 24), 0.5);
  const week = orElse(roof.clearness(7 * 24), month);
  const threeDays = orElse(roof.clearness(72), week);
  const day = orElse(roof.clearness(24), threeDays);
  const sixHours = orElse(roof.clearness(6), day);
  const weather = frame.weather.get((frame.day[origin] ?? 0) - 1);
  const sunshine = orElse(weather?.sunshineShare ?? Number.NaN, day);
  const cloud = orElse((weather?.cloudCoverPct ?? Number.NaN) / 100, 0.6);
  const made: DesignRow[] = [];
  for (let target = origin; target < end; target += 1) {
    const lead = target - origin;
    const clear = roof.clearW(target);
    if (clear < LEAST_CLEAR_W) {
      made.push({ target, lead, base: 0, scale: 0, features: [] });
      continue;
    }
    const sameHour = rollingSameHour(frame, origin, target, 7);
    const year = 2 * Math.PI * (frame.yearShare[target] ?? 0);
    const features = [
      lead / 48,
      frame.sinElevation[target] ?? 0,
      Math.sin(frame.azimuth[target] ?? 0),
      Math.sin(year),
      Math.cos(year),
      clear / highest,
      (sixHours - week) * Math.exp(-lead / 6),
      day,
      (day - month) * Math.exp(-lead / 24),
      threeDays,
      week,
      month,
      share(solarSeasonalNaive(frame, origin, target), clear, day),
      share(sameHour.mean, clear, week),
      share(sameHour.spread, clear, 0.3),
      sunshine,
      cloud,
    ];
    made.push({ target, lead, base: clear * week, scale: clear, features });
  }
  return made;
};

/** PV power: a clear-sky bell learnt from the roof, and a network for what the clouds leave of it. */
export const solarDesign: ForecastDesign = {
  kind: 'solar',
  features: FEATURES,
  historyHours: 36 * 24,
  rows,
  baselines: (frame: HourFrame, origin: number) => {
    const roof = learnRoof(frame, origin);
    return {
      seasonalNaive: (target) => solarSeasonalNaive(frame, origin, target),
      physical: (target) => solarPhysical(roof, target),
      second: null,
    };
  },
  reference: (truth) => quantileOf(truth, 0.999),
};
