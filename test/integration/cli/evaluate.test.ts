import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { madeCsv } from '../../support/learning/made-csv.ts';
import { runEvaluate } from '../../support/learning/run-evaluate.ts';

const small = fileURLToPath(new URL('../../support/learning/evaluate-process.ts', import.meta.url));
const real = join(import.meta.dirname, '../../../main/cli.ts');
let folder: string;
let csv: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-evaluate-'));
  csv = join(folder, 'home.csv');
  out = join(folder, 'predictions.csv');
});
afterEach(() => rmSync(folder, { recursive: true }));

const runProcess = (entry: string, ...args: readonly string[]) =>
  new Promise<{ code: number | null; out: string; complaints: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [entry, 'evaluate', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { out: '', complaints: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      text.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      text.complaints += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });

const run = async (...args: readonly string[]) => {
  const out: string[] = [];
  const complaints: string[] = [];
  const code = await runEvaluate(['evaluate', ...args], {
    out: (line) => void out.push(line),
    complain: (line) => void complaints.push(line),
  });
  return { code, out: out.join('\n'), complaints: complaints.join('\n') };
};

const usual = (more: Readonly<Record<string, string>> = {}): string[] => {
  const options: Record<string, string> = {
    csv,
    column: 'load_kw',
    target: 'load',
    unit: 'kW',
    zone: 'Europe/Berlin',
    'test-from': '2026-03-27',
    'test-to': '2026-04-03',
    out,
    ...more,
  };
  return Object.entries(options).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, value]));
};

const answerSchema = z.object({
  ok: z.literal(true),
  value: z.looseObject({
    rmse: z.number().nullable(),
    count: z.number(),
    issues: z.number(),
    stepMinutes: z.number(),
    notes: z.array(z.string()),
    servedBy: z.record(z.string(), z.number()),
    byLead: z.array(z.looseObject({ leadHours: z.string(), count: z.number() })),
    place: z.object({ latitude: z.number(), longitude: z.number(), guessed: z.boolean() }),
  }),
});
const evaluate = async (more: Readonly<Record<string, string>> = {}) => {
  const answer = await run(...usual(more), '--json');
  expect(answer).toMatchObject({ code: 0 });
  return answerSchema.parse(JSON.parse(answer.out)).value;
};
const predictions = () => {
  const [head, ...lines] = readFileSync(out, 'utf8').trimEnd().split('\n');
  expect(head).toBe('issue_time_utc,valid_time_utc,actual,mean,p10,p50,p90,naive,baseline');
  return lines.map((line) => {
    const [issue = '', valid = '', ...cells] = line.split(',');
    const [actual, mean, p10, p50, p90, naive, baseline] = cells.map((cell) => (cell === '' ? null : Number(cell)));
    return { issue, valid, actual, mean, p10, p50, p90, naive, baseline };
  });
};
const write = (lines: readonly string[], to = csv) => writeFileSync(to, `${lines.join('\n')}\n`);
const home = (more: Partial<Parameters<typeof madeCsv>[0]> = {}) =>
  madeCsv({ firstAt: '2026-02-01T00:00:00Z', days: 62, ...more });

