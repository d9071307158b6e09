import type { SiteId } from '../ids.ts';
import type { HourSources } from './hour-sources.ts';

const HOUR_MS = 3_600_000;
/** A commodity is quoted on trading days: a quote holds until the next, at most so long. */
const QUOTE_HOLDS_MS = 5 * 24 * HOUR_MS;

/**
 * What moves a market, as far as the feeds know it, hour by hour: commodities under their own names (each from the moment at
 * which it was quoted), and the grid's carbon intensity as it was measured. NaN where nothing is known.
 */
export const marketSignals = (
  sources: HourSources,
  site: SiteId,
  firstAt: number,
  hours: number,
): ReadonlyMap<string, Float64Array> => {
  const to = firstAt + hours * HOUR_MS;
  const signals = new Map<string, Float64Array>();
  const columnOf = (name: string): Float64Array => {
    const column = signals.get(name) ?? new Float64Array(hours).fill(Number.NaN);
    signals.set(name, column);
    return column;
  };
  const fill = (name: string, value: number, from: number, until: number): void => {
    const column = columnOf(name);
    const first = Math.max(0, Math.ceil((from - firstAt) / HOUR_MS));
    column.fill(value, first, Math.max(first, Math.min(hours, Math.ceil((until - firstAt) / HOUR_MS))));
  };
  // Ascending, so that a newer quote writes over what an older one would still say.
  for (const { name, at, value } of sources.feeds.commodities.range(site, firstAt - QUOTE_HOLDS_MS, to))
    fill(name, value, at, at + QUOTE_HOLDS_MS);
  for (const { kind, at, stepMs, gPerKwh } of sources.feeds.carbon.range(site, firstAt, to))
    if (kind === 'measured') fill('grid_intensity', gPerKwh, at, at + Math.max(stepMs, HOUR_MS));
  return signals;
};
