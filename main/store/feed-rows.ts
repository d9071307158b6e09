import type Database from 'better-sqlite3';
import type { SiteId } from '../ids.ts';
import type { FeedRowRepository, StoredCarbon, StoredCommodity, StoredFeedPrice } from './feed-types.ts';

const putAll =
  <Row>(db: Database.Database, one: (siteId: SiteId, row: Row) => void) =>
  (siteId: SiteId, rows: readonly Row[]): void => {
    db.transaction(() => {
      for (const row of rows) one(siteId, row);
    })();
  };

export const createFeedPriceRepository = (db: Database.Database): FeedRowRepository<StoredFeedPrice> => {
  // Inside the interval: quarters that an hour replaces must not stay beside it.
  const clear = db.prepare(
    `DELETE FROM feed_prices WHERE site_id = @siteId AND kind = @kind AND provider = @provider
     AND at >= @at AND at < @at + @stepMs`,
  );
  const put = db.prepare(
    `INSERT INTO feed_prices (site_id, kind, at, provider, step_ms, per_kwh, currency, fetched_at)
     VALUES (@siteId, @kind, @at, @provider, @stepMs, @perKwh, @currency, @fetchedAt)`,
  );
  const range = db.prepare<[string, number, number], StoredFeedPrice>(
    `SELECT provider, kind, at, step_ms AS stepMs, per_kwh AS perKwh, currency, fetched_at AS fetchedAt FROM feed_prices
     WHERE site_id = ? AND kind IN ('spot', 'import', 'export') AND at >= ? AND at < ? ORDER BY at, kind, provider`,
  );
  return {
    put: putAll(db, (siteId, row) => {
      clear.run({ ...row, siteId });
      put.run({ ...row, siteId });
    }),
    range: (siteId, from, to) => range.all(siteId, from, to),
  };
};

export const createFeedCarbonRepository = (db: Database.Database): FeedRowRepository<StoredCarbon> => {
  const clear = db.prepare(
    `DELETE FROM feed_carbon WHERE site_id = @siteId AND kind = @kind AND provider = @provider
     AND at >= @at AND at < @at + @stepMs`,
  );
  const put = db.prepare(
    `INSERT INTO feed_carbon (site_id, kind, at, provider, step_ms, g_per_kwh, fetched_at)
     VALUES (@siteId, @kind, @at, @provider, @stepMs, @gPerKwh, @fetchedAt)`,
  );
  const range = db.prepare<[string, number, number], StoredCarbon>(
    `SELECT provider, kind, at, step_ms AS stepMs, g_per_kwh AS gPerKwh, fetched_at AS fetchedAt FROM feed_carbon
     WHERE site_id = ? AND kind IN ('forecast', 'measured') AND at >= ? AND at < ? ORDER BY at, kind, provider`,
  );
  return {
    put: putAll(db, (siteId, row) => {
      clear.run({ ...row, siteId });
      put.run({ ...row, siteId });
    }),
    range: (siteId, from, to) => range.all(siteId, from, to),
  };
};

export const createFeedCommodityRepository = (db: Database.Database): FeedRowRepository<StoredCommodity> => {
  const put = db.prepare(
    `INSERT OR REPLACE INTO feed_commodities (site_id, name, at, provider, value, unit, fetched_at)
     VALUES (@siteId, @name, @at, @provider, @value, @unit, @fetchedAt)`,
  );
  const range = db.prepare<[string, number, number], StoredCommodity>(
    `SELECT provider, name, at, value, unit, fetched_at AS fetchedAt FROM feed_commodities
     WHERE site_id = ? AND at >= ? AND at < ? ORDER BY at, name, provider`,
  );
  return {
    put: putAll(db, (siteId, row) => void put.run({ ...row, siteId })),
    range: (siteId, from, to) => range.all(siteId, from, to),
  };
};