describe('evaluate', () => {
  it('forecasts each local midnight over a clock change, and answers JSON on standard output alone', async () => {
    writeFileSync(csv, gzipSync(home().join('\n')));
    const answer = await runProcess(small, ...usual(), '--json');
    expect(answer.code).toBe(0);
    expect(answer.complaints).toContain('[14 %  Day 2 of 7]');
    const { value } = answerSchema.parse(JSON.parse(answer.out));
    expect(value).toMatchObject({ issues: 7, count: 168, stepMinutes: 60, servedBy: { model: 168 } });
    expect(value.byLead.map(({ leadHours, count }) => [leadHours, count])).toEqual([
      ['1', 7],
      ['2-3', 14],
      ['4-6', 21],
      ['7-12', 42],
      ['13-18', 42],
      ['19-24', 42],
    ]);
    expect(value['seconds']).toMatchObject({ train: { count: 1 }, predict: { count: 7 } });
    expect(value.place).toEqual({ latitude: 52, longitude: 13, guessed: true });
    const rows = predictions();
    expect([...new Set(rows.map((row) => row.issue))]).toEqual([
      '2026-03-26T23:00:00Z',
      '2026-03-27T23:00:00Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T22:00:00Z',
      '2026-03-30T22:00:00Z',
      '2026-03-31T22:00:00Z',
      '2026-04-01T22:00:00Z',
    ]);
    const error = Math.sqrt(
      rows.reduce((sum, row) => sum + ((row.actual ?? 0) - (row.mean ?? 0)) ** 2, 0) / rows.length,
    );
    expect(value.rmse).toBeCloseTo(error, 6);
    expect(readdirSync(folder).toSorted()).toEqual(['home.csv', 'predictions.csv']);
  });

  it('reads energy as power, and shows every unit as kW', async () => {
    const lines = home({ stepMin: 30, value: () => '0.4' });
    write(lines);
    await evaluate({ unit: 'kWh' });
    expect(predictions()[5]).toMatchObject({ valid: '2026-03-27T01:30:00Z', actual: 0.8, mean: 0.8, naive: 0.8 });
    await evaluate({ unit: 'W' });
    expect(predictions()[5]).toMatchObject({ actual: 0.0004, mean: 0.0004 });
  });

  it('keeps the unit of a price, takes a place with negative degrees, and weather', async () => {
    write(
      home({ value: (_, noise) => (100 * noise - 20).toFixed(2) }).map((line) =>
        line.replace('load_kw', 'eur_per_mwh'),
      ),
    );
    const weather = join(folder, 'weather.csv');
    write(['issue_time_utc,valid_time_utc,temp', '2026-03-01T00:00Z,2026-03-02T00:00Z,5'], weather);
    const value = await evaluate({
      target: 'price',
      column: 'eur_per_mwh',
      unit: '',
      lat: '-33.9',
      lon: '-70.5',
      weather,
      'horizon-h': '30',
    });
    expect(value.place).toEqual({ latitude: -33.9, longitude: -70.5, guessed: false });
    expect(value['unit']).toBe('eur_per_mwh');
    expect(value.notes).toContain('The weather file holds 1 forecast of tempC; each is used from its issue on.');
    const rows = predictions();
    expect(rows).toHaveLength(7 * 30);
    expect(rows.some((row) => (row.actual ?? 0) > 50) && rows.some((row) => (row.p10 ?? 0) < 0)).toBe(true);
  });

  it('serves the baseline with three days of data, and says so', async () => {
    write(home({ days: 3 }));
    const value = await evaluate({ 'test-from': '2026-02-02', 'test-to': '2026-02-05' });
    expect(value.servedBy).toMatchObject({ baseline: 72, nobody: 0, model: 0 });
    expect(value.notes.join(' ')).toContain('The simple baseline served 72 of 72 steps');
    expect(predictions().at(-1)).toMatchObject({ valid: '2026-02-04T22:00:00Z', actual: null });
  });

  it('bears gaps, a constant and zeros', async () => {
    write(home({ value: (at, noise) => (noise < 0.3 || (at / 864e5) % 10 < 2 ? '' : noise.toFixed(2)) }));
    const gaps = await evaluate();
    expect(gaps.count).toBeLessThan(168);
    expect(predictions().every((row) => row.mean !== null)).toBe(true);
    write(home({ value: () => '0' }));
    expect(await evaluate({ target: 'pv' })).toMatchObject({ rmse: 0, r2: null, nrmsePct: null });
    expect(predictions().every((row) => row.mean === 0 && row.p90 === 0)).toBe(true);
  });

  it('is the same each time, and another future changes nothing but the truth', async () => {
    const lines = home({ stepMin: 15 });
    write(lines);
    await evaluate();
    const before = predictions();
    await evaluate();
    expect(predictions()).toEqual(before);
    const cut = before.at(-1)?.issue ?? '';
    write(
      lines.map((line) => (line.slice(0, 20) >= cut && line.startsWith('2') ? line.replace(/,.*/, ',99,99') : line)),
    );
    await evaluate();
    const forecasts = (rows: typeof before) => rows.map(({ actual: _, ...row }) => row);
    expect(forecasts(predictions())).toEqual(forecasts(before));
    expect(predictions().at(-1)?.actual).toBe(99);
  });

  it('shows a table to a person', async () => {
    write(home());
    const answer = await run(...usual({ zone: 'Asia/Kolkata' }));
    expect(answer.code).toBe(0);
    expect(answer.out).toMatch(/^load_kw: 7 forecasts of 24 h from local midnights of Asia\/Kolkata, in kW\.\n/);
    expect(answer.out).toMatch(/\nhours ahead +rows +RMSE +MAE +R² /);
    expect(answer.out).toMatch(/\nall +168 +0\.\d{3} /);
    expect(predictions()[0]).toMatchObject({ issue: '2026-03-26T18:30:00Z', valid: '2026-03-26T19:00:00Z' });
  });
});

