import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { pastOf } from '../../../main/planning/backtest/past.ts';
import type { RawSeries, SimSite } from '../../../main/planning/backtest/types.ts';

const HOUR_MS = 3_600_000;
const DEMO = resolve(import.meta.dirname, '../../../resources/demo');
const FONTANA = resolve(import.meta.dirname, '../../../../shared/data/fontana_ca_homes');

const rowsOf = (file: string): readonly Record<string, string>[] =>
  z.array(z.record(z.string(), z.string())).parse(parse(gunzipSync(readFileSync(file)), { columns: true }));
const numberOf = (text: string | undefined): number => (text === undefined || text === '' ? Number.NaN : Number(text));

/** A common home battery. */
const BATTERY: NonNullable<SimSite['battery']> = {
  ...{ capacityKwh: 10, minSocPct: 10, maxSocPct: 100, initialSocPct: 50, finalSocPct: null, finalValuePerKwh: 0 },
  ...{ maxChargeKw: 5, maxDischargeKw: 5, chargeEfficiency: 0.95, dischargeEfficiency: 0.95 },
  ...{ standingLossPerHour: 0.0002, wearCostPerKwh: 0.01, fromGrid: true, toGrid: true },
};
/** Monthly steps as Norwegian grids have them: the mean of the three highest days. */
const TIERS = [2, 5, 10, 15, 20, 25].map((upToKw, place) => ({ upToKw, cost: [12, 22, 37, 52, 66, 81][place] ?? 0 }));
/** Grid fee, tax and margin on top of the German market, per kWh, and a fixed price for what is fed in. */
const ON_TOP = 0.18;
const FED_IN = 0.08;

/** The home in Eschborn in steps of 10 minutes or hours, with the market's prices of the same hours. */
const eschborn = (stepMinutes: 10 | 60, loadFactor: number): RawSeries => {
  const per = stepMinutes / 10;
  const rows = rowsOf(join(DEMO, 'home_10min.csv.gz'));
  const prices = rowsOf(join(DEMO, 'prices_hourly.csv.gz')).map((row) => numberOf(row['day_ahead_eur_per_mwh']) / 1000);
  const startAt = Date.parse('2024-02-29T23:00:00Z');
  const stepMs = stepMinutes * 60_000;
  const steps = Math.floor(rows.length / per);
  const mean = (step: number, name: string): number =>
    Array.from({ length: per }, (_, part) => numberOf(rows[step * per + part]?.[name])).reduce(
      (sum, watt) => sum + watt,
      0,
    ) /
    (per * 1000);
  const column = (of: (step: number) => number): Float64Array =>
    Float64Array.from({ length: steps }, (_, step) => of(step));
  const spot = (step: number): number =>
    prices[Math.floor((startAt + step * stepMs - Date.parse('2024-01-01T00:00:00Z')) / HOUR_MS)] ?? Number.NaN;
  return {
    startAt,
    stepMs,
    loadKw: column((step) => loadFactor * mean(step, 'load_w')),
    pvKw: column((step) => mean(step, 'pv_w')),
    importPrice: column((step) => spot(step) + ON_TOP),
    exportPrice: column((step) => (Number.isNaN(spot(step)) ? Number.NaN : FED_IN)),
    carbonG: null,
  };
};

/** A home in Fontana, California, with its tariff by the clock; what is fed in brings a fixed price. */
const fontana = (home: string): RawSeries => {
  const rows = rowsOf(join(FONTANA, `home_${home}_hourly.csv.gz`));
  const signals = new Map(
    rowsOf(join(FONTANA, 'grid_signals_hourly.csv.gz')).map((row) => [row['timestamp_utc'], row]),
  );
  const startAt = Date.parse(rows[0]?.['timestamp_utc'] ?? '');
  const byHour = new Map(rows.map((row) => [Date.parse(row['timestamp_utc'] ?? ''), row]));
  const steps = Math.round((Math.max(...byHour.keys()) - startAt) / HOUR_MS) + 1;
  const column = (of: (row: Record<string, string> | undefined, at: number) => number): Float64Array =>
    Float64Array.from({ length: steps }, (_, step) =>
      of(byHour.get(startAt + step * HOUR_MS), startAt + step * HOUR_MS),
    );
  const signal = (at: number, name: string): number =>
    numberOf(signals.get(new Date(at).toISOString().replace('.000Z', 'Z'))?.[name]);
  return {
    startAt,
    stepMs: HOUR_MS,
    loadKw: column((row) => numberOf(row?.['load_kwh'])),
    pvKw: column((row) => numberOf(row?.['pv_kwh'])),
    importPrice: column((_, at) => signal(at, 'price_usd_per_kwh')),
    exportPrice: column(() => FED_IN),
    carbonG: column((_, at) => 1000 * signal(at, 'carbon_kg_per_kwh')),
  };
};

const siteWith = (zone: string, peaks: boolean): SimSite => ({
  zone,
  battery: BATTERY,
  grid: { maxImportKw: 17, maxExportKw: 10 },
  peakTariff: peaks ? { largestDailyPeaks: 3, tiers: TIERS } : null,
  loads: [],
});

/** A year that can be played: two months before it are there to learn from. */
export const caseOf = (name: string) => {
  const [home = '', charge = ''] = name.split(' ');
  const german = home.startsWith('eschborn');
  const site = siteWith(german ? 'Europe/Berlin' : 'America/Los_Angeles', charge === 'peak');
  const raw = german
    ? eschborn(home.endsWith('10min') ? 10 : 60, home.includes('x3') ? 3 : 1)
    : fontana(home.slice('fontana'.length));
  const span = german
    ? { from: Date.parse('2024-05-01T00:00:00+02:00'), to: Date.parse('2025-05-01T00:00:00+02:00') }
    : { from: Date.parse('2016-10-01T00:00:00-07:00'), to: Date.parse('2017-08-01T00:00:00-07:00') };
  return { past: pastOf(raw, site.zone, span), site };
};

export const CASES = [
  'eschborn-60min',
  'eschborn-60min peak',
  'eschborn-x3-60min peak',
  ...['01', '03', '09', '17'].flatMap((home) => [`fontana${home}`, `fontana${home} peak`]),
  'eschborn-10min',
] as const;
