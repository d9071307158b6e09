import type { PolicySeries } from '../../../models/control-policy/types.ts';
import { systemClock } from '../../clock.ts';
import { channelId } from '../../ids.ts';
import { createLog } from '../../log.ts';
import { openReader } from '../../store/connection.ts';
import { priceLookup } from '../../store/price-lookup.ts';
import { createPriceRepository } from '../../store/prices.ts';
import { createReadingRepository } from '../../store/readings.ts';
import { createRollupRepository } from '../../store/rollups.ts';
import { createSeriesRepository } from '../../store/series.ts';
import { createUnreadableRows } from '../../store/unreadable.ts';
import { localHour, localWeekday } from '../../zone.ts';
import { hourlyMeans } from '../site/measured.ts';
import type { PolicyTask } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** Hours are kept so long; all of them are learnt from. */
const HISTORY_DAYS = 400;
/** A tariff by the clock has a handful of prices, all known ahead; a market has more. */
const LEAST_MARKET_PRICES = 24;
/** Tomorrow's market prices are out at this local hour. */
const PUBLISHED_HOUR = 13;

/**
 * The past of a home in whole hours up to now. Sun is 0 where the home has no sun at all, and a gap where it was not measured
 * in that hour. Market prices count as known until midnight, from 13:00 on until the midnight after.
 */
export const readPast = ({ databasePath, siteId, learn, now }: PolicyTask): PolicySeries => {
  const db = openReader(databasePath);
  try {
    // The main thread reads the same rows with a log of its own; what cannot be read is left out here as there.
    const unreadable = createUnreadableRows(createLog({ write: () => undefined }, systemClock()));
    const series = createSeriesRepository(db, unreadable);
    const readings = createReadingRepository(db, unreadable);
    const store = { series, readings, rollups: createRollupRepository(db, series, readings) };
    const hours = HISTORY_DAYS * DAY_HOURS;
    const startAt = Math.floor(now / HOUR_MS) * HOUR_MS - hours * HOUR_MS;
    const endAt = startAt + hours * HOUR_MS;
    const column = (of: (at: number) => number): Float64Array =>
      Float64Array.from({ length: hours }, (_, hour) => of(startAt + hour * HOUR_MS));
    const means = (channel: string): ReadonlyMap<number, number> =>
      hourlyMeans(store, { siteId, deviceId: '', channelId: channelId(channel), metric: 'powerW' }, startAt, endAt);
    const [load, pv] = [means('site:load'), means('site:pv')];
    const kw = (powers: ReadonlyMap<number, number>): Float64Array =>
      column((at) => Math.max(0, powers.get(at) ?? Number.NaN) / 1000);
    const rows = createPriceRepository(db).range(siteId, startAt - DAY_HOURS * HOUR_MS, endAt);
    const prices = priceLookup(rows, learn.fixedPrices);
    const market = new Set(rows.map(({ importPerKwh }) => importPerKwh)).size >= LEAST_MARKET_PRICES;
    const hourOfDay = column((at) => localHour(at, learn.timeZone));
    return {
      ...{ startAt, stepHours: 1, loadKw: kw(load), pvKw: pv.size === 0 ? new Float64Array(hours) : kw(pv) },
      importPrice: column((at) => prices(at, HOUR_MS)?.importPerKwh ?? Number.NaN),
      exportPrice: column((at) => prices(at, HOUR_MS)?.exportPerKwh ?? Number.NaN),
      localHour: hourOfDay,
      weekday: column((at) => localWeekday(at, learn.timeZone)),
      knownSteps: hourOfDay.map((hour) =>
        market ? Math.ceil((hour >= PUBLISHED_HOUR ? 2 : 1) * DAY_HOURS - hour) : DAY_HOURS,
      ),
    };
  } finally {
    db.close();
  }
};
