import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { instantOf } from '../../../../main/learning/csv/number-table.ts';
import { readSeriesFile } from '../../../../main/learning/csv/series-file.ts';
import { readWeatherFile } from '../../../../main/learning/csv/weather-file.ts';
import { placeOfZone } from '../../../../main/learning/csv/zone-place.ts';
import { madeCsv } from '../../../support/learning/made-csv.ts';

const folder = mkdtempSync(join(tmpdir(), 'cc-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const write = (lines: readonly string[] | Buffer): string => {
  files += 1;
  const path = join(folder, `${files}.csv`);
  writeFileSync(path, Buffer.isBuffer(lines) ? lines : `${lines.join('\n')}\n`);
  return path;
};
const series = async (lines: readonly string[] | Buffer, column = 'load_kw') => {
  const read = await readSeriesFile(write(lines), column);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
};
const problem = async (lines: readonly string[] | Buffer, column = 'load_kw') => {
  const read = await readSeriesFile(write(lines), column);
  if (read.ok) throw new Error('it was read');
  return { code: read.error.code, message: read.error.message };
};
const usual = madeCsv({ firstAt: '2026-01-01T00:00:00Z', days: 3 });

describe('instants', () => {
  it.each([
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01 00:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T02:00:00+02:00', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T02:00:00+0200', '2026-01-01T00:00:00.000Z'],
    ['2026-01-01T02:00:00.250+02', '2026-01-01T00:00:00.250Z'],
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => expect(new Date(instantOf(text)).toISOString()).toBe(iso));
  it.each(['', '1.1.2026', '2026-13-01T00:00:00Z', 'yesterday'])('does not guess at %j', (text) =>
    expect(instantOf(text)).toBeNaN(),
  );
});

describe('a series file', () => {
  it('is read plain and gzipped, with its other columns under our names', async () => {
    const plain = await series(usual);
    expect(plain.series).toMatchObject({ firstAt: Date.parse('2026-01-01T00:00:00Z'), stepMs: 3_600_000 });
    expect(plain.series.values).toHaveLength(72);
    expect([...plain.signals.keys()]).toEqual(['tempC']);
    expect(plain.notes).toEqual([]);
    expect((await series(gzipSync(usual.join('\n')))).series).toEqual(plain.series);
  });

  it('puts rows in order, takes the last of a time, and says what it passed over', async () => {
    const [head = '', ...rows] = usual;
    const shuffled = [head, ...rows.toReversed(), '2026-01-01T05:00:00Z,9,1', 'soon,1,1', '2026-01-01T05:07:00Z,3,1'];
    const read = await series([...shuffled, '2026-01-01T06:00:00Z,broken,1']);
    expect(read.series.values[5]).toBe(9);
    expect(read.series.values).toHaveLength(72);
    expect(read.notes).toEqual([
      'The rows were not in the order of time and have been sorted.',
      '2 rows repeat a time: the last value of each counts.',
      '1 row without a readable time is left out.',
      '1 time between two steps is left out.',
      '1 cell that is no number counts as missing.',
    ]);
  });

  it('leaves gaps as gaps', async () => {
    const read = await series(
      usual.filter((_, row) => row !== 10).map((line, row) => (row === 20 ? line.replace(/,.*,/, ',,') : line)),
    );
    expect([...read.series.values.entries()].filter(([, value]) => Number.isNaN(value)).map(([i]) => i)).toEqual([
      9, 20,
    ]);
    expect(read.missing).toBe(2);
  });

  it('reads semicolons with decimal commas', async () => {
    const read = await series([
      'timestamp_utc;load_kw',
      '2026-01-01T00:00Z;1,5',
      '2026-01-01T01:00Z;2',
      '2026-01-01T02:00Z;x',
    ]);
    expect([...read.series.values]).toEqual([1.5, 2, Number.NaN]);
  });

  it('refuses in a sentence what it cannot read', async () => {
    expect(await problem(usual, 'power')).toEqual({
      code: 'csv.no-column',
      message: expect.stringMatching(/has no column "power"\. Its columns are load_kw, temperature_c\.$/),
    });
    expect((await problem(['time,load_kw', '2026-01-01T00:00Z,1'])).code).toBe('csv.no-time');
    expect((await problem(['timestamp_utc,load_kw'])).code).toBe('csv.unreadable');
    expect((await problem([''])).code).toBe('csv.unreadable');
    expect((await problem(['timestamp_utc,load_kw', '2026-01-01T00:00Z,1'])).code).toBe('csv.no-steps');
    expect((await problem(['timestamp_utc,load_kw', 'a,1', 'b,2'])).code).toBe('csv.no-steps');
    const every = (min: number) => madeCsv({ firstAt: '2026-01-01T00:00:00Z', days: 7, stepMin: min });
    expect((await problem(every(35))).code).toBe('csv.odd-step');
    expect((await problem(every(7 * 1440))).code).toBe('csv.no-steps');
    const random = ['01:03', '02:17', '02:59', '04:22', '05:01', '06:40'].map((time) => `2026-01-01T${time}:00Z,1`);
    expect((await problem(['timestamp_utc,load_kw', ...random])).message).toContain('no fixed step');
    const far = ['timestamp_utc,load_kw', '2026-01-01T00:00Z,1', '2026-01-01T00:01Z,1', '2926-01-01T00:02Z,1'];
    expect((await problem(far)).message).toContain('steps of 60 s');
    expect((await problem(usual.map((line) => line.replace(/,.*,/, ',,')).with(0, usual[0] ?? ''))).code).toBe(
      'csv.no-numbers',
    );
    expect((await problem(gzipSync('x').subarray(0, 12))).code).toBe('csv.unreadable');
    const away = await readSeriesFile(join(folder, 'away.csv'), 'load_kw');
    expect(away).toMatchObject({ ok: false, error: { code: 'csv.missing' } });
  });
});

describe('a weather file', () => {
  const read = async (lines: readonly string[]) => {
    const file = await readWeatherFile(write(lines));
    if (!file.ok) throw new Error(file.error.message);
    return file.value;
  };
  const at = Date.parse('2026-01-02T00:00:00Z');

  it('of forecasts by valid time is averaged to hours and named and scaled as ours', async () => {
    const file = await read([
      'issue_time_utc,valid_time_utc,t_1000hPa_K,odd_thing',
      ...[0, 15, 30, 45, 60, 75, 90, 105].map(
        (min, place) => `2026-01-01T07:00:18Z,${new Date(at + min * 60_000).toISOString()},${273.15 + place},${place}`,
      ),
    ]);
    const [run] = file.issuesFrom(at - 5 * 3_600_000);
    expect(file).toMatchObject({ kind: 'issued', runs: 1, columns: ['tempC', 'odd_thing'] });
    expect(run).toMatchObject({ issuedAt: Date.parse('2026-01-01T07:00:18Z'), firstHour: 5 });
    expect([...(run?.columns.get('tempC') ?? [])].map((value) => Math.round(value * 10) / 10)).toEqual([1.5, 5.5]);
  });

  it('of forecasts by lead keeps the runs apart, and bridges short holes only', async () => {
    const file = await read([
      'issue_time_utc,lead_h,wind_speed_ms',
      '2026-01-02T00:00:00Z,1,2',
      '2026-01-02T00:00:00Z,4,8',
      '2026-01-02T00:00:00Z,12,9',
      '2026-01-02T12:00:00Z,1,5',
    ]);
    const runs = file.issuesFrom(at);
    expect(runs.map((run) => run.firstHour)).toEqual([1, 13]);
    expect([...(runs[0]?.columns.get('windMs') ?? [])].slice(0, 5)).toEqual([2, 4, 6, 8, Number.NaN]);
  });

  it('of observations is a series a column', async () => {
    const file = await read(['timestamp_utc,temperature_c', '2026-01-01T00:00Z,1', '2026-01-01T00:30Z,3']);
    expect(file).toMatchObject({ kind: 'observed', runs: 0, columns: ['tempC'] });
    expect(file.observed.get('tempC')).toMatchObject({ stepMs: 1_800_000, values: Float64Array.of(1, 3) });
  });

  it('without times is refused with what it has', async () => {
    const file = await readWeatherFile(write(['time,temperature_c', '2026-01-01T00:00Z,1']));
    expect(file).toMatchObject({ ok: false, error: { code: 'csv.no-weather-time' } });
    expect(file.ok ? '' : file.error.message).toContain('Its columns are time, temperature_c.');
  });
});

describe('the place of a zone', () => {
  it('is its city, or where its clock puts it', () => {
    expect(placeOfZone('Europe/Berlin')).toEqual({ latitude: 52, longitude: 13 });
    expect(placeOfZone('America/Los_Angeles')).toEqual({ latitude: 34, longitude: -118 });
    expect(placeOfZone('US/Pacific')).toEqual({ latitude: 40, longitude: -120 });
    expect(placeOfZone('Australia/ACT')).toEqual({ latitude: -40, longitude: 150 });
    expect(placeOfZone('UTC')).toEqual({ latitude: 40, longitude: 0 });
  });
});
