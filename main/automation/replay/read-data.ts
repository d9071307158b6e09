import type { Metric } from '../../../preload/contract/base.ts';
import { isFlexible } from '../../../preload/contract/devices.ts';
import type { HistorySeries } from '../../../preload/contract/insight.ts';
import type { Quantity, Rule } from '../../../preload/contract/rules.ts';
import { weatherRowsOf } from '../../feeds/tables.ts';
import { channelId } from '../../ids.ts';
import type { HourSources } from '../../learning/hour-sources.ts';
import type { SeriesKey, StoredForecast } from '../../store/types.ts';
import { addLocalDays, startOfLocalDay } from '../../zone.ts';
import { holdFormula, literalsOf } from '../check/formula.ts';
import { finestFrom, type Grid, heldColumn, measuredColumn, onColumn, unknownColumn } from './columns.ts';
import { batteryHabits, hoursBefore, usualPower } from './habits.ts';
import { type ChannelColumns, channelKey, type ReplayData, type ReplayTask, type WeatherThen } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A plug draws a little for itself; more means that what hangs on it runs. */
const ON_ABOVE_W = 10;
/** Loads that are measured by themselves leave so much of the house unexplained at most while nothing else flexible runs. */
const NOTHING_RUNS_W = 50;
/** Old forecasts are kept one a day. */
export const FORECAST_HOLDS_MS = 26 * HOUR_MS;
const WEATHER_REACH_MS = 72 * HOUR_MS;

/** A minute where the span is short enough to have been kept so finely, else five; a quarter of an hour over more than two months. */
const stepFor = (from: number, to: number): number =>
  to - from <= 3 * DAY_MS ? MINUTE_MS : to - from <= 62 * DAY_MS ? 5 * MINUTE_MS : 15 * MINUTE_MS;

const quantitiesOf = (rules: readonly Rule[]): readonly Quantity[] =>
  rules.flatMap((rule) =>
    literalsOf(holdFormula(rule)).flatMap(({ test }) =>
      test.is === 'above' || test.is === 'below' || test.is === 'between' ? [test.quantity] : [],
    ),
  );

/** `pv` is called solar where forecasts are kept. */
export const storedKind = (kind: Extract<Quantity, { of: 'forecast' }>['kind']): StoredForecast['kind'] =>
  kind === 'pv' ? 'solar' : kind;

const forecastsOf = (sources: HourSources, task: ReplayTask, quantities: readonly Quantity[]) => {
  const kinds = new Set(quantities.flatMap((each) => (each.of === 'forecast' ? [storedKind(each.kind)] : [])));
  return new Map(
    [...kinds].map((kind) => [
      kind,
      sources.forecasts.range(task.home.site.id, kind, task.from - FORECAST_HOLDS_MS, task.to),
    ]),
  );
};

/** What services expected, as it came in. */
const weatherOf = (sources: HourSources, task: ReplayTask, quantities: readonly Quantity[]): readonly WeatherThen[] => {
  if (!quantities.some(({ of }) => of === 'weather')) return [];
  const { site } = task.home;
  return sources.feeds.issues
    .overlapping(site.id, 'weather', task.from, task.to + WEATHER_REACH_MS, task.to)
    .map((issue) => ({
      knownAt: issue.fetchedAt,
      rows: weatherRowsOf(issue).map((row) => ({
        ...row,
        provider: issue.provider,
        issuedAt: issue.issuedAt,
        irradianceEstimated: false,
        assumed: false,
      })),
    }))
    .toSorted((one, other) => one.knownAt - other.knownAt);
};

const pricesOf = (sources: HourSources, task: ReplayTask) => {
  const { site, settings } = task.home;
  const from = startOfLocalDay(task.from, site.timeZone);
  const to = addLocalDays(task.to, 2, site.timeZone);
  const rows = sources.prices.range(site.id, from - DAY_MS, to).filter((row) => row.at + row.stepMs > from);
  const fixed = settings.fixedImportPerKwh;
  return { rows, fixedImport: fixed, fixedExport: fixed === null ? null : (settings.fixedExportPerKwh ?? 0) };
};

/** What was forecast of the grid's carbon once it was there, else what was measured of that time. */
const carbonColumn = (sources: HourSources, task: ReplayTask, grid: Grid): Float64Array => {
  const rows = sources.feeds.carbon.range(task.home.site.id, task.from - DAY_MS, task.to);
  const column = unknownColumn(grid);
  const measuredLast = rows.toSorted(
    (one, other) => Number(one.kind === 'measured') - Number(other.kind === 'measured'),
  );
  for (const { kind, at, stepMs, gPerKwh, fetchedAt } of measuredLast)
    for (let step = Math.max(0, Math.ceil((at - grid.from) / grid.stepMs)); step < grid.steps; step += 1) {
      const stepAt = grid.from + step * grid.stepMs;
      if (stepAt >= at + stepMs) break;
      if (kind === 'measured' || fetchedAt <= stepAt) column[step] = gPerKwh;
    }
  return column;
};

