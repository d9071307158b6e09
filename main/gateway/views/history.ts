import type { Problem } from '../../../preload/contract/base.ts';
import { isFlexible } from '../../../preload/contract/devices.ts';
import type { SiteSettings } from '../../../preload/contract/house.ts';
import type { HistorySeries, HistoryView } from '../../../preload/contract/insight.ts';
import type { Site } from '../../../preload/contract/site.ts';
import type { QueryParsed } from '../../../preload/contract.ts';
import { channelId } from '../../ids.ts';
import { fail, ok, type Result } from '../../result.ts';
import { priceLookup } from '../../store/price-lookup.ts';
import { qualityOfCode } from '../../store/quality.ts';
import type { ReadClient } from '../../store/read-client.ts';
import type { RollupColumns } from '../../store/read-protocol.ts';
import type { DeviceRecord, PriceRow, RollupStep, SeriesKey } from '../../store/types.ts';
import { gridCost } from './cost.ts';
import { CORE_SERIES, coveragePct, type EnergyInterval, type EnergyRow, intervalsOf, totalsOf } from './energy.ts';
import { STEP_MS, stepsOf } from './history-steps.ts';

const SERIES: readonly HistorySeries[] = ['pv', 'load', 'grid', 'battery', 'soc', 'household'];
/** More steps than any screen can draw: a longer span is asked for in longer steps. */
const MOST_STEPS = 20_000;

export interface HistoryDeps {
  readonly read: Pick<ReadClient, 'rollups' | 'readings'>;
  readonly find: (key: SeriesKey) => number | undefined;
}

export interface HistoryInput {
  readonly query: QueryParsed<'history.get'>;
  readonly now: number;
  readonly site: Pick<Site, 'timeZone' | 'demo'>;
  readonly settings: Pick<SiteSettings, 'fixedImportPerKwh' | 'fixedExportPerKwh'>;
  readonly devices: readonly DeviceRecord[];
  readonly prices: readonly PriceRow[];
}

interface Wanted {
  readonly id: number;
  readonly series: HistorySeries | null;
  readonly channel: { readonly key: string; readonly name: string } | null;
}

/** One series on its own times; values of suspect quality are gaps. */
interface Line {
  readonly at: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly quality: ArrayLike<number>;
}

const wantedOf = ({ query, devices }: HistoryInput, find: HistoryDeps['find']): readonly Wanted[] => {
  const { siteId } = query;
  const site = SERIES.flatMap((series): readonly Wanted[] => {
    const metric = series === 'soc' ? 'socPct' : 'powerW';
    const id = find({ siteId, deviceId: '', channelId: channelId(`site:${series}`), metric });
    return id === undefined ? [] : [{ id, series, channel: null }];
  });
  if (!query.channels) return site;
  const loads = devices.flatMap((device) =>
    device.channels
      .filter((channel) => isFlexible(channel.role))
      .flatMap((channel): readonly Wanted[] => {
        const id = find({ siteId, deviceId: device.id, channelId: channel.channelId, metric: 'powerW' });
        const key = `${device.id}/${channel.channelId}`;
        return id === undefined ? [] : [{ id, series: null, channel: { key, name: channel.name } }];
      }),
  );
  return [...site, ...loads];
};

/** Values of a line on the steps of the view: null where nothing was measured. Raw rows speak for their minute. */
const onSteps = (line: Line, steps: readonly number[], stepMs: number | null): (number | null)[] => {
  const values = new Map<number, number>();
  for (let index = 0; index < line.at.length; index += 1) {
    const at = line.at[index];
    const value = line.value[index];
    if (at === undefined || value === undefined || qualityOfCode(line.quality[index] ?? 0) === 'suspect') continue;
    values.set(stepMs === null ? at : Math.floor(at / stepMs) * stepMs, value);
  }
  return steps.map((at) => values.get(at) ?? null);
};

const energyRows = (columns: RollupColumns | undefined): readonly EnergyRow[] => {
  const rows: EnergyRow[] = [];
  for (let index = 0; columns && index < columns.at.length; index += 1) {
    const energyKwh = columns.energyKwh[index] ?? Number.NaN;
    if (Number.isNaN(energyKwh) || qualityOfCode(columns.quality[index] ?? 0) === 'suspect') continue;
    rows.push({ at: columns.at[index] ?? 0, energyKwh, minutes: columns.count[index] ?? 0 });
  }
  return rows;
};

