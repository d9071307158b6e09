import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { Site } from '../../../preload/contract/site.ts';
import { type Tariff, type TariffRate, tariffSchema } from '../../../preload/contract/tariff.ts';
import type { TariffVersion } from '../../store/tariffs.ts';
import type { PriceRow } from '../../store/types.ts';
import type { TariffPrice } from './market.ts';
import { ratesFor } from './rates.ts';

const FIXED_SOURCE = 'the fixed price in the settings';

type FixedPrices = Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;

/** The tariff that counts at a moment: the newest change whose time has come. */
export const tariffAt = (versions: readonly TariffVersion[], at: number): Tariff | null =>
  versions.find(({ validFrom }) => validFrom === null || validFrom <= at)?.tariff ?? null;

/**
 * What stands in where a home has no tariff: the supplier's own prices where a feed gives them; else the fixed price of
 * the settings; else the bare market price, which says when energy is cheap though not what it costs. Null without any.
 */
const standIn = (site: Pick<Site, 'currency'>, prices: readonly TariffPrice[], fixed: FixedPrices): Tariff | null => {
  const has = (kind: TariffPrice['kind']): boolean =>
    prices.some((row) => row.kind === kind && row.currency === site.currency);
  const paid = has('export')
    ? { kind: 'feed' as const }
    : { kind: 'schedule' as const, otherwisePerKwh: fixed.fixedExportPerKwh ?? 0 };
  const make = (name: string, bought: object): Tariff =>
    tariffSchema.parse({ version: 1, name, currency: site.currency, import: bought, export: paid });
  if (has('import')) return make('Supplier', { kind: 'feed' });
  if (fixed.fixedImportPerKwh !== null)
    return make(FIXED_SOURCE, { kind: 'schedule', otherwisePerKwh: fixed.fixedImportPerKwh });
  return has('spot') ? make('Market price without fees and taxes', { kind: 'spot' }) : null;
};

/** A row cut to [from, to): validity may begin in the middle of a step. */
const clipped = (rate: TariffRate, from: number, to: number): TariffRate => {
  const at = Math.max(rate.at, from);
  return { ...rate, at, stepMs: Math.min(rate.at + rate.stepMs, to) - at };
};

/** The rates of [from, to) of one home, each moment by the tariff that counts then; empty where there is nothing at all. */
export const siteRates = (input: {
  readonly site: Pick<Site, 'currency' | 'timeZone'>;
  readonly versions: readonly TariffVersion[];
  readonly prices: readonly TariffPrice[];
  readonly fixed: FixedPrices;
  readonly from: number;
  readonly to: number;
}): readonly TariffRate[] => {
  const { site, versions, prices, fixed, from, to } = input;
  const changes = versions.flatMap(({ validFrom }) =>
    validFrom !== null && validFrom > from && validFrom < to ? [validFrom] : [],
  );
  const bounds = [...new Set([from, ...changes, to])].toSorted((a, b) => a - b);
  return bounds.slice(0, -1).flatMap((start, index) => {
    const end = bounds[index + 1] ?? to;
    const tariff = tariffAt(versions, start) ?? standIn(site, prices, fixed);
    if (tariff === null) return [];
    return ratesFor({ tariff, prices, from: start, to: end, siteZone: site.timeZone }).map((rate) =>
      clipped(rate, start, end),
    );
  });
};

/**
 * Rates as the table of prices keeps them. An unknown import price takes the fixed one of the settings, or leaves the row
 * out; an unknown export price takes the fixed one or counts as unpaid, and the source says so.
 */
export const priceRowsOf = (rates: readonly TariffRate[], fixed: FixedPrices): readonly PriceRow[] =>
  rates.flatMap(({ at, stepMs, importPerKwh, exportPerKwh, source, assumed }) => {
    const bought = importPerKwh ?? fixed.fixedImportPerKwh;
    if (bought === null) return [];
    const words = [
      importPerKwh === null ? FIXED_SOURCE : source,
      ...(assumed && importPerKwh !== null ? ['assumed'] : []),
      ...(exportPerKwh === null && fixed.fixedExportPerKwh === null ? ['export price unknown'] : []),
    ];
    return [
      {
        ...{ at, stepMs },
        importPerKwh: bought,
        exportPerKwh: exportPerKwh ?? fixed.fixedExportPerKwh ?? 0,
        source: words.join(', '),
      },
    ];
  });
