import { resolve } from 'node:path';
import { DateTime } from 'luxon';
import type { ForecastTarget } from '../../models/forecast/types.ts';
import type { Place } from '../learning/csv/zone-place.ts';
import type { FileRequest } from '../learning/evaluation/types.ts';
import { POWER_UNITS, powerUnitOf } from '../learning/evaluation/units.ts';
import { isTimeZone } from '../zone.ts';
import { type CommandContext, type OptionSpec, textOf } from './command.ts';

export const EVALUATE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  csv: { type: 'string', help: 'measurements: CSV or CSV.gz, first column timestamp_utc (start of the interval)' },
  column: { type: 'string', help: 'the column to forecast; other columns are used up to each issue' },
  target: { type: 'string', help: 'load, pv, wind or price' },
  unit: { type: 'string', help: 'kW, kWh (in the interval) or W; a price needs none' },
  zone: { type: 'string', help: 'time zone of the place, such as Europe/Berlin' },
  lat: { type: 'string', help: 'degrees north (default: guessed from the zone)' },
  lon: { type: 'string', help: 'degrees east (default: guessed from the zone)' },
  'capacity-kw': { type: 'string', help: 'installed power, for nRMSE (default: the largest measured)' },
  weather: {
    type: 'string',
    help: 'weather forecasts (issue_time_utc, valid_time_utc or lead_h) or observations (timestamp_utc)',
  },
  'test-from': { type: 'string', help: 'first day to forecast, or an instant; a day begins at its local midnight' },
  'test-to': { type: 'string', help: 'end of the test span, exclusive: the day after the last' },
  'horizon-h': { type: 'string', help: 'hours to forecast at each local midnight (default: 24)' },
  'refit-days': { type: 'string', help: 'days between trainings (default: 7)' },
  out: { type: 'string', help: 'predictions.csv, in kW or in the unit of the price' },
};

const TARGETS: Readonly<Record<string, ForecastTarget>> = {
  load: 'load',
  pv: 'solar',
  solar: 'solar',
  wind: 'wind',
  price: 'price',
};
const SEED = 1;
const MOST_HORIZON_HOURS = 14 * 24;
const MOST_REFIT_DAYS = 366;

/** A day is its local midnight; an instant without an offset is local too. */
const instantIn = (text: string, zone: string): number => DateTime.fromISO(text, { zone }).toMillis();

/** A number within bounds, the default where there is none, or a sentence about what is wrong. */
const numberOf = (
  context: CommandContext,
  name: string,
  [least, most]: readonly [number, number],
): number | null | string => {
  const text = textOf(context, name);
  if (text === undefined) return null;
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value >= least && value <= most
    ? value
    : `--${name} must be a number from ${least} to ${most}, and "${text}" is not.`;
};

export interface EvaluateRequest extends FileRequest {
  readonly out: string;
}

/** What the options ask for, or a sentence about what is wrong with them. */
export const requestOf = (context: CommandContext): EvaluateRequest | string => {
  const text = (name: string): string => textOf(context, name) ?? '';
  const missing = ['csv', 'column', 'target', 'zone', 'test-from', 'test-to', 'out'].filter(
    (name) => text(name) === '',
  );
  if (missing.length > 0) return `--${missing.join(', --')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
  const target = Object.hasOwn(TARGETS, text('target')) ? TARGETS[text('target')] : undefined;
  if (target === undefined) return `--target must be load, pv, wind or price, and "${text('target')}" is not.`;
  const unit = text('unit') === '' ? undefined : text('unit');
  if (target !== 'price' && powerUnitOf(unit ?? '') === null)
    return `--unit must be ${POWER_UNITS.join(', ')}${unit === undefined ? '.' : `, and "${unit}" is not.`}`;
  const timeZone = text('zone');
  if (!isTimeZone(timeZone)) return `"${timeZone}" is no time zone; write it as Europe/Berlin.`;
  const fromAt = instantIn(text('test-from'), timeZone);
  const toAt = instantIn(text('test-to'), timeZone);
  for (const [name, at] of [['test-from', fromAt] as const, ['test-to', toAt] as const])
    if (Number.isNaN(at))
      return `--${name} must be a day such as 2026-06-01 or an instant, and "${text(name)}" is not.`;
  if (toAt <= fromAt) return '--test-to must lie after --test-from; it is exclusive.';
  const numbers = {
    lat: numberOf(context, 'lat', [-90, 90]),
    lon: numberOf(context, 'lon', [-180, 180]),
    capacityKw: numberOf(context, 'capacity-kw', [0.001, 1e9]),
    horizonHours: numberOf(context, 'horizon-h', [1, MOST_HORIZON_HOURS]),
    refitDays: numberOf(context, 'refit-days', [1, MOST_REFIT_DAYS]),
  };
  const { lat, lon, capacityKw, horizonHours, refitDays } = numbers;
  for (const value of Object.values(numbers)) if (typeof value === 'string') return value;
  if ((lat === null) !== (lon === null)) return '--lat and --lon belong together.';
  const whole = (value: number | string | null, otherwise: number): number =>
    typeof value === 'number' ? Math.round(value) : otherwise;
  const place: Place | null =
    typeof lat === 'number' && typeof lon === 'number' ? { latitude: lat, longitude: lon } : null;
  const csv = resolve(text('csv'));
  const out = resolve(text('out'));
  const weather = text('weather') === '' ? null : resolve(text('weather'));
  if (out === csv || out === weather) return '--out must not be one of the files that are read.';
  return {
    csv,
    column: text('column'),
    target,
    unit,
    timeZone,
    place,
    capacityKw: typeof capacityKw === 'number' ? capacityKw : null,
    weather,
    fromAt,
    toAt,
    horizonHours: whole(horizonHours, 24),
    refitDays: whole(refitDays, 7),
    seed: SEED,
    out,
  };
};
