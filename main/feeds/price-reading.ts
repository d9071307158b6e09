import type { Site } from '../../preload/contract/site.ts';
import type { StoredFeedPrice } from '../store/feed-types.ts';
import { addLocalDays } from '../zone.ts';
import { localDaysOf, weeksBefore } from './last-resort.ts';
import type { FeedsDeps, PriceForRow } from './service-types.ts';
import { createSlots } from './slots.ts';
import { rankOf } from './sources.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KINDS = ['spot', 'import', 'export'] as const;
const WEEKS_BACK = [1, 2];

/**
 * The prices of one kind and local day: from one provider where one has the whole day, else from the one that has most,
 * filled up and marked. Days are local days because a bill is.
 */
const dayOf = (
  rows: readonly StoredFeedPrice[],
  day: { readonly from: number; readonly to: number },
  rank: (provider: string) => number,
): readonly PriceForRow[] => {
  const inDay = rows.filter((row) => row.at + row.stepMs > day.from && row.at < day.to);
  const shares = [...new Set(inDay.map((row) => row.provider))].map((provider) => {
    const slots = createSlots(day.from, day.to);
    for (const row of inDay) if (row.provider === provider) slots.take(row.at, row.stepMs);
    return { provider, share: slots.covered(day.from, day.to) };
  });
  // A share within a rounding of whole is whole; among whole ones the chain decides, among partial ones the larger.
  const order = shares.sort(
    (a, b) =>
      Number(b.share > 0.999) - Number(a.share > 0.999) ||
      (a.share > 0.999 ? 0 : b.share - a.share) ||
      rank(a.provider) - rank(b.provider),
  );
  const slots = createSlots(day.from, day.to);
  return order.flatMap(({ provider }, index) =>
    inDay
      .filter((row) => row.provider === provider && row.at >= day.from && slots.take(row.at, row.stepMs))
      .map(({ at, stepMs, perKwh, currency, kind }) => ({
        ...{ at, stepMs, perKwh, currency, kind, provider },
        ...{ assumed: false, mixed: index > 0 },
      })),
  );
};

export const createPriceReading =
  (deps: FeedsDeps) =>
  (site: Site, from: number, to: number): readonly PriceForRow[] => {
    const { store, clock } = deps;
    const rank = rankOf(deps, site.id, 'price');
    const days = localDaysOf(from, to, site.timeZone);
    const now = clock.now();
    const first = days[0]?.from ?? from;
    const last = days.at(-1)?.to ?? to;
    const stored = store.feeds.prices.range(site.id, first - (Math.max(...WEEKS_BACK) * 7 + 1) * DAY_MS, last);
    const rows: PriceForRow[] = [];
    for (const kind of KINDS) {
      const ofKind = stored.filter((row) => row.kind === kind);
      if (ofKind.length === 0) continue;
      for (const day of days) {
        const known = [...dayOf(ofKind, day, rank)];
        if (day.to > now) known.push(...assumedOf(ofKind, day, known, now, site, rank));
        rows.push(...known);
      }
    }
    return rows
      .filter((row) => row.at + row.stepMs > from && row.at < to)
      .sort((a, b) => a.at - b.at || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  };

/** What nobody has published of the time to come, taken from the same weekday and local time of the last weeks. */
const assumedOf = (
  rows: readonly StoredFeedPrice[],
  day: { readonly from: number; readonly to: number },
  known: readonly PriceForRow[],
  now: number,
  site: Site,
  rank: (provider: string) => number,
): readonly PriceForRow[] => {
  const slots = createSlots(day.from, day.to);
  for (const row of known) slots.take(row.at, row.stepMs);
  const assumed: PriceForRow[] = [];
  for (const weeks of WEEKS_BACK) {
    const noon = weeksBefore(day.from + 12 * HOUR_MS, weeks, site.timeZone);
    const span = { from: addLocalDays(noon, 0, site.timeZone), to: addLocalDays(noon, 1, site.timeZone) };
    const before = dayOf(rows, span, rank);
    const stepMs = before.reduce((least, row) => Math.min(least, row.stepMs), HOUR_MS);
    for (let at = day.from; at < day.to; at += stepMs) {
      if (at + stepMs <= now || slots.covered(at, at + stepMs) > 0) continue;
      const then = weeksBefore(at, weeks, site.timeZone);
      const row = before.find((each) => each.at <= then && then < each.at + each.stepMs);
      if (row === undefined || !slots.take(at, stepMs)) continue;
      assumed.push({ ...row, at, stepMs, assumed: true, mixed: false });
    }
  }
  return assumed;
};
