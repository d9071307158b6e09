import { describe, expect, it } from 'vitest';
import { readCsvPrices } from '../../../main/feeds/tariff/csv-prices.ts';
import { at, HOUR_MS, QUARTER_MS } from '../../support/feeds/tariffs.ts';
import { homeSite } from '../../support/store/temp-store.ts';

const read = (csv: string, more: Partial<Parameters<typeof readCsvPrices>[0]> = {}) =>
  readCsvPrices({ csv, site: homeSite(), zone: 'Europe/Berlin', kind: 'import', unit: 'per-kwh', ...more });

describe('prices from a file', () => {
  it('are read with semicolons and decimal commas by the clock of the home', () => {
    const { rows, problems } = read('Start;Import;Export\n21.11.2026 00:00;0,25;-0,01\n21.11.2026 01:00;-0,05;0,00\n');
    expect(problems).toEqual([]);
    expect(rows.map(({ at: start, stepMs, perKwh, kind }) => [start, stepMs, kind, perKwh])).toEqual([
      [at('2026-11-20T23:00Z'), HOUR_MS, 'import', 0.25],
      [at('2026-11-20T23:00Z'), HOUR_MS, 'export', -0.01],
      [at('2026-11-21T00:00Z'), HOUR_MS, 'import', -0.05],
      [at('2026-11-21T00:00Z'), HOUR_MS, 'export', 0],
    ]);
  });

  it('are read with offsets, in UTC columns, in cents and megawatt hours', () => {
    const exact = read('time,price\n2026-11-21T00:00+01:00,250\n2026-11-21T00:15+01:00,-30\n', {
      unit: 'per-mwh',
      kind: 'spot',
    });
    expect(exact.rows.map(({ at: start, perKwh, kind }) => [start, perKwh, kind])).toEqual([
      [at('2026-11-20T23:00Z'), 0.25, 'spot'],
      [at('2026-11-20T23:15Z'), -0.03, 'spot'],
    ]);
    const utc = read('timestamp_utc,price\n2026-11-21 00:00,25\n2026-11-21 01:00,26\n', { unit: 'cent-per-kwh' });
    expect(utc.rows[0]).toMatchObject({ at: at('2026-11-21T00:00Z'), perKwh: 0.25 });
  });

  it('put the hour that comes twice in its order, also in quarters', () => {
    const stamps = ['01:30', '01:45', '02:00', '02:15', '02:30', '02:45', '02:00', '02:15', '02:30', '02:45', '03:00'];
    const csv = `start,price\n${stamps.map((time, index) => `2026-10-25 ${time},${index / 100}`).join('\n')}`;
    const { rows, problems, notes } = read(csv);
    expect(problems).toEqual([]);
    expect(rows.map(({ at: start }) => start)).toEqual(
      stamps.map((_, index) => at('2026-10-24T23:30Z') + index * QUARTER_MS),
    );
    expect(notes.map(({ line }) => line)).toEqual([8, 9, 10, 11]);
  });

  it('say that the second hour stays unknown where it stands there once', () => {
    const { rows, problems, notes } = read('start,price\n2026-10-25 01:00,1\n2026-10-25 02:00,2\n2026-10-25 03:00,3\n');
    expect(problems).toEqual([]);
    expect(rows.map(({ stepMs }) => stepMs)).toEqual([HOUR_MS, HOUR_MS, HOUR_MS]);
    expect(notes.map(({ sentence }) => sentence).join(' ')).toMatch(
      /stands there once.*2026-10-25T01:00:00.000Z to 2026-10-25T02:00:00.000Z/,
    );
  });

  it('take the short day as it is, and refuse the hour that does not exist', () => {
    const short = read('start,price\n2026-03-29 01:00,1\n2026-03-29 03:00,2\n');
    expect(short.problems).toEqual([]);
    expect(short.rows.map(({ at: start }) => start)).toEqual([at('2026-03-29T00:00Z'), at('2026-03-29T01:00Z')]);
    expect(short.notes).toEqual([]);
    const wrong = read('start,price\n2026-03-29 01:00,1\n2026-03-29 02:00,2\n2026-03-29 03:00,3\n');
    expect(wrong.rows).toEqual([]);
    expect(wrong.problems).toEqual([{ line: 3, sentence: expect.stringContaining('jumps over') }]);
  });

  it.each([
    ['a word for a price', 'start,price\n2026-11-21 00:00,1\n2026-11-21 01:00,cheap\n', 3, /“cheap” is no number/],
    [
      'an unreadable time',
      'start,price\n2026-11-21 00:00,1\n11/21/2026 01:00,1\n2026-11-21 02:00,1\n',
      3,
      /is no time/,
    ],
    [
      'a time that is there twice',
      'start,price\n2026-11-21 00:00,1\n2026-11-21 00:00,2\n2026-11-21 01:00,1\n',
      3,
      /once too often/,
    ],
    [
      'the same moment in two spellings',
      'start,price\n2026-11-21 00:00,1\n2026-11-20T23:00Z,2\n2026-11-21 01:00,1\n',
      3,
      /same time as line 2/,
    ],
    ['a price in the wrong unit', 'start,price\n2026-11-21 00:00,251\n2026-11-21 01:00,251\n', 2, /unit right/],
    ['a column that is missing', 'begin_of_hour,price\n2026-11-21 00:00,1\n', 1, /no column “start”/],
    ['days instead of hours', 'start,price\n2026-11-21 00:00,1\n2026-11-22 00:00,1\n', 2, /at most an hour/],
    ['a step that no market has', 'start,price\n2026-11-21 00:00,1\n2026-11-21 00:20,1\n', 2, /20 minutes/],
    ['nothing', '', 1, /empty|no column/],
  ])('keep nothing of a file with %s, and name the line', (_name, csv, line, sentence) => {
    const { rows, problems } = read(csv);
    expect(rows).toEqual([]);
    expect(problems[0]?.line).toBe(line);
    expect(problems[0]?.sentence).toMatch(sentence);
  });

  it('leave an empty price unknown', () => {
    const { rows, notes } = read('start,price\n2026-11-21 00:00,1\n2026-11-21 01:00,\n2026-11-21 02:00,2\n');
    expect(rows.map(({ stepMs }) => stepMs)).toEqual([HOUR_MS, HOUR_MS]);
    expect(notes[0]).toEqual({ line: 3, sentence: 'A price is missing and stays unknown.' });
  });
});
