import { sunPosition } from '../../models/features/sun.ts';
import type { FeedPlace, FeedRows, FeedTopic } from './types.ts';

type Range = readonly [number, number];

const IRRADIANCE: Range = [0, 1500];
const WEATHER: Readonly<Record<string, Range>> = {
  tempC: [-60, 60],
  cloudPct: [0, 100],
  ghiWm2: IRRADIANCE,
  dniWm2: IRRADIANCE,
  dhiWm2: IRRADIANCE,
  ghiP10Wm2: IRRADIANCE,
  ghiP90Wm2: IRRADIANCE,
  windMs: [0, 120],
  windFromDeg: [0, 360],
  humidityPct: [0, 105],
  pressureHpa: [500, 1100],
  precipitationMm: [0, 500],
  snowDepthM: [0, 30],
};
/** In the major currency a kWh. Currencies with small units have a wider range. */
const PRICE: Range = [-1, 5];
const WIDE_PRICE: Range = [-20, 100];
const WIDE_CURRENCIES = new Set(['SEK', 'NOK', 'DKK', 'CZK', 'PLN', 'HUF', 'JPY', 'RON', 'INR', 'ISK', 'ZAR', 'TRY']);
const CARBON: Range = [0, 2000];
const LARGEST_ROOF_W = 1_000_000;
/** More than this at night means shifted stamps, W/m². */
const NIGHT_WM2 = 25;
/** Sine of 3° below the horizon: deeper than twilight blurs. */
const DEEP_NIGHT = -0.052;

const outside = (name: string, value: number | null | undefined, [least, most]: Range): string | null =>
  value === null || value === undefined || (value >= least && value <= most)
    ? null
    : `${name} is ${value}, outside ${least} to ${most}`;

/** True where the sun stays below the horizon for the whole interval. */
const isNight = (at: number, stepMs: number, place: FeedPlace): boolean =>
  [0, 0.25, 0.5, 0.75, 1].every(
    (share) => sunPosition(at + share * stepMs, place.site.latitude, place.site.longitude).sinElevation < DEEP_NIGHT,
  );

type Check<Topic extends FeedTopic> = (row: FeedRows[Topic], place: FeedPlace) => string | null;

const CHECKS: { readonly [Topic in FeedTopic]: Check<Topic> } = {
  weather: (row, place) => {
    const values = Object.entries(row);
    for (const [name, range] of Object.entries(WEATHER)) {
      const wrong = outside(name, values.find(([each]) => each === name)?.[1], range);
      if (wrong !== null) return wrong;
    }
    return (row.ghiWm2 ?? 0) > NIGHT_WM2 && isNight(row.at, row.stepMs, place)
      ? `there is sun at night (${row.ghiWm2} W/m²): the times are shifted`
      : null;
  },
  price: (row) => {
    if (!/^[A-Z]{3}$/.test(row.currency)) return `"${row.currency}" is no currency`;
    return outside('the price a kWh', row.perKwh, WIDE_CURRENCIES.has(row.currency) ? WIDE_PRICE : PRICE);
  },
  carbon: (row) => outside('the carbon intensity', row.gPerKwh, CARBON),
  solar: (row, place) => {
    for (const value of [row.p10W, row.p50W, row.p90W]) {
      const wrong = outside('the power', value, [0, LARGEST_ROOF_W]);
      if (wrong !== null) return wrong;
    }
    return row.p50W > NIGHT_WM2 && isNight(row.at, row.stepMs, place)
      ? `there is sun at night (${row.p50W} W): the times are shifted`
      : null;
  },
  commodity: (row) => (Number.isFinite(row.value) ? null : 'the value is no number'),
};

const LONGEST_STEP_MS = 24 * 3_600_000;

export interface CheckedRows<Row> {
  readonly good: readonly Row[];
  readonly bad: readonly { readonly row: Row; readonly reason: string }[];
}

/** Splits rows into those that can be true and the others with their reason. Rows must ascend without overlap. */
export const checkRows = <Topic extends FeedTopic>(
  topic: Topic,
  rows: readonly FeedRows[Topic][],
  place: FeedPlace,
): CheckedRows<FeedRows[Topic]> => {
  const good: FeedRows[Topic][] = [];
  const bad: { row: FeedRows[Topic]; reason: string }[] = [];
  /** End of the last good row, for each series that a topic carries side by side. */
  const ends = new Map<string, number>();
  for (const row of rows) {
    const stepMs = 'stepMs' in row ? row.stepMs : 0;
    const series = 'kind' in row ? row.kind : 'name' in row ? row.name : '';
    const wrongTime =
      !Number.isInteger(row.at) || !Number.isFinite(stepMs) || stepMs < 0 || stepMs > LONGEST_STEP_MS
        ? 'its time is no time'
        : 'stepMs' in row && (stepMs < 60_000 || (row.at % Math.min(stepMs, 3_600_000)) % 60_000 !== 0)
          ? 'its interval does not begin on a full minute'
          : row.at < (ends.get(series) ?? Number.NEGATIVE_INFINITY)
            ? 'it overlaps the row before'
            : null;
    const reason = wrongTime ?? CHECKS[topic](row, place);
    if (reason === null) {
      good.push(row);
      ends.set(series, row.at + stepMs);
    } else bad.push({ row, reason });
  }
  return { good, bad };
};