const tooLong = (count: number): Result<never, Problem> =>
  fail({
    code: 'history.too-long',
    kind: 'permanent',
    message: `That would be ${count} steps, more than a chart can show.`,
    advice: 'Ask for a shorter span or a longer step.',
  });

/** History of a span on the site's calendar: gaps stay gaps, and sums come from the finest rollups that are kept. */
export const historyOf = async (deps: HistoryDeps, input: HistoryInput): Promise<Result<HistoryView, Problem>> => {
  const { query, site, now } = input;
  const { siteId, from, to, step } = query;
  const { timeZone } = site;
  const steps = stepsOf(step, from, to, timeZone, MOST_STEPS);
  if (steps === null) return tooLong(Math.ceil((to - from) / STEP_MS[step]));
  const wanted = wantedOf(input, deps.find);
  const ids = wanted.map((each) => each.id);
  const first = steps.at(0) ?? from;

  const lines = await linesOf(deps.read, step, ids, first, to);
  if (!lines.ok) return lines;
  const energies = await energiesOf(deps.read, wanted, step, { steps, from: first, to });
  if (!energies.ok) return energies;

  const stepMs = step === 'day' ? null : STEP_MS[step];
  const series: HistoryView['series'] = {};
  const channels: HistoryView['channels'] = {};
  wanted.forEach((each, index) => {
    const line = lines.value[index];
    if (!line) return;
    const values = onSteps(line, steps, stepMs);
    if (each.series) series[each.series] = values;
    if (each.channel) channels[each.channel.key] = { name: each.channel.name, values };
  });
  const mapped =
    site.demo && lines.value.some((line) => Array.from(line.quality).some((code) => qualityOfCode(code) === 'demo'));
  // What has not happened and what is still being summed up does not count as missing.
  const restMs = now % (step === 'raw' || step === '15min' ? STEP_MS['15min'] : STEP_MS.hour);
  const until = Math.max(from, Math.min(to, now - restMs));
  return ok({
    siteId,
    from,
    to,
    step,
    at: [...steps],
    series,
    channels,
    totals: {
      ...totalsOf(energies.value),
      cost: gridCost(energies.value, priceLookup(input.prices, input.settings)),
      coveragePct: coveragePct(energies.value, first, until),
    },
    mapped,
  });
};

const linesOf = async (
  read: HistoryDeps['read'],
  step: HistoryView['step'],
  ids: readonly number[],
  from: number,
  to: number,
): Promise<Result<readonly Line[]>> => {
  if (ids.length === 0) return ok([]);
  if (step === 'raw') return read.readings(ids, from, to);
  const columns = await read.rollups(step, ids, from, to);
  return columns.ok ? ok(columns.value.map(({ at, mean, quality }) => ({ at, value: mean, quality }))) : columns;
};

/**
 * Energies for the sums: quarters for short steps, else hours, since import and export net out in longer intervals. Days
 * whose hours are no longer kept count as whole days, with import and export netted.
 */
const energiesOf = async (
  read: HistoryDeps['read'],
  wanted: readonly Wanted[],
  step: HistoryView['step'],
  { steps, from, to }: { readonly steps: readonly number[]; readonly from: number; readonly to: number },
): Promise<Result<readonly EnergyInterval[]>> => {
  const core = CORE_SERIES.flatMap((series) => {
    const found = wanted.find((each) => each.series === series);
    return found ? [{ series, id: found.id }] : [];
  });
  if (core.length === 0) return ok([]);
  const ids = core.map((each) => each.id);
  const joined = async (
    rollup: RollupStep,
    stepMsOf: (at: number) => number,
  ): Promise<Result<readonly EnergyInterval[]>> => {
    const columns = await read.rollups(rollup, ids, from, to);
    if (!columns.ok) return columns;
    const rows = Object.fromEntries(core.map(({ series }, index) => [series, energyRows(columns.value[index])]));
    return ok(intervalsOf(rows, stepMsOf));
  };
  if (step === 'raw' || step === '15min') return joined('15min', () => STEP_MS['15min']);
  const hours = await joined('hour', () => STEP_MS.hour);
  if (!hours.ok) return hours;
  const firstHourAt = hours.value[0]?.at ?? to;
  if (step !== 'day' || firstHourAt <= from) return hours;
  const lengths = new Map(steps.map((at, index) => [at, (steps[index + 1] ?? at + STEP_MS.day) - at]));
  const days = await joined('day', (at) => lengths.get(at) ?? STEP_MS.day);
  if (!days.ok) return days;
  const older = days.value.filter((day) => day.at + day.stepMs <= firstHourAt);
  return ok([...older, ...hours.value]);
};
