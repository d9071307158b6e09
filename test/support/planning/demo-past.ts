import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pastOf } from '../../../main/planning/backtest/past.ts';
import type { Past, SimSite } from '../../../main/planning/backtest/types.ts';
import { SIM_BATTERY } from './made-past.ts';

const DEMO = resolve(import.meta.dirname, '../../../resources/demo');
const HOUR_MS = 3_600_000;
const SLOTS = 6;
const START = Date.parse('2024-02-29T23:00:00Z');
const PRICES_START = Date.parse('2024-01-01T00:00:00Z');

const linesOf = (file: string): readonly string[] =>
  gunzipSync(readFileSync(join(DEMO, file)))
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1);
const numberOf = (text: string | undefined): number => (text === undefined || text === '' ? Number.NaN : Number(text));

const SPANS = {
  autumn: { from: '2024-09-28', to: '2024-10-12', peak: false },
  'winter with peak charge': { from: '2024-12-01', to: '2024-12-15', peak: true },
} as const;

/** Two weeks of the demo home in hours, with six weeks before them to learn from. */
export const caseOf = (name: keyof typeof SPANS): { readonly past: Past; readonly site: SimSite } => {
  const { from, to, peak } = SPANS[name];
  const [fromAt, toAt] = [Date.parse(`${from}T00:00:00+01:00`), Date.parse(`${to}T00:00:00+01:00`)];
  const startAt = Math.max(START, fromAt - 42 * 24 * HOUR_MS);
  const rows = linesOf('home_10min.csv.gz');
  const prices = linesOf('prices_hourly.csv.gz').map(numberOf);
  const steps = (toAt - startAt) / HOUR_MS;
  const column = (of: (hour: number) => number): Float64Array =>
    Float64Array.from({ length: steps }, (_, hour) => of(hour));
  const kw = (place: number) => (hour: number) => {
    const first = ((startAt - START) / HOUR_MS + hour) * SLOTS;
    const slots = rows.slice(first, first + SLOTS).map((row) => numberOf(row.split(',')[place]));
    return slots.reduce((sum, watt) => sum + watt, 0) / SLOTS / 1000;
  };
  const spot = (hour: number): number => (prices[(startAt - PRICES_START) / HOUR_MS + hour] ?? Number.NaN) / 1000;
  return {
    past: pastOf(
      {
        ...{ startAt, stepMs: HOUR_MS, carbonG: null, loadKw: column(kw(1)), pvKw: column(kw(0)) },
        ...{ importPrice: column((hour) => spot(hour) + 0.18), exportPrice: column(() => 0.08) },
      },
      'Europe/Berlin',
      { from: fromAt, to: toAt },
    ),
    site: {
      zone: 'Europe/Berlin',
      battery: { ...SIM_BATTERY, capacityKwh: 10, maxChargeKw: 5, maxDischargeKw: 5 },
      grid: { maxImportKw: 17, maxExportKw: 10 },
      peakTariff: peak
        ? {
            largestDailyPeaks: 3,
            tiers: [2, 5, 10].map((upToKw, place) => ({ upToKw, cost: [12, 22, 37][place] ?? 0 })),
          }
        : null,
      loads: [],
    },
  };
};
