import { channelId, type SiteId } from '../../../main/ids.ts';
import type { HomeBattery } from '../../../main/planning/advice/self-consumption.ts';
import { restingMove } from '../../../main/planning/advice/self-consumption.ts';
import type { Rollup, SeriesKey, Store } from '../../../main/store/types.ts';

const QUARTER_MS = 15 * 60_000;

/** A home of sun and use that is the same every time it is asked: what a day brings hangs on its number alone. */
export interface MadeQuarter {
  readonly at: number;
  readonly pvKw: number;
  readonly loadKw: number;
}

const noise = (seed: number): number => {
  // Mulberry: the same on every machine.
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
};

/** Quarters of [from, to): sun by season and hour of the UTC day, use with a morning and an evening. */
export const madeQuarters = (from: number, to: number): readonly MadeQuarter[] => {
  const made: MadeQuarter[] = [];
  for (let at = from; at < to; at += QUARTER_MS) {
    const hour = (at / 3_600_000) % 24;
    const day = Math.floor(at / 86_400_000);
    const season = 0.55 - 0.45 * Math.cos((2 * Math.PI * (day % 365)) / 365);
    const height = Math.max(0, Math.sin((Math.PI * (hour - 6)) / 12));
    const cloud = 0.3 + 0.7 * noise(day);
    const evening = Math.exp(-((hour - 19) ** 2) / 4) * 2;
    const morning = Math.exp(-((hour - 7) ** 2) / 2);
    made.push({
      at,
      pvKw: 6 * season * height * cloud,
      loadKw: 0.3 + morning + evening + 0.2 * noise(Math.floor(at / QUARTER_MS)),
    });
  }
  return made;
};

/** A price of the hour: dear in the evening, cheap at night and at noon, some of it by chance. */
export const madePrice = (at: number): { readonly importPerKwh: number; readonly exportPerKwh: number } => {
  const hour = Math.floor((at / 3_600_000) % 24);
  const spot = 0.08 + 0.25 * Math.exp(-((hour - 19) ** 2) / 6) - 0.05 * Math.exp(-((hour - 12) ** 2) / 6);
  const chance = 0.04 * (noise(Math.floor(at / 3_600_000)) - 0.5);
  return { importPerKwh: 0.18 + spot + chance, exportPerKwh: 0.07 };
};

export const MADE_BATTERY: HomeBattery = {
  capacityKwh: 10,
  minSocPct: 10,
  maxSocPct: 100,
  maxChargeKw: 5,
  maxDischargeKw: 5,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  standingLossPerHour: 0.0002,
  wearCostPerKwh: 0.02,
};

/** kW that a battery is given in a quarter, + charging; null leaves it to itself. */
export type MadeOrder = (at: number, storedKwh: number) => number | null;

export interface LivedQuarter extends MadeQuarter {
  readonly gridKw: number;
  readonly batteryKw: number;
  /** At the start and in the middle of the quarter, %. */
  readonly socStartPct: number;
  readonly socPct: number;
}

/** The home with its battery as it would have been measured. */
export const lived = (
  quarters: readonly MadeQuarter[],
  battery: HomeBattery,
  socPct: number,
  order: MadeOrder,
): readonly LivedQuarter[] => {
  let storedKwh = (socPct / 100) * battery.capacityKwh;
  return quarters.map((quarter) => {
    const asked = order(quarter.at, storedKwh);
    // An order is a surplus of its own: the limits of the battery are the same.
    const move = restingMove(battery, storedKwh, (asked ?? quarter.pvKw - quarter.loadKw) / 4, 0.25);
    const before = storedKwh;
    storedKwh = move.storedKwh;
    const batteryKw = move.batteryKwh * 4;
    return {
      ...quarter,
      batteryKw,
      gridKw: quarter.loadKw + batteryKw - quarter.pvKw,
      socStartPct: (100 * before) / battery.capacityKwh,
      socPct: (100 * (before + storedKwh)) / 2 / battery.capacityKwh,
    };
  });
};

/** Writes what was lived as quarters of the site's series, as the rollups would have. */
export const writeLived = (store: Store, siteId: SiteId, quarters: readonly LivedQuarter[]): void => {
  const write = (series: string, metric: 'powerW' | 'socPct', of: (quarter: LivedQuarter) => number): void => {
    const key: SeriesKey = { siteId, deviceId: '', channelId: channelId(`site:${series}`), metric };
    const seriesId = store.series.idOf(key);
    const rows = quarters.map((quarter): Rollup => {
      const mean = of(quarter);
      const energyKwh = metric === 'powerW' ? mean / 4000 : null;
      return { seriesId, at: quarter.at, mean, minimum: mean, maximum: mean, count: 15, energyKwh, quality: 'good' };
    });
    store.rollups.write('15min', rows);
  };
  write('pv', 'powerW', ({ pvKw }) => pvKw * 1000);
  write('load', 'powerW', ({ loadKw }) => loadKw * 1000);
  write('grid', 'powerW', ({ gridKw }) => gridKw * 1000);
  write('battery', 'powerW', ({ batteryKw }) => batteryKw * 1000);
  write('soc', 'socPct', ({ socPct }) => socPct);
};
