import { systemClock } from '../../clock.ts';
import { channelId } from '../../ids.ts';
import { createLog } from '../../log.ts';
import { ok, permanent, type Result } from '../../result.ts';
import { openReader } from '../../store/connection.ts';
import { priceLookup } from '../../store/price-lookup.ts';
import { createPriceRepository } from '../../store/prices.ts';
import { createReadingRepository } from '../../store/readings.ts';
import { createRollupRepository } from '../../store/rollups.ts';
import { createSeriesRepository } from '../../store/series.ts';
import type { RollupStep, SeriesKey } from '../../store/types.ts';
import { createUnreadableRows } from '../../store/unreadable.ts';
import { pastOf } from './past.ts';
import type { BacktestTask } from './protocol.ts';
import type { Past } from './types.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
/** What lies before the span is learnt from. */
const HISTORY_DAYS = 60;
/** Quarters are played where they cover this share of the hours that are known. */
const QUARTERS_SHARE = 0.9;

type Place = Pick<SeriesKey, 'deviceId' | 'channelId'>;
const ofSite = (channel: string): Place => ({ deviceId: '', channelId: channelId(channel) });

/** The load without what some of its loads drew. Before a load was first measured it drew nothing; a gap in it is a gap. */
const withoutLoads = (loadKw: Float64Array, drawn: readonly Float64Array[]): Float64Array => {
  const first = drawn.map((kw) => kw.findIndex((each) => !Number.isNaN(each)));
  return loadKw.map((load, step) =>
    drawn.reduce((left, kw, place) => {
      const used = step < (first[place] ?? 0) ? 0 : Math.max(0, kw[step] ?? 0);
      return Number.isNaN(left) || Number.isNaN(used) ? Number.NaN : Math.max(0, left - used);
    }, load),
  );
};

/**
 * The home's own past with its connection closed again: quarters of an hour as far as they are kept, else hours. Failure
 * `backtest.nothing-measured`.
 */
export const readSitePast = (
  task: BacktestTask,
): Result<{ readonly past: Past; readonly notes: readonly string[] }> => {
  const { databasePath, siteId, ask, site, channels, fixedPrices, carbon } = task;
  const db = openReader(databasePath);
  try {
    // The main thread reads the same rows with a log of its own; what cannot be read is left out here as there.
    const unreadable = createUnreadableRows(createLog({ write: () => undefined }, systemClock()));
    const series = createSeriesRepository(db, unreadable);
    const rollups = createRollupRepository(db, series, createReadingRepository(db, unreadable));
    const startAt = Math.floor(ask.from / HOUR_MS) * HOUR_MS - HISTORY_DAYS * 24 * HOUR_MS;
    const endAt = Math.ceil(ask.to / HOUR_MS) * HOUR_MS;
    const rowsOf = (place: Place, step: RollupStep, from: number): ReadonlyMap<number, number> => {
      const id = series.find({ siteId, ...place, metric: 'powerW' });
      const rows = id === undefined ? [] : rollups.range(step, id, from, endAt);
      return new Map(rows.flatMap((row) => (row.quality === 'suspect' ? [] : [[row.at, row.mean / 1000] as const])));
    };
    const hours = rowsOf(ofSite('site:load'), 'hour', ask.from);
    const quarters = rowsOf(ofSite('site:load'), '15min', ask.from);
    if (hours.size === 0 && quarters.size === 0)
      return permanent(
        'backtest.nothing-measured',
        'The use of power was not measured in that span.',
        'Choose a span that the history page shows.',
      );
    const fine = quarters.size >= QUARTERS_SHARE * 4 * hours.size;
    const stepMs = fine ? QUARTER_MS : HOUR_MS;
    const steps = Math.round((endAt - startAt) / stepMs);
    const column = (of: (at: number) => number): Float64Array =>
      Float64Array.from({ length: steps }, (_, step) => of(startAt + step * stepMs));
    const powers = (channel: Place): Float64Array | null => {
      const own = rowsOf(channel, fine ? '15min' : 'hour', startAt);
      const whole = fine ? rowsOf(channel, 'hour', startAt) : own;
      if (own.size + whole.size === 0) return null;
      return column((at) => own.get(at) ?? whole.get(at - (at % HOUR_MS)) ?? Number.NaN);
    };
    const rows = createPriceRepository(db).range(siteId, startAt - 24 * HOUR_MS, endAt);
    const prices = priceLookup(rows, fixedPrices);
    const grams = new Map<number, number>();
    for (const row of carbon)
      for (let at = Math.floor(row.at / stepMs) * stepMs; at < row.at + row.stepMs; at += stepMs)
        grams.set(at, row.gPerKwh);
    const measured = channels.map((channel) => ({ name: channel.name, kw: powers(channel) }));
    const drawn = measured.flatMap(({ kw }) => (kw === null ? [] : [kw]));
    const unmeasured = measured.filter(({ kw }) => kw === null).map(({ name }) => name);
    const pv = powers(ofSite('site:pv')) ?? new Float64Array(steps);
    const raw = {
      startAt,
      stepMs,
      loadKw: withoutLoads(powers(ofSite('site:load')) ?? new Float64Array(steps).fill(Number.NaN), drawn),
      pvKw: pv.map((kw) => kw * (ask.pvFactor ?? 1)),
      importPrice: column((at) => prices(at, stepMs)?.importPerKwh ?? Number.NaN),
      exportPrice: column((at) => prices(at, stepMs)?.exportPerKwh ?? Number.NaN),
      carbonG: grams.size === 0 ? null : column((at) => grams.get(at) ?? Number.NaN),
    };
    return ok({
      past: pastOf(raw, site.zone, { from: ask.from, to: ask.to }),
      notes: unmeasured.map(
        (name) => `${name} was not measured in that time: it is played on top of all that was used.`,
      ),
    });
  } finally {
    db.close();
  }
};
