import type { Quantity } from '../../../preload/contract/rules.ts';
import type { PriceRow, StoredForecast } from '../../store/types.ts';

type ForecastQuantity = Extract<Quantity, { of: 'forecast' }>;

const HOUR_MS = 3_600_000;
/** Share of the hours ahead that must be known. */
const LEAST_KNOWN = 0.95;

/** A value that holds for a span. */
interface Piece {
  readonly at: number;
  readonly stepMs: number;
  readonly value: number;
}

/** The statistic over [from, to), weighed by time; null where too much of it is unknown. Sums are W over time as kWh. */
const statisticOf = (
  pieces: readonly Piece[],
  from: number,
  to: number,
  statistic: ForecastQuantity['statistic'],
): number | null => {
  let coveredMs = 0;
  let weighed = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { at, stepMs, value } of pieces) {
    const spanMs = Math.min(to, at + stepMs) - Math.max(from, at);
    if (spanMs <= 0) continue;
    coveredMs += spanMs;
    weighed += value * spanMs;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  if (coveredMs < LEAST_KNOWN * (to - from)) return null;
  switch (statistic) {
    case 'minimum':
      return lowest;
    case 'maximum':
      return highest;
    case 'mean':
      return weighed / coveredMs;
    case 'sum':
      return weighed / HOUR_MS / 1_000;
  }
};

/**
 * The next hours as they are expected. Prices that are known already come before expected ones. A sum makes sense for
 * energies alone: of a price or a charge it is unknown.
 */
export const forecastValue = (
  { kind, hours, statistic, band }: ForecastQuantity,
  at: number,
  sources: {
    forecast(kind: ForecastQuantity['kind']): Pick<StoredForecast, 'points' | 'stepMs'> | null;
    prices(from: number, to: number): readonly PriceRow[];
  },
): number | null => {
  if (statistic === 'sum' && (kind === 'price' || kind === 'soc')) return null;
  const to = at + hours * HOUR_MS;
  if (kind === 'price') {
    const rows = sources.prices(at, to).map((row) => ({ at: row.at, stepMs: row.stepMs, value: row.importPerKwh }));
    const value = statisticOf(rows, at, to, statistic);
    if (value !== null) return value;
  }
  const forecast = sources.forecast(kind);
  if (!forecast) return null;
  const pieces = forecast.points.map((point) => ({ at: point.at, stepMs: forecast.stepMs, value: point[band] }));
  return statisticOf(pieces, at, to, statistic);
};
