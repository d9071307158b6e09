import type { SiteId } from '../ids.ts';
import type { FeedRepositories, FeedTable, PackedTopic } from '../store/feed-types.ts';
import { solarTables, weatherTables } from './tables.ts';
import type { FeedRows, FeedTopic } from './types.ts';

interface Origin {
  readonly siteId: SiteId;
  readonly provider: string;
  readonly issuedAt: number;
  readonly now: number;
}

type Keeper<Topic extends FeedTopic> = (
  store: FeedRepositories,
  rows: readonly FeedRows[Topic][],
  origin: Origin,
) => void;

/** What is over goes to the past, what is to come is kept as one issue: an issue never tells what was already known. */
const keepPacked = <Row extends { readonly at: number; readonly stepMs: number }>(
  store: FeedRepositories,
  topic: PackedTopic,
  rows: readonly Row[],
  tables: (rows: readonly Row[]) => readonly FeedTable[],
  { siteId, provider, issuedAt, now }: Origin,
): void => {
  for (const table of tables(rows.filter((row) => row.at + row.stepMs <= now)))
    store.past.put(siteId, topic, provider, table, now);
  for (const table of tables(rows.filter((row) => row.at + row.stepMs > now)))
    store.issues.put(siteId, topic, { ...table, provider, issuedAt, fetchedAt: now, confirmedAt: now });
};

/** How the rows of each topic are written down. */
export const KEEPERS: { readonly [Topic in FeedTopic]: Keeper<Topic> } = {
  weather: (store, rows, origin) => keepPacked(store, 'weather', rows, weatherTables, origin),
  // A service's past forecasts are no measurement: only what is to come is kept.
  solar: (store, rows, origin) => {
    const toCome = rows.filter((row) => row.at + row.stepMs > origin.now);
    keepPacked(store, 'solar', toCome, solarTables, origin);
  },
  price: (store, rows, { siteId, provider, now }) =>
    store.prices.put(
      siteId,
      rows.map((row) => ({ ...row, provider, fetchedAt: now })),
    ),
  carbon: (store, rows, { siteId, provider, now }) =>
    store.carbon.put(
      siteId,
      rows.map((row) => ({ ...row, provider, fetchedAt: now })),
    ),
  commodity: (store, rows, { siteId, provider, now }) =>
    store.commodities.put(
      siteId,
      rows.map((row) => ({ ...row, provider, fetchedAt: now })),
    ),
};

/** End of the newest interval; null where there is no row. */
export const newestOf = <Topic extends FeedTopic>(rows: readonly FeedRows[Topic][]): number | null =>
  rows.reduce<number | null>((newest, row) => {
    const end = row.at + ('stepMs' in row ? row.stepMs : 0);
    return newest === null || end > newest ? end : newest;
  }, null);
