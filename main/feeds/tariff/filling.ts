import type { Site } from '../../../preload/contract/site.ts';
import type { Clock } from '../../clock.ts';
import type { SiteId } from '../../ids.ts';
import type { StoredFeedPrice } from '../../store/feed-types.ts';
import type { PriceRow, Store } from '../../store/types.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';
import { createSlots } from '../slots.ts';
import type { TariffPrice } from './market.ts';
import { priceRowsOf, siteRates } from './site-rates.ts';
import type { PriceSource } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AHEAD_MS = 48 * HOUR_MS;
const PIECE_DAYS = 7;
const PAST_DAYS = 400;

/** The name under which prices of a file are kept; what a person gives goes before every feed. */
export const CSV_PROVIDER = 'csv';

export type TariffStore = Pick<Store, 'tariffs' | 'prices' | 'settings' | 'sites' | 'transaction'> & {
  readonly feeds: Pick<Store['feeds'], 'prices'>;
};

export interface Filling {
  /** Market prices of a span: those of a file first, the feeds' in between. */
  pricesOf(siteId: SiteId, from: number, to: number): readonly TariffPrice[];
  /** Today and the next 48 hours. True where something changed. */
  fillNear(site: Site): boolean;
  /**
   * The days before today, in pieces of a week, newest first; it lets others work in between. What is unknown keeps the
   * price that is stored, but for moments from `repriceFrom` on, which a changed tariff prices anew.
   */
  fillPast(site: Site, repriceFrom: number, signal: AbortSignal): Promise<void>;
}

const isSame = (a: readonly PriceRow[], b: readonly PriceRow[]): boolean =>
  a.length === b.length &&
  a.every((row, index) => {
    const other = b[index];
    return (
      other !== undefined &&
      row.at === other.at &&
      row.stepMs === other.stepMs &&
      row.importPerKwh === other.importPerKwh &&
      row.exportPerKwh === other.exportPerKwh &&
      row.source === other.source
    );
  });

const asPrice = ({ at, stepMs, perKwh, currency, kind, provider }: StoredFeedPrice): TariffPrice => ({
  ...{ at, stepMs, perKwh, currency, kind },
  provider: provider === CSV_PROVIDER ? 'a file' : provider,
});

export const createFilling = (deps: {
  readonly store: TariffStore;
  readonly feeds: PriceSource;
  readonly clock: Clock;
}): Filling => {
  const { store, feeds, clock } = deps;

  const pricesOf: Filling['pricesOf'] = (siteId, from, to) => {
    // An hour more on either side: billing steps and rows that began before.
    const [start, end] = [from - HOUR_MS, to + HOUR_MS];
    const own = store.feeds.prices.range(siteId, start, end).filter(({ provider }) => provider === CSV_PROVIDER);
    const known = feeds.pricesFor(siteId, start, end);
    if (own.length === 0) return known;
    return (['spot', 'import', 'export'] as const).flatMap((kind) => {
      const slots = createSlots(start - DAY_MS, end + DAY_MS);
      const typed = own.filter((row) => row.kind === kind && slots.take(row.at, row.stepMs)).map(asPrice);
      const others = known.filter((row) => row.kind === kind && slots.take(row.at, row.stepMs));
      return [...typed, ...others];
    });
  };

  /** Writes what differs from the table. `keepUnknown` leaves stored prices where now none is known. */
  const fill = (site: Site, from: number, to: number, keepUnknown: boolean): boolean => {
    const versions = store.tariffs.versions(site.id);
    const prices = pricesOf(site.id, from, to);
    // Without tariff and market a past day keeps the prices that it had.
    if (keepUnknown && versions.length === 0 && prices.length === 0) return false;
    const fixed = store.settings.get(site.id);
    const rows = priceRowsOf(siteRates({ site, versions, prices, fixed, from, to }), fixed);
    const stored = store.prices.range(site.id, from, to);
    const kept = keepUnknown ? rows.map(({ at, stepMs }) => ({ from: at, to: at + stepMs })) : [{ from, to }];
    const known = createSlots(from, to);
    for (const row of rows) known.take(row.at, row.stepMs);
    const compared = keepUnknown ? stored.filter(({ at, stepMs }) => known.covered(at, at + stepMs) > 0) : stored;
    if (isSame(rows, compared)) return false;
    store.prices.replace(site.id, joined(kept), rows);
    return true;
  };

  return {
    pricesOf,
    fillNear: (site) => {
      const now = clock.now();
      const to = Math.ceil((now + AHEAD_MS) / HOUR_MS) * HOUR_MS;
      return fill(site, startOfLocalDay(now, site.timeZone), to, false);
    },
    fillPast: async (site, repriceFrom, signal) => {
      let to = startOfLocalDay(clock.now(), site.timeZone);
      for (let days = 0; days < PAST_DAYS && !signal.aborted; days += PIECE_DAYS) {
        const from = addLocalDays(to, -PIECE_DAYS, site.timeZone);
        if (store.sites.get(site.id) === undefined) return;
        if (repriceFrom <= from) fill(site, from, to, false);
        else if (repriceFrom >= to) fill(site, from, to, true);
        else {
          fill(site, repriceFrom, to, false);
          fill(site, from, repriceFrom, true);
        }
        to = from;
        await clock.sleep(20, signal);
      }
    },
  };
};

/** Spans that follow each other as one. */
const joined = (spans: readonly { readonly from: number; readonly to: number }[]) => {
  const whole: { from: number; to: number }[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && last.to === span.from) last.to = span.to;
    else whole.push({ ...span });
  }
  return whole;
};
