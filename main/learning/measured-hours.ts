import type { ModelKind } from '../../preload/contract/models.ts';
import { channelId, type SiteId } from '../ids.ts';
import type { HourSources } from './hour-sources.ts';
import { KIND_FACTS } from './kinds.ts';

const HOUR_MS = 3_600_000;
/** An hour of which less than half was covered says too little about its mean. */
const LEAST_COVERED_HOURS = 0.5;
/** A roof that gives this share of what its inverter is allowed is held back by it. */
const HELD_BACK_SHARE = 0.97;

/** Hours in a row of one quantity as far as they are fit to learn from; NaN is a gap. */
export interface MeasuredHours {
  readonly values: Float64Array;
  readonly measured: number;
  /** Hours that were measured but are gaps here, by reason. */
  readonly suspectHours: number;
  readonly hardlyCoveredHours: number;
  readonly curtailedHours: number;
}

type Rollups = ReturnType<HourSources['rollups']['range']>;

/** Mean W × covered time = energy, so energy / mean tells how much of the hour was covered. A mean of 0 tells nothing. */
const coveredHours = (row: Rollups[number]): number =>
  row.energyKwh === null || Math.abs(row.mean) < 1 ? 1 : (row.energyKwh * 1000) / row.mean;

const seriesHours = (
  sources: HourSources,
  key: Parameters<HourSources['series']['find']>[0],
  from: number,
  hours: number,
): Rollups => {
  const id = sources.series.find(key);
  return id === undefined ? [] : sources.rollups.range('hour', id, from, from + hours * HOUR_MS);
};

/** Hours in which an inverter was not allowed to give more than it gave: such an hour says nothing about the sun. */
const heldBackHours = (sources: HourSources, site: SiteId, from: number, hours: number): ReadonlySet<number> => {
  const found = new Set<number>();
  for (const device of sources.devices.list(site))
    for (const channel of device.channels) {
      if (channel.role !== 'pv') continue;
      const key = { siteId: site, deviceId: device.id, channelId: channel.channelId } as const;
      const limits = seriesHours(sources, { ...key, metric: 'powerLimitW' }, from, hours);
      if (limits.length === 0) continue;
      const powers = new Map(
        seriesHours(sources, { ...key, metric: 'powerW' }, from, hours).map((row) => [row.at, row.mean]),
      );
      for (const { at, mean } of limits) if ((powers.get(at) ?? 0) >= HELD_BACK_SHARE * mean) found.add(at);
    }
  return found;
};

const powerHours = (
  sources: HourSources,
  site: SiteId,
  kind: ModelKind,
  channel: string,
  from: number,
  hours: number,
): MeasuredHours => {
  const values = new Float64Array(hours).fill(Number.NaN);
  const key = { siteId: site, deviceId: '', channelId: channelId(channel), metric: 'powerW' } as const;
  const heldBack = kind === 'solar' ? heldBackHours(sources, site, from, hours) : new Set<number>();
  let measured = 0;
  let suspectHours = 0;
  let hardlyCoveredHours = 0;
  let curtailedHours = 0;
  for (const row of seriesHours(sources, key, from, hours)) {
    const index = (row.at - from) / HOUR_MS;
    if (!Number.isInteger(index)) continue;
    if (row.quality === 'suspect') suspectHours += 1;
    else if (coveredHours(row) < LEAST_COVERED_HOURS) hardlyCoveredHours += 1;
    else if (heldBack.has(row.at)) curtailedHours += 1;
    else {
      values[index] = Math.max(0, row.mean);
      measured += 1;
    }
  }
  return { values, measured, suspectHours, hardlyCoveredHours, curtailedHours };
};

interface PricedStep {
  readonly at: number;
  readonly stepMs: number;
  readonly perKwh: number;
}

/** The market's price from the provider that has most of it; else what the home pays, which may follow the market. */
const pricedSteps = (sources: HourSources, site: SiteId, from: number, to: number): readonly PricedStep[] => {
  const spot = sources.feeds.prices.range(site, from, to).filter((row) => row.kind === 'spot');
  const counts = new Map<string, number>();
  for (const { provider } of spot) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  const best = [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0];
  if (best !== undefined) return spot.filter((row) => row.provider === best);
  return sources.prices.range(site, from, to).map((row) => ({ ...row, perKwh: row.importPerKwh }));
};

const MARKET_SHOWS_MS = 14 * 24 * HOUR_MS;
/** A tariff by the clock has a handful of prices, and needs no forecast. */
const LEAST_DISTINCT_PRICES = 24;

const priceHours = (sources: HourSources, site: SiteId, from: number, hours: number): MeasuredHours => {
  const sums = new Float64Array(hours);
  const covered = new Float64Array(hours);
  const to = from + hours * HOUR_MS;
  // Whether a price is a market's shows over days, not over the few hours that are asked for.
  const steps = pricedSteps(sources, site, Math.min(from, to - MARKET_SHOWS_MS), to);
  const market = new Set(steps.map((step) => step.perKwh)).size >= LEAST_DISTINCT_PRICES;
  for (const { at, stepMs, perKwh } of market ? steps : [])
    for (let start = at; start < at + stepMs; ) {
      const index = Math.floor((start - from) / HOUR_MS);
      const end = Math.min(at + stepMs, from + (index + 1) * HOUR_MS);
      if (index >= 0 && index < hours) {
        sums[index] = (sums[index] ?? 0) + perKwh * (end - start);
        covered[index] = (covered[index] ?? 0) + end - start;
      }
      start = end;
    }
  const values = sums.map((sum, index) => ((covered[index] ?? 0) >= HOUR_MS ? sum / HOUR_MS : Number.NaN));
  const measured = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  return { values, measured, suspectHours: 0, hardlyCoveredHours: 0, curtailedHours: 0 };
};

/**
 * `hours` hours from `from` on (a full UTC hour): W of solar, wind or household power, currency per kWh of the price.
 * Suspect and hardly covered hours are gaps, and so are those in which an inverter was held back.
 */
export const measuredHours = (
  sources: HourSources,
  site: SiteId,
  kind: ModelKind,
  from: number,
  hours: number,
): MeasuredHours => {
  const { channel } = KIND_FACTS[kind];
  return channel === null
    ? priceHours(sources, site, from, hours)
    : powerHours(sources, site, kind, channel, from, hours);
};

/** All that the site used, W: with the loads that are controlled, which the household has not. */
export const wholeLoadHours = (sources: HourSources, site: SiteId, from: number, hours: number): MeasuredHours =>
  powerHours(sources, site, 'load', 'site:load', from, hours);

/** Whether the site has this quantity at all: something was ever measured of it. */
export const hasKind = (sources: HourSources, site: SiteId, kind: ModelKind, now: number): boolean => {
  const { channel } = KIND_FACTS[kind];
  if (kind === 'solar' || kind === 'load') return true; // Every home uses power, and is asked about its sun.
  if (channel === null) {
    const from = Math.floor(now / HOUR_MS) * HOUR_MS - 14 * 24 * HOUR_MS;
    return priceHours(sources, site, from, 14 * 24).measured > 0;
  }
  return (
    sources.series.find({ siteId: site, deviceId: '', channelId: channelId(channel), metric: 'powerW' }) !== undefined
  );
};
