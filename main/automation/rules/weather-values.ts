import type { Quantity } from '../../../preload/contract/rules.ts';
import type { WeatherForRow } from '../../feeds/service-types.ts';

type WeatherQuantity = Extract<Quantity, { of: 'weather' }>;

const HOUR_MS = 3_600_000;

/** No source gives gusts apart from the wind: they are unknown. */
const readOf = (row: WeatherForRow, what: WeatherQuantity['what']): number | null => {
  switch (what) {
    case 'temperatureC':
      return row.tempC;
    case 'cloudPct':
      return row.cloudPct;
    case 'windMs':
      return row.windMs;
    case 'rainMm':
      return row.precipitationMm;
    case 'gustMs':
      return null;
  }
};

/** The most within the next hours, or now where they are 0; null while any of those hours is unknown. */
export const weatherValue = (
  { what, hours }: WeatherQuantity,
  at: number,
  rowsOf: (from: number, to: number) => readonly WeatherForRow[],
): number | null => {
  const to = at + Math.max(1, hours * HOUR_MS);
  const rows = rowsOf(at - 3 * HOUR_MS, to).filter((row) => row.at < to && row.at + row.stepMs > at);
  const values = rows.map((row) => readOf(row, what));
  const coveredMs = rows.reduce((sum, row) => sum + Math.min(to, row.at + row.stepMs) - Math.max(at, row.at), 0);
  if (values.length === 0 || coveredMs < 0.95 * (to - at)) return null;
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : Math.max(...known);
};
