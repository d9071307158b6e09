import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { TariffRate } from '../../../preload/contract/tariff.ts';
import type { PriceRow } from '../../store/types.ts';
import { atOf, HOUR_MS, STEP_MS, type Steps } from './grid-of-steps.ts';

const DAY_MS = 24 * HOUR_MS;
/** So far back a price of the same hour may stand in. */
export const PATTERN_MS = 7 * DAY_MS;

/** A price of [at, at + stepMs); null is unknown. */
interface Quote {
  readonly at: number;
  readonly stepMs: number;
  readonly importPerKwh: number | null;
  readonly exportPerKwh: number | null;
  readonly known: boolean;
}

interface StepPrice {
  readonly importPerKwh: number;
  readonly exportPerKwh: number | null;
  readonly known: boolean;
}

export interface StepPrices {
  readonly importPrice: readonly number[];
  readonly exportPrice: readonly number[];
  /** False where a guess stands in for a price that is not published yet. */
  readonly known: readonly boolean[];
  readonly source: string | null;
}

export const quotesOf = (rates: readonly TariffRate[], rows: readonly PriceRow[]): readonly Quote[] => [
  ...rates.map(({ at, stepMs, importPerKwh, exportPerKwh, assumed }) => ({
    ...{ at, stepMs, importPerKwh, exportPerKwh, known: !assumed },
  })),
  ...rows.map(({ at, stepMs, importPerKwh, exportPerKwh, source }) => ({
    ...{ at, stepMs, importPerKwh, exportPerKwh, known: !source.includes('assumed') },
  })),
];

/** Quotes by the quarters that they touch, the first of each quarter's list before the others. */
const byQuarter = (quotes: readonly Quote[], from: number, to: number): ReadonlyMap<number, readonly Quote[]> => {
  const quarters = new Map<number, Quote[]>();
  for (const quote of quotes) {
    const first = Math.floor(Math.max(quote.at, from) / STEP_MS) * STEP_MS;
    for (let at = first; at < Math.min(quote.at + quote.stepMs, to); at += STEP_MS) {
      const list = quarters.get(at);
      if (list) list.push(quote);
      else quarters.set(at, [quote]);
    }
  }
  return quarters;
};

/** The price of a quarter: the mean by time of quotes that cover it; where several do, the first listed. */
const priceIn = (quotes: readonly Quote[], at: number): StepPrice | null => {
  let [covered, bought, sold, soldMs, known] = [0, 0, 0, 0, true];
  for (const quote of quotes) {
    const spanMs = Math.min(quote.at + quote.stepMs, at + STEP_MS) - Math.max(quote.at, at);
    if (quote.importPerKwh === null || covered + spanMs > STEP_MS) continue;
    covered += spanMs;
    bought += quote.importPerKwh * spanMs;
    known &&= quote.known;
    if (quote.exportPerKwh === null) continue;
    sold += quote.exportPerKwh * spanMs;
    soldMs += spanMs;
  }
  if (covered < STEP_MS) return null;
  return { importPerKwh: bought / covered, exportPerKwh: soldMs > 0 ? sold / soldMs : null, known };
};

/**
 * Prices of each step. Tariff before table (as listed); what neither knows is as at the same time of the newest day that is
 * known, then as the settings say. Null where nothing says anything about a step's price.
 */
export const stepPrices = (input: {
  readonly quotes: readonly Quote[];
  readonly fixed: Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;
  readonly steps: Steps;
  readonly source: string | null;
}): StepPrices | null => {
  const { quotes, fixed, steps, source } = input;
  const quarters = byQuarter(quotes, steps.startAt - PATTERN_MS, atOf(steps, steps.count));
  const asked = new Map<number, StepPrice | null>();
  const quoted = (at: number): StepPrice | null => {
    const found = asked.get(at) ?? priceIn(quarters.get(at) ?? [], at);
    asked.set(at, found);
    return found;
  };
  const priceAt = (at: number): StepPrice | null => {
    const own = quoted(at);
    if (own !== null) return own;
    for (let earlier = at - DAY_MS; earlier >= steps.startAt - PATTERN_MS; earlier -= DAY_MS) {
      const pattern = quoted(earlier);
      if (pattern !== null) return { ...pattern, known: false };
    }
    if (fixed.fixedImportPerKwh === null) return null;
    return { importPerKwh: fixed.fixedImportPerKwh, exportPerKwh: fixed.fixedExportPerKwh, known: true };
  };
  const prices: StepPrice[] = [];
  for (let step = 0; step < steps.count; step += 1) {
    const price = priceAt(atOf(steps, step));
    if (price === null) return null;
    prices.push(price);
  }
  return {
    importPrice: prices.map(({ importPerKwh }) => importPerKwh),
    exportPrice: prices.map(({ exportPerKwh }) => exportPerKwh ?? fixed.fixedExportPerKwh ?? 0),
    known: prices.map(({ known }) => known),
    source,
  };
};