const channelsOf = (sources: HourSources, task: ReplayTask, grid: Grid) => {
  const { site } = task.home;
  const columns = new Map<string, ChannelColumns>();
  const usualW = new Map<string, number>();
  for (const { deviceId, config } of task.home.channels) {
    const key = (metric: Metric): SeriesKey => ({ siteId: site.id, deviceId, channelId: config.channelId, metric });
    const powerW = measuredColumn(sources, key('powerW'), grid);
    const name = channelKey(deviceId, config.channelId);
    columns.set(name, {
      powerW,
      tempC: measuredColumn(sources, key('tempC'), grid),
      on: onColumn(sources, key('on'), powerW, grid, ON_ABOVE_W),
    });
    const usual = usualPower(hoursBefore(sources, key('powerW'), task.from), ON_ABOVE_W) ?? config.ratedPowerW;
    if (usual !== null) usualW.set(name, usual);
  }
  return { columns, usualW };
};

/** A load of which nothing was kept stood still wherever the rest of the house explains everything. */
const inferOff = (
  task: ReplayTask,
  columns: ReadonlyMap<string, ChannelColumns>,
  loadW: Float64Array,
  householdW: Float64Array,
): void => {
  const flexible = task.home.channels
    .filter(({ config }) => isFlexible(config.role) && config.use === 'primary')
    .flatMap(({ deviceId, config }) => columns.get(channelKey(deviceId, config.channelId)) ?? []);
  for (let step = 0; step < loadW.length; step += 1) {
    const known = flexible.reduce((sum, { powerW }) => sum + (powerW[step] || 0), 0);
    const unexplainedW = (loadW[step] ?? Number.NaN) - (householdW[step] ?? Number.NaN) - known;
    if (!(unexplainedW < NOTHING_RUNS_W)) continue;
    for (const { powerW, on } of flexible) {
      if (!Number.isNaN(powerW[step] ?? Number.NaN)) continue;
      powerW[step] = 0;
      if (Number.isNaN(on[step] ?? Number.NaN)) on[step] = 0;
    }
  }
};

const voltageColumn = (sources: HourSources, task: ReplayTask, grid: Grid): Float64Array => {
  const batteries = task.home.channels.filter(({ config }) => config.role === 'battery' && config.use === 'primary');
  const columns = batteries.map(({ deviceId, config }) =>
    measuredColumn(
      sources,
      { siteId: task.home.site.id, deviceId, channelId: config.channelId, metric: 'voltageV' },
      grid,
    ),
  );
  return unknownColumn(grid).map((_, step) => {
    const known = columns.flatMap((column) => (Number.isNaN(column[step] ?? Number.NaN) ? [] : [column[step] ?? 0]));
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
};

/** Reads a span of the past as far as the rules need it. Nothing in it says more at a step than was known then. */
export const readReplayData = (sources: HourSources, task: ReplayTask): ReplayData => {
  const { site } = task.home;
  const stepMs = stepFor(task.from, task.to);
  const from = Math.floor(task.from / stepMs) * stepMs;
  const grid: Grid = { from, stepMs, steps: Math.max(1, Math.ceil((task.to - from) / stepMs)) };
  const siteKey = (series: HistorySeries): SeriesKey => ({
    siteId: site.id,
    deviceId: '',
    channelId: channelId(`site:${series}`),
    metric: series === 'soc' ? 'socPct' : 'powerW',
  });
  const column = (series: HistorySeries): Float64Array => measuredColumn(sources, siteKey(series), grid);
  const loadW = column('load');
  const householdW = column('household');
  const { columns, usualW } = channelsOf(sources, task, grid);
  inferOff(task, columns, loadW, householdW);
  const { rows, fixedImport, fixedExport } = pricesOf(sources, task);
  const orFixed = (values: Float64Array, fixed: number | null): Float64Array =>
    fixed === null ? values : values.map((value) => (Number.isNaN(value) ? fixed : value));
  const quantities = quantitiesOf(task.rules.map(({ rule }) => rule));
  const fineFrom = finestFrom(sources, siteKey('load'), grid);
  return {
    ...grid,
    pvW: column('pv'),
    loadW,
    householdW,
    gridW: column('grid'),
    batteryW: column('battery'),
    socPct: column('soc'),
    voltageV: voltageColumn(sources, task, grid),
    importPerKwh: orFixed(
      heldColumn(
        rows.map((row) => ({ ...row, value: row.importPerKwh })),
        grid,
      ),
      fixedImport,
    ),
    exportPerKwh: orFixed(
      heldColumn(
        rows.map((row) => ({ ...row, value: row.exportPerKwh })),
        grid,
      ),
      fixedExport,
    ),
    carbon: carbonColumn(sources, task, grid),
    prices: rows,
    channels: columns,
    usualW,
    battery: batteryHabits(sources, { power: siteKey('battery'), soc: siteKey('soc') }, from, task.home),
    forecasts: forecastsOf(sources, task, quantities),
    weather: weatherOf(sources, task, quantities),
    hourlyShare: Math.min(1, (fineFrom - from) / (grid.steps * stepMs)),
  };
};
