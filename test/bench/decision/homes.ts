import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { BatteryLimits } from '../../../models/battery/simulation.ts';
import { createFrame, type HourFrame } from '../../../models/features/frame.ts';

const HOUR_MS = 3_600_000;

/** A home hour by hour with the battery that it has or might have. */
export interface BenchHome {
  readonly name: string;
  readonly load: HourFrame;
  readonly pv: HourFrame;
  readonly limits: BatteryLimits;
}

const rowsOf = (file: string): readonly Record<string, string>[] =>
  z.array(z.record(z.string(), z.string())).parse(parse(gunzipSync(readFileSync(file)), { columns: true }));
const numberOf = (cell: string | undefined): number => (cell === undefined || cell === '' ? Number.NaN : Number(cell));

const limitsOf = (capacityKwh: number, powerW: number): BatteryLimits => ({
  capacityKwh,
  minimumSocPct: 10,
  maximumSocPct: 100,
  maxChargeW: powerW,
  maxDischargeW: powerW,
  oneWayEfficiency: 0.95,
});

const framesOf = (
  firstAt: number,
  loadW: Float64Array,
  pvW: Float64Array,
  site: { timeZone: string; latitude: number; longitude: number },
) => {
  const input = { firstAt, hours: loadW.length, weather: new Map(), ...site };
  return { load: createFrame({ ...input, values: loadW }), pv: createFrame({ ...input, values: pvW }) };
};

/** The counters of the German home as hourly means, W: straight between known readings, NaN across holes over three hours by night's silence excepted. */
export const eschborn = (data: string): BenchHome => {
  const rows = rowsOf(join(data, 'eschborn_de_home/counters_10min.csv.gz'));
  const firstAt = Date.parse(rows[0]?.['timestamp_utc'] ?? '');
  const hours = Math.floor(rows.length / 6);
  /** Counter at the start of each slot; a blank is no change, so the last known reading holds. */
  const counter = (column: string): Float64Array => {
    let last = Number.NaN;
    return Float64Array.from(rows, (row) => {
      const value = numberOf(row[column]);
      if (!Number.isNaN(value) && !(value < last)) last = value;
      return last;
    });
  };
  const hourly = (column: string): Float64Array => {
    const values = counter(column);
    return Float64Array.from(
      { length: hours },
      (_, hour) => ((values[Math.min(values.length - 1, hour * 6 + 6)] ?? 0) - (values[hour * 6] ?? 0)) * 1000,
    );
  };
  const pv = hourly('pv_total_kwh');
  const [imported, exported, charged, discharged] = ['import', 'export', 'battery_charge', 'battery_discharge'].map(
    (name) => hourly(`${name}_total_kwh`),
  );
  /** Nothing at all was heard: the logger was silent. */
  const silent = Float64Array.from({ length: hours }, (_, hour) =>
    rows
      .slice(hour * 6, hour * 6 + 6)
      .every((row) => Object.entries(row).every(([name, cell]) => name === 'timestamp_utc' || cell === ''))
      ? 1
      : 0,
  );
  const hole = (hour: number): boolean => [-2, -1, 0, 1, 2].filter((near) => silent[hour + near] === 1).length >= 3;
  const load = pv.map((power, hour) => {
    const sum =
      power + (imported?.[hour] ?? 0) - (exported?.[hour] ?? 0) + (discharged?.[hour] ?? 0) - (charged?.[hour] ?? 0);
    return hole(hour) || sum > 15_000 ? Number.NaN : Math.max(0, sum);
  });
  return {
    name: 'eschborn',
    ...framesOf(
      firstAt,
      load,
      pv.map((power, hour) => (hole(hour) ? Number.NaN : Math.max(0, power))),
      {
        timeZone: 'Europe/Berlin',
        latitude: 50.16,
        longitude: 8.55,
      },
    ),
    limits: limitsOf(9, 4800),
  };
};

/** A Californian home with a battery of 6.4 kWh and 5 kW. */
export const fontana = (data: string, number: string): BenchHome => {
  const rows = rowsOf(join(data, `fontana_ca_homes/home_${number}_hourly.csv.gz`));
  const at = rows.map((row) => Date.parse(row['timestamp_utc'] ?? ''));
  const firstAt = at[0] ?? 0;
  const hours = ((at.at(-1) ?? 0) - firstAt) / HOUR_MS + 1;
  const load = new Float64Array(hours).fill(Number.NaN);
  const pv = new Float64Array(hours).fill(Number.NaN);
  rows.forEach((row, index) => {
    const hour = ((at[index] ?? 0) - firstAt) / HOUR_MS;
    load[hour] = numberOf(row['load_kwh']) * 1000;
    pv[hour] = numberOf(row['pv_kwh']) * 1000;
  });
  return {
    name: `fontana ${number}`,
    ...framesOf(firstAt, load, pv, { timeZone: 'America/Los_Angeles', latitude: 34.1, longitude: -117.4 }),
    limits: limitsOf(6.4, 5000),
  };
};
