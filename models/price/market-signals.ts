import type { HourFrame } from '../features/frame.ts';

/** What moves a price, as far as the frame measures it. */
export const MARKET_SLOTS = ['load', 'solar', 'wind', 'residual', 'neighbours', 'gas', 'carbon', 'coal'] as const;
export type MarketSlot = (typeof MARKET_SLOTS)[number];
/** The measured value of an hour, in whatever unit; NaN where it was not. */
export type MarketSignal = (index: number) => number;

/** Asked in this order: a "residual load" is no load, a "gas price" no neighbouring market. */
const KINDS: readonly (readonly [MarketSlot | 'renewable', RegExp])[] = [
  ['gas', /(^|_)(gas|ttf)(_|$)/i],
  ['carbon', /(^|_)(eua|co2|carbon|ets)(_|$)/i],
  ['coal', /(^|_)(coal|api2)(_|$)/i],
  ['neighbours', /_per_(mwh|kwh)(_|$)|price/i],
  ['residual', /residual/i],
  ['renewable', /renewable/i],
  ['solar', /solar|(^|_)pv(_|$)|photovoltaic/i],
  ['wind', /wind/i],
  ['load', /load|demand|consumption/i],
];

const kindOf = (name: string): MarketSlot | 'renewable' | undefined =>
  KINDS.find(([, pattern]) => pattern.test(name))?.[0];

/** The mean of columns of one kind where they are known: prices of neighbours. */
const meanOf =
  (columns: readonly Float64Array[]): MarketSignal =>
  (index) => {
    let sum = 0;
    let count = 0;
    for (const column of columns) {
      const value = column[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    return count === 0 ? Number.NaN : sum / count;
  };

const sumOf =
  (columns: readonly Float64Array[]): MarketSignal =>
  (index) =>
    columns.reduce((sum, column) => sum + (column[index] ?? Number.NaN), 0);

/**
 * Finds the market's measurements among the signals of a frame by their names. Wind is the rest of all renewables, and the
 * residual load what these leave, where they are not measured themselves. A signal is known before an origin only.
 */
export const marketSignals = (frame: HourFrame): ReadonlyMap<MarketSlot, MarketSignal> => {
  const columns = new Map<MarketSlot | 'renewable', Float64Array[]>();
  for (const name of [...frame.signals.keys()].toSorted()) {
    const kind = kindOf(name);
    const column = frame.signals.get(name);
    if (kind !== undefined && column !== undefined) columns.set(kind, [...(columns.get(kind) ?? []), column]);
  }
  const found = new Map<MarketSlot, MarketSignal>();
  for (const slot of MARKET_SLOTS) {
    const own = columns.get(slot);
    // Wind on land and at sea add up; two prices or two reports of the same load do not.
    if (own !== undefined) found.set(slot, slot === 'wind' ? sumOf(own) : meanOf(own));
  }
  const renewableColumns = columns.get('renewable');
  const renewable = renewableColumns === undefined ? undefined : meanOf(renewableColumns);
  const solar = found.get('solar');
  const load = found.get('load');
  if (!found.has('wind') && renewable !== undefined && solar !== undefined)
    found.set('wind', (index) => renewable(index) - solar(index));
  if (!found.has('wind') && renewable !== undefined) found.set('wind', renewable);
  const wind = found.get('wind');
  if (!found.has('residual') && load !== undefined && wind !== undefined)
    found.set('residual', (index) => load(index) - (renewable?.(index) ?? wind(index) + (solar?.(index) ?? 0)));
  return found;
};