describe('evaluate as it is shipped', () => {
  it.each(['load', 'pv', 'wind', 'price'])(
    'serves %s from a few days by its simple forecast, and takes what a logger leaves out',
    async (target) => {
      const noon = (at: number): number => Math.max(0, Math.sin(((at / 36e5 - 5) / 24) * 2 * Math.PI));
      const value = (at: number, noise: number): string =>
        noise < 0.1 ? '' : (target === 'pv' ? 3 * noon(at) * noise : noise).toFixed(3);
      write(home({ days: 6, stepMin: 30, value }));
      const args = usual({ target, 'test-from': '2026-02-03', 'test-to': '2026-02-06' });
      const answer = await runProcess(real, ...args, '--json');
      expect(answer).toMatchObject({ code: 0, complaints: '' });
      const { value: found } = answerSchema.parse(JSON.parse(answer.out));
      expect(found).toMatchObject({ issues: 3, stepMinutes: 30, servedBy: { model: 0, nobody: 0 } });
      for (const row of predictions()) {
        const band = [row.p10, row.p50, row.p90].map(Number);
        expect(band.every(Number.isFinite)).toBe(true);
        expect(band).toEqual(band.toSorted((one, other) => one - other));
      }
    },
  );
});

describe('evaluate refuses', () => {
  it.each([
    ['what is missing', { out: '', zone: '' }, '--zone, --out are missing.'],
    ['an unknown target', { target: 'gas' }, '--target must be load, pv, wind or price, and "gas" is not.'],
    ['an unknown unit', { unit: 'MW' }, '--unit must be kW, kWh, W, and "MW" is not.'],
    ['an unknown zone', { zone: 'Mars/Phobos' }, '"Mars/Phobos" is no time zone'],
    ['a wrong day', { 'test-from': '2026-02-31' }, '--test-from must be a day'],
    ['a span that ends before it begins', { 'test-to': '2026-03-01' }, '--test-to must lie after --test-from'],
    ['half a place', { lat: '50' }, '--lat and --lon belong together.'],
    ['a latitude off the earth', { lat: '95', lon: '8' }, '--lat must be a number from -90 to 90'],
    ['to write over its input', { out: 'home.csv' }, '--out must not be one of the files that are read.'],
  ])('%s as wrong use', async (_, more, sentence) => {
    const fixed = 'out' in more && more.out === 'home.csv' ? { out: csv } : more;
    const answer = await run(...usual(fixed));
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.complaints).toContain(sentence);
  });

  it('wrong use as a process with code 2, and nothing on standard output', async () => {
    const answer = await runProcess(small, ...usual({ out: '' }), '--json');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.complaints).toMatch(/^\[?\]?--out is missing\.\n/);
    expect(answer.complaints).toContain('--test-to TEST-TO');
  });

  it('what the file does not hold, in a sentence, and writes nothing', async () => {
    write(home());
    const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ csv: join(folder, 'away.csv') }, 'There is no file'],
      [{ column: 'pv' }, 'has no column "pv". Its columns are load_kw, temperature_c.'],
      [{ 'test-from': '2025-01-01', 'test-to': '2025-02-01' }, 'is measured from 2026-02-01 to 2026-04-04'],
      [{ weather: join(folder, 'away.csv') }, 'There is no file'],
      [{ out: join(folder, 'away', 'predictions.csv') }, 'cannot be used'],
      [{ 'test-from': '2026-03-27T10:00', 'test-to': '2026-03-27T20:00' }, 'There is no midnight of Europe/Berlin'],
    ];
    for (const [more, sentence] of cases) {
      const answer = await run(...usual(more));
      expect(answer).toMatchObject({ code: 1, out: '' });
      expect(answer.complaints).toContain(sentence);
    }
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder)).toEqual(['home.csv']);
  });
});
