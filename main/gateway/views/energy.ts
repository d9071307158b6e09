/** Energies of a site over intervals, and what follows from them. Pure; kWh, grid + import, battery + charging. */

export const CORE_SERIES = ['pv', 'load', 'grid', 'battery'] as const;
export type CoreSeries = (typeof CORE_SERIES)[number];

/** One interval, named by its start. A series that was not measured in it is missing; it is never 0 for that. */
export interface EnergyInterval {
  readonly at: number;
  readonly stepMs: number;
  readonly energyKwh: Readonly<Partial<Record<CoreSeries, number>>>;
  /** Minutes of the interval in which all measured series have data. */
  readonly minutes: number;
}

/** What a rollup says of one series in one interval. */
export interface EnergyRow {
  readonly at: number;
  readonly energyKwh: number | null;
  readonly minutes: number;
}

export interface EnergyTotals {
  readonly pvKwh: number | null;
  readonly loadKwh: number | null;
  readonly importKwh: number | null;
  readonly exportKwh: number | null;
  readonly chargeKwh: number | null;
  readonly dischargeKwh: number | null;
  /** Share of the sun's energy that was used at home, %. */
  readonly selfConsumptionPct: number | null;
  /** Share of the use that did not come from the grid, %. */
  readonly selfSufficiencyPct: number | null;
}

const MINUTE_MS = 60_000;

/** Joins the series of a site by interval; `stepMsOf` says how long the interval that begins at a time is. */
export const intervalsOf = (
  rows: Readonly<Partial<Record<CoreSeries, readonly EnergyRow[]>>>,
  stepMsOf: (at: number) => number,
): readonly EnergyInterval[] => {
  const measured = CORE_SERIES.filter((series) => (rows[series]?.length ?? 0) > 0);
  const byTime = new Map<number, { energyKwh: Partial<Record<CoreSeries, number>>; minutes: number[] }>();
  for (const series of measured) {
    for (const row of rows[series] ?? []) {
      if (row.energyKwh === null) continue;
      const entry = byTime.get(row.at) ?? { energyKwh: {}, minutes: [] };
      entry.energyKwh[series] = row.energyKwh;
      entry.minutes.push(row.minutes);
      byTime.set(row.at, entry);
    }
  }
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([at, { energyKwh, minutes }]) => ({
      at,
      stepMs: stepMsOf(at),
      energyKwh,
      minutes: minutes.length < measured.length ? 0 : Math.min(...minutes),
    }));
};

const present = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);
const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
const upward = (values: readonly number[]): readonly number[] => values.map((value) => Math.max(0, value));
const downward = (values: readonly number[]): readonly number[] => values.map((value) => Math.max(0, -value));

/** The share of `whole` that is left without `lost`, %, over the intervals that have both. Null where there is no whole. */
const shareKept = (pairs: readonly (readonly [whole: number, lost: number])[]): number | null => {
  const whole = pairs.reduce((total, [value]) => total + value, 0);
  const lost = pairs.reduce((total, [, value]) => total + value, 0);
  return whole > 0 ? Math.min(100, Math.max(0, (100 * (whole - lost)) / whole)) : null;
};

/** Import and export are told apart by the sign of each interval: shorter intervals net less. */
export const totalsOf = (intervals: readonly EnergyInterval[]): EnergyTotals => {
  const of = (series: CoreSeries): readonly number[] => present(intervals.map((each) => each.energyKwh[series]));
  const pairs = (whole: CoreSeries, lost: (gridKwh: number) => number): readonly (readonly [number, number])[] =>
    intervals.flatMap(({ energyKwh }) => {
      const value = energyKwh[whole];
      return value === undefined || energyKwh.grid === undefined ? [] : [[value, lost(energyKwh.grid)] as const];
    });
  return {
    pvKwh: sum(of('pv')),
    loadKwh: sum(of('load')),
    importKwh: sum(upward(of('grid'))),
    exportKwh: sum(downward(of('grid'))),
    chargeKwh: sum(upward(of('battery'))),
    dischargeKwh: sum(downward(of('battery'))),
    selfConsumptionPct: shareKept(pairs('pv', (gridKwh) => Math.max(0, -gridKwh))),
    selfSufficiencyPct: shareKept(pairs('load', (gridKwh) => Math.max(0, gridKwh))),
  };
};

/** Share of the minutes of [from, to) that have data, 0 to 100. */
export const coveragePct = (intervals: readonly EnergyInterval[], from: number, to: number): number => {
  const expected = (to - from) / MINUTE_MS;
  if (expected <= 0) return 0;
  const covered = intervals.reduce((total, interval) => total + interval.minutes, 0);
  return Math.min(100, Math.max(0, (100 * covered) / expected));
};
