import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { PriceView } from '../../../preload/contract/insight.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { PriceRow } from '../../store/types.ts';

/** Prices of a span as stored; the site's fixed price as one long row where nothing is stored; empty where neither is. */
export const pricesOf = (input: {
  readonly site: Pick<Site, 'id' | 'currency'>;
  readonly from: number;
  readonly to: number;
  readonly rows: readonly PriceRow[];
  readonly settings: Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;
}): PriceView => {
  const { site, from, to, rows, settings } = input;
  const base = { siteId: site.id, currency: site.currency };
  if (rows.length > 0)
    return {
      ...base,
      source: rows.at(-1)?.source ?? null,
      prices: rows.map(({ at, stepMs, importPerKwh, exportPerKwh }) => ({ at, stepMs, importPerKwh, exportPerKwh })),
    };
  const { fixedImportPerKwh, fixedExportPerKwh } = settings;
  if (fixedImportPerKwh === null) return { ...base, source: null, prices: [] };
  return {
    ...base,
    source: 'the fixed price in the settings',
    prices: [{ at: from, stepMs: to - from, importPerKwh: fixedImportPerKwh, exportPerKwh: fixedExportPerKwh ?? 0 }],
  };
};
