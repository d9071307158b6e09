import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { venusReadings } from '../../../../main/devices/victron/venus-readings.ts';
import {
  diagnosticsSchema,
  envelopeSchema,
  installationsSchema,
  looseNumber,
  overviewSchema,
  statsSchema,
  type VrmRow,
  widgetSchema,
} from '../../../../main/devices/victron/vrm-answers.ts';
import { createBatteryWidget } from '../../../../main/devices/victron/vrm-battery.ts';
import { valuesOfRows } from '../../../../main/devices/victron/vrm-values.ts';
import { byName } from '../../../support/simulated-house.ts';

const genuine = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/victron/${name}.json`, import.meta.url), 'utf8'));
const NOW = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;

describe('payloads of the vendor, unchanged', () => {
  it('lists installations', () => {
    expect(installationsSchema.parse(genuine('vrm_users_installations'))).toEqual([
      { siteId: 100, name: 'Test installation' },
    ]);
  });

  it('takes diagnostics with rows that name no path', () => {
    expect(diagnosticsSchema.parse(genuine('vrm_diagnostics'))).toEqual([
      { service: null, path: null, code: null, instance: 0, rawValue: null, at: 1_497_056_046_000 },
    ]);
  });

  it('takes energy by day, with sums', () => {
    const { series, totals } = statsSchema.parse(genuine('vrm_stats_kwh'));
    expect(series.get('Pc')?.[1]).toEqual({ startAt: 1_441_152_616_000, mean: 28.52883, least: null, most: null });
    expect(totals.get('Gc')).toBe(252.0008088);
  });

  it('takes a widget and skips what is no attribute', () => {
    const battery = widgetSchema.parse(genuine('vrm_widget_battery_ILLUSTRATIVE'));
    expect([...battery]).toEqual([
      [47, { value: 52.84, ageMs: 241_000 }],
      [49, { value: -12.4, ageMs: 241_000 }],
      [51, { value: 63, ageMs: 241_000 }],
    ]);
    const charger = widgetSchema.parse(genuine('vrm_widget_evcharger'));
    expect(charger.get(815)).toEqual({ value: 32, ageMs: 640_000 });
    expect(charger.has(824)).toBe(false); // "EV Disconnected" is no number.
  });

  it('finds nothing in a widget without an instance', () => {
    expect(widgetSchema.parse(genuine('vrm_widget_missing_instance')).size).toBe(0);
  });

  it('knows a failure that comes as an answer', () => {
    expect(envelopeSchema.parse(genuine('vrm_error_ILLUSTRATIVE')).success).toBe(false);
  });
});

describe('what the API really does', () => {
  it('gives [] for an empty object, false for no series, and objects for arrays', () => {
    expect(statsSchema.parse({ records: [], totals: [] }).series.size).toBe(0);
    const some = statsSchema.parse({ records: { bs: false, bv: [[1_000, 52.1, 52, 53], [2_000, null], 'x'] } });
    expect([...some.series.keys()]).toEqual(['bv']);
    expect(some.series.get('bv')).toEqual([{ startAt: 1_000, mean: 52.1, least: 52, most: 53 }]);
    expect(diagnosticsSchema.parse({ records: { '0': { timestamp: '1497056046' } } })).toHaveLength(1);
    expect(widgetSchema.parse({ records: [] }).size).toBe(0);
    expect(overviewSchema.parse({ records: { devices: [{ name: 'Gateway', lastConnection: false }] } })).toHaveLength(
      1,
    );
  });

  it('is refused where a length is no length', () => {
    const evil: unknown = JSON.parse('{"length":{"toString":1,"valueOf":2}}');
    expect(widgetSchema.safeParse({ records: { data: evil } }).success).toBe(true); // An object without attributes.
    expect(overviewSchema.safeParse({ records: evil }).success).toBe(false);
    expect(statsSchema.parse({ records: { bs: [evil] } }).series.get('bs')).toEqual([]);
  });

  it('never makes a number of what is none', () => {
    for (const nothing of ['', ' ', 'n/a', '12 V', '0x10', null, undefined, true, [], {}, Number.NaN, 'Infinity'])
      expect(looseNumber(nothing)).toBeNull();
    expect([' 52.8 ', '-3', '1e3', 7].map(looseNumber)).toEqual([52.8, -3, 1_000, 7]);
  });
});

const row = (path: string, rawValue: VrmRow['rawValue'], more: Partial<VrmRow> = {}): VrmRow => ({
  service: 'system',
  path: `/${path}`,
  code: null,
  instance: 0,
  rawValue,
  at: NOW - MINUTE_MS,
  ...more,
});
const read = (rows: readonly VrmRow[]) =>
  venusReadings(valuesOfRows(rows, NOW).values, { receivedAt: NOW, sensors: [] });

describe('rows of the diagnostics', () => {
  it('leave out what has no value: an absent phase is not 0 W', () => {
    const found = byName(read([row('Ac/Grid/L1/Power', 230), row('Ac/Grid/L2/Power', null)]));
    expect(found).toEqual({ 'grid.powerW': 230 });
    expect(read([row('Ac/Grid/L1/Power', 'Not available')])).toEqual([]);
  });

  it('are a measurement at 0', () => {
    expect(byName(read([row('Ac/Grid/L1/Power', 0), row('Dc/Battery/Soc', 0)]))).toEqual({
      'grid.powerW': 0,
      'battery.socPct': 0,
    });
  });

  it('make a sum as old as its oldest part', () => {
    const parts = [row('Dc/Pv/Power', 100, { at: NOW - 9 * MINUTE_MS }), row('Ac/PvOnGrid/L1/Power', 50)];
    expect(read(parts)).toMatchObject([{ metric: 'powerW', value: 150, measuredAt: NOW - 9 * MINUTE_MS }]);
  });

  it('of something that is not reported any more are not summed', () => {
    const old = row('Ac/Grid/L2/Power', 5_000, { at: NOW - 48 * 60 * MINUTE_MS });
    expect(byName(read([row('Ac/Grid/L1/Power', 230), old]))).toEqual({ 'grid.powerW': 230 });
  });

  it('from the future are rejected and counted', () => {
    const { rejected } = valuesOfRows([row('Dc/Battery/Soc', 50, { at: NOW + 60 * MINUTE_MS })], NOW);
    expect(rejected).toBe(1);
    // A clock that is a little ahead is not: but nothing was measured after it came.
    expect(read([row('Dc/Battery/Soc', 50, { at: NOW + MINUTE_MS })])).toMatchObject([{ measuredAt: NOW }]);
  });

  it('count once where the same value comes twice', () => {
    const rows = [
      row('Dc/Battery/Soc', 48, { at: NOW - 5 * MINUTE_MS }),
      row('Dc/Battery/Soc', 51),
      row('Dc/Battery/Soc', 47, { at: NOW - 4 * MINUTE_MS }),
    ];
    expect(byName(read(rows))).toEqual({ 'battery.socPct': 51 });
  });

  it('are known by VRM’s letters where they name no path, and by nothing else', () => {
    const unnamed = { service: null, path: null };
    const found = read([
      row('', 61.5, { ...unnamed, code: 'bs' }),
      row('', 812, { ...unnamed, code: 'Pdc' }),
      row('', 99, { ...unnamed, code: 'toString' }),
      row('', 98, { ...unnamed, code: 'zz' }),
    ]);
    expect(byName(found)).toEqual({ 'battery.socPct': 61.5, 'pv.powerW': 812 });
  });

  it('of two batteries are taken from the one that the GX calls active, or from none', () => {
    const battery = (instance: number, tempC: number) =>
      row('Dc/0/Temperature', tempC, { service: 'battery', instance });
    const two = [battery(1, 8), battery(512, 21)];
    expect(read(two)).toEqual([]);
    expect(byName(read([...two, row('ActiveBatteryService', 'com.victronenergy.battery/512')]))).toEqual({
      'battery.tempC': 21,
    });
    expect(byName(read([battery(1, 8)]))).toEqual({ 'battery.tempC': 8 });
  });
});

it('gives one row of the battery widget one time, however often it is asked', () => {
  const { readings } = createBatteryWidget();
  const widget = (ageMs: number) => new Map([[51, { value: 60, ageMs }]]);
  const first = readings(widget(241_000), NOW);
  expect(first).toMatchObject([{ metric: 'socPct', value: 60, measuredAt: NOW - 241_000 }]);
  expect(readings(widget(421_000), NOW + 180_900)[0]?.measuredAt).toBe(NOW - 241_000);
  expect(readings(widget(30_000), NOW + 360_000)[0]?.measuredAt).toBe(NOW + 330_000);
});
