import { capacityEstimates } from '../../../models/battery-health/capacity-estimates.ts';
import type { PlanSettings } from '../../../preload/contract/plan-settings.ts';
import { channelId, type SiteId } from '../../ids.ts';
import type { StoredCarbon } from '../../store/feed-types.ts';
import { type PriceLookup, priceLookup } from '../../store/price-lookup.ts';
import type { Rollup, SeriesKey, Store } from '../../store/types.ts';
import { batteryOf } from '../site/site-battery.ts';
import type { MeasuredDay, MeasuredQuarter } from './day-account.ts';
import type { HomeBattery } from './self-consumption.ts';

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;

type MeasuredStore = Pick<Store, 'series' | 'rollups' | 'prices' | 'settings'>;

type CarbonRows = readonly Pick<StoredCarbon, 'at' | 'stepMs' | 'gPerKwh' | 'kind'>[];

const believed = (rows: readonly Rollup[]): readonly Rollup[] => rows.filter(({ quality }) => quality !== 'suspect');

/** Quarters of one series that are believed, by their start. */
export const quartersOf = (
  store: Pick<Store, 'series' | 'rollups'>,
  key: SeriesKey,
  from: number,
  to: number,
): ReadonlyMap<number, Rollup> => {
  const id = store.series.find(key);
  const rows = id === undefined ? [] : believed(store.rollups.range('15min', id, from, to));
  return new Map(rows.map((row) => [row.at, row]));
};

/** Quarters of one of the site's own series. */
export const siteQuarters = (
  store: Pick<Store, 'series' | 'rollups'>,
  siteId: SiteId,
  series: 'pv' | 'load' | 'grid' | 'battery' | 'soc' | 'household',
  from: number,
  to: number,
): ReadonlyMap<number, Rollup> => {
  const metric = series === 'soc' ? 'socPct' : 'powerW';
  return quartersOf(store, { siteId, deviceId: '', channelId: channelId(`site:${series}`), metric }, from, to);
};

/** Prices of a span, with those that reach into it. */
export const pricesOfSpan = (store: MeasuredStore, siteId: SiteId, from: number, to: number): PriceLookup =>
  priceLookup(store.prices.range(siteId, from - DAY_MS - HOUR_MS, to), store.settings.get(siteId));

/** g CO2 per kWh at a moment; what was measured counts before what was forecast. */
const carbonLookup = (rows: CarbonRows): ((at: number) => number | null) => {
  const measuredFirst = [...rows.filter(({ kind }) => kind === 'measured'), ...rows];
  const byQuarter = new Map<number, number>();
  for (const { at, stepMs, gPerKwh } of measuredFirst)
    for (let quarter = Math.ceil(at / QUARTER_MS) * QUARTER_MS; quarter < at + stepMs; quarter += QUARTER_MS)
      if (!byQuarter.has(quarter)) byQuarter.set(quarter, gPerKwh);
  return (at) => byQuarter.get(Math.floor(at / QUARTER_MS) * QUARTER_MS) ?? null;
};

/** What was seen of a battery: over two weeks what it holds, and on the day itself how deep and how strong it went. */
interface Seen {
  /** Null where it showed nothing of the kind. */
  readonly capacityKwh: number | null;
  readonly lowestSocPct: number;
  readonly highestKw: number;
}

/**
 * The battery as the planner takes it, but as it showed itself: what can be used of it is seldom what its name says, its own
 * floor may lie deeper than that of the settings, and it may be stronger than batteries of its size commonly are. Of a battery
 * taken for larger than it is the baseline would store more than anybody could.
 */
const asSeen = (battery: HomeBattery | null, { capacityKwh, lowestSocPct, highestKw }: Seen): HomeBattery | null =>
  battery && {
    ...battery,
    capacityKwh: capacityKwh ?? battery.capacityKwh,
    minSocPct: Math.min(battery.minSocPct, lowestSocPct),
    maxChargeKw: Math.max(battery.maxChargeKw, highestKw),
    maxDischargeKw: Math.max(battery.maxDischargeKw, highestKw),
  };

/** Runs across this much charge tell a capacity, and so many of them are believed. */
const CAPACITY = { days: 14, leastDeltaPct: 25, least: 3, from: 0.4, to: 1.4 } as const;

