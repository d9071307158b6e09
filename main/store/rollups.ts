import type Database from 'better-sqlite3';
import type { Metric } from '../../preload/contract/base.ts';
import { addLocalDays, startOfLocalDay } from '../zone.ts';
import { HOUR_MS, merge, QUARTER_MS, quartersOf, reachMsOf } from './rolling.ts';
import { createRollupTable } from './rollup-rows.ts';
import type { ReadingRepository, Rollup, RollupRepository, SeriesRepository } from './types.ts';

const floorTo = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs;

/** The local days of a zone. Remembered during one roll, because every series asks for the same few days. */
const daysOf = (zone: string) => {
  const remembered = <Answer>(find: (at: number) => Answer): ((at: number) => Answer) => {
    const known = new Map<number, Answer>();
    return (at) => {
      const answer = known.get(at) ?? find(at);
      known.set(at, answer);
      return answer;
    };
  };
  return {
    startOf: remembered((at) => startOfLocalDay(at, zone)),
    next: remembered((at) => addLocalDays(at, 1, zone)),
  };
};

/** Where the next longer step has to begin again: at its first missing interval, or earlier where its source changed. */
const startOf = (missing: number | undefined, changed: number | undefined): number | undefined =>
  missing === undefined ? changed : changed === undefined ? missing : Math.min(missing, changed);

export const createRollupRepository = (
  db: Database.Database,
  series: SeriesRepository,
  readings: ReadingRepository,
): RollupRepository => {
  const tables = {
    '15min': createRollupTable(db, '15min'),
    hour: createRollupTable(db, 'hour'),
    day: createRollupTable(db, 'day'),
  };
  const oldestRaw = db.prepare<[number], { at: number | null }>(
    'SELECT min(at) AS at FROM readings WHERE series_id = ?',
  );

  /** Answers the start of the earliest interval that changed. The newest interval is done again: a row may come late. */
  const rollQuarters = (seriesId: number, metric: Metric, until: number, written: Rollup[]): number | undefined => {
    const from = tables['15min'].newestAt(seriesId) ?? oldestRaw.get(seriesId)?.at ?? undefined;
    if (from === undefined) return undefined;
    const begin = floorTo(from, QUARTER_MS);
    const end = floorTo(until, QUARTER_MS);
    if (end <= begin) return undefined;
    const rows = readings.range(seriesId, begin - reachMsOf(metric), end);
    const changed = quartersOf(seriesId, metric, rows, begin, end).filter((row) => tables['15min'].improve(row));
    written.push(...changed);
    return changed[0]?.at;
  };

  const rollHours = (seriesId: number, changedAt: number | undefined, until: number, written: Rollup[]) => {
    const newest = tables.hour.newestAt(seriesId);
    const missing = newest === undefined ? tables['15min'].oldestAt(seriesId) : newest + HOUR_MS;
    const from = startOf(missing, changedAt);
    const end = floorTo(until, HOUR_MS);
    if (from === undefined || from >= end) return undefined;
    const byHour = Map.groupBy(tables['15min'].range(seriesId, floorTo(from, HOUR_MS), end), (row) =>
      floorTo(row.at, HOUR_MS),
    );
    const changed = [...byHour]
      .map(([at, rows]) => merge(seriesId, at, rows))
      .filter((row) => row !== undefined && tables.hour.improve(row))
      .filter((row) => row !== undefined);
    written.push(...changed);
    return changed[0]?.at;
  };

  /**
   * The rows of a local day: its whole hours, and quarters for the hours that a midnight cuts, since some zones lie half
   * or a quarter of an hour beside UTC's.
   */
  const partsOfDay = (seriesId: number, begin: number, end: number): readonly Rollup[] => {
    const firstHour = Math.ceil(begin / HOUR_MS) * HOUR_MS;
    const lastHour = floorTo(end, HOUR_MS);
    return [
      ...tables['15min'].range(seriesId, begin, firstHour),
      ...tables.hour.range(seriesId, firstHour, lastHour),
      ...tables['15min'].range(seriesId, lastHour, end),
    ];
  };

  const rollDays = (
    seriesId: number,
    days: ReturnType<typeof daysOf>,
    changedAt: number | undefined,
    until: number,
    written: Rollup[],
  ): void => {
    const newest = tables.day.newestAt(seriesId);
    const missing = newest === undefined ? tables.hour.oldestAt(seriesId) : days.next(newest);
    const from = startOf(missing, changedAt);
    if (from === undefined || from >= until) return;
    let begin = days.startOf(from);
    for (let end = days.next(begin); end <= until; end = days.next(begin)) {
      const row = merge(seriesId, begin, partsOfDay(seriesId, begin, end));
      if (row && tables.day.improve(row)) written.push(row);
      begin = end;
    }
  };

  return {
    write: (step, rows) => {
      db.transaction(() => {
        for (const row of rows) tables[step].put(row);
      })();
    },
    range: (step, seriesId, from, to) => tables[step].range(seriesId, from, to),
    roll: (siteId, timeZone, until) =>
      db.transaction(() => {
        const written: Rollup[] = [];
        const days = daysOf(timeZone);
        for (const { id, metric } of series.listOf(siteId)) {
          const quarterAt = rollQuarters(id, metric, until, written);
          const hourAt = rollHours(id, quarterAt, until, written);
          rollDays(id, days, startOf(quarterAt, hourAt), until, written);
        }
        return written.length;
      })(),
    prune: (step, before) => tables[step].prune(before),
  };
};