/** What a battery holds by the energy that moved its charge in the two weeks until `to`, kWh; null where too little moved. */
const shownCapacity = (
  store: Pick<Store, 'series' | 'rollups'>,
  siteId: SiteId,
  to: number,
  battery: HomeBattery,
): number | null => {
  const from = to - CAPACITY.days * DAY_MS;
  const soc = siteQuarters(store, siteId, 'soc', from, to);
  const power = siteQuarters(store, siteId, 'battery', from, to);
  /** From the middle of one quarter, which its mean charge speaks for, to that of the next. */
  const between = (at: number): number | null => {
    const [now, next] = [power.get(at), power.get(at + QUARTER_MS)];
    return now === undefined || next === undefined ? null : (now.mean + next.mean) / 2;
  };
  const estimates = capacityEstimates(
    [...soc].map(([at, { mean }]) => ({ at, socPct: mean, powerW: between(at), tempC: null })),
    {
      oneWayEfficiency: Math.sqrt(battery.chargeEfficiency * battery.dischargeEfficiency),
      leastDeltaPct: CAPACITY.leastDeltaPct,
      ...{ socErrorPct: 2, energyErrorShare: 0.03 },
    },
  )
    .map(({ capacityKwh }) => capacityKwh)
    .filter((kwh) => kwh > CAPACITY.from * battery.capacityKwh && kwh < CAPACITY.to * battery.capacityKwh)
    .toSorted((one, other) => one - other);
  return estimates.length < CAPACITY.least ? null : (estimates[Math.floor(estimates.length / 2)] ?? null);
};

/** Charge at a moment out of the quarters on both sides of it, %; null where neither was measured. */
const socAt = (soc: ReadonlyMap<number, Rollup>, at: number): number | null => {
  const around = [soc.get(at - QUARTER_MS), soc.get(at)].flatMap((row) => (row === undefined ? [] : [row.mean]));
  return around.length === 0 ? null : around.reduce((sum, value) => sum + value, 0) / around.length;
};

/** What was measured in [from, to), a local day that is over, with the prices that held and the carbon that is known. */
export const measuredDay = (
  store: MeasuredStore & Pick<Store, 'safety'>,
  siteId: SiteId,
  span: { readonly from: number; readonly to: number },
  given: { readonly own: PlanSettings['battery']; readonly carbon: CarbonRows },
): MeasuredDay & { readonly hasBattery: boolean } => {
  const { from, to } = span;
  const settings = store.settings.get(siteId);
  const pv = siteQuarters(store, siteId, 'pv', from, to);
  const grid = siteQuarters(store, siteId, 'grid', from, to);
  const power = siteQuarters(store, siteId, 'battery', from, to);
  const soc = siteQuarters(store, siteId, 'soc', from - QUARTER_MS, to + QUARTER_MS);
  const priceAt = pricesOfSpan(store, siteId, from, to);
  const carbonAt = carbonLookup(given.carbon);
  // A home without a roof measures none, one with a roof measures it all day: a hole is a hole then.
  const [hasPv, hasBattery] = [pv.size > 0, power.size > 0 || soc.size > 0];

  const quarters: MeasuredQuarter[] = [];
  for (const [at, bought] of grid) {
    const [sun, moved] = [pv.get(at), power.get(at)];
    if ((hasPv && sun === undefined) || (hasBattery && moved === undefined)) continue;
    const minutes = Math.min(15, bought.count, sun?.count ?? 15, moved?.count ?? 15);
    // Each is the mean over its own minutes; over those that all of them have they are taken to be the same.
    const kwh = (row: Rollup | undefined): number => (row === undefined ? 0 : (row.mean / 1000) * (minutes / 60));
    quarters.push({
      ...{ at, minutes, pvKwh: kwh(sun), gridKwh: kwh(bought), batteryKwh: kwh(moved) },
      socPct: soc.get(at)?.mean ?? null,
      price: priceAt(at, QUARTER_MS),
      carbonG: carbonAt(at),
    });
  }
  const charges = [...soc.values()].map(({ minimum }) => minimum);
  const own = batteryOf({ settings, safety: store.safety.get(siteId), wishes: given.own, socPct: 100 });
  const powers = [...power.values()].map(({ mean }) => Math.abs(mean) / 1000);
  return {
    ...{ from, to, quarters, hasBattery },
    socStartPct: socAt(soc, from),
    socEndPct: socAt(soc, to),
    battery: hasBattery
      ? asSeen(own, {
          capacityKwh: own === null ? null : shownCapacity(store, siteId, to, own),
          lowestSocPct: Math.min(100, ...charges),
          highestKw: Math.max(0, ...powers),
        })
      : null,
    maxExportKw: settings.maxGridExportW / 1000,
  };
};

/** Hours in which the miners of a home ran, all of them added up. */
export const minerHours = (
  store: Pick<Store, 'series' | 'rollups' | 'devices'>,
  siteId: SiteId,
  from: number,
  to: number,
): number => {
  let minutes = 0;
  for (const device of store.devices.list(siteId))
    for (const { channelId: id, role, use, ratedPowerW } of device.channels) {
      if (role !== 'miner' || use !== 'primary') continue;
      const key: SeriesKey = { siteId, deviceId: device.id, channelId: id, metric: 'powerW' };
      const idleW = Math.max(50, (ratedPowerW ?? 0) * 0.1);
      for (const row of quartersOf(store, key, from, to).values()) if (row.mean > idleW) minutes += row.count;
    }
  return minutes / 60;
};
