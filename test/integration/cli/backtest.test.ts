import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeSeries } from '../../support/planning/made-past.ts';
import { CLI } from '../../support/planning/problems.ts';

let folder: string;
let csv: string;
let site: string;
const DAYS = 7;
const SPAN = ['--from', '2026-03-25T00:00:00Z', '--to', '2026-03-27T00:00:00Z'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-backtest-'));
  csv = join(folder, 'past.csv');
  site = join(folder, 'site.json');
  const made = madeSeries(9, DAYS);
  const rows = [...made.loadKw].map((load, step) => {
    const at = new Date(made.startAt + step * made.stepMs).toISOString();
    return [at, load, made.pvKw[step], made.importPrice[step], made.exportPrice[step]].join(',');
  });
  writeFileSync(csv, `timestamp_utc,load_kw,pv_kw,import_price,export_price\n${rows.join('\n')}\n`);
  writeFileSync(
    site,
    JSON.stringify({
      zone: 'Europe/Berlin',
      battery: {
        ...{ capacityKwh: 8, minSocPct: 10, maxSocPct: 100, initialSocPct: 50, maxChargeKw: 4, maxDischargeKw: 4 },
        ...{ chargeEfficiency: 0.95, dischargeEfficiency: 0.95, standingLossPerHour: 0, wearCostPerKwh: 0.01 },
      },
      grid: { maxImportKw: 10, maxExportKw: 8 },
      peakTariff: {
        largestDailyPeaks: 3,
        tiers: [
          { upToKw: 2, cost: 3 },
          { upToKw: 5, cost: 6 },
          { upToKw: null, cost: 9 },
        ],
      },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) =>
  new Promise<{ code: number | null; out: string; complaints: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'backtest', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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

describe('backtest', () => {
  it('answers JSON with what a policy costs, and the best possible is the cheapest', async () => {
    const answers = await Promise.all(
      ['none', 'plan', 'prescient'].map((policy) =>
        run('--csv', csv, '--site', site, ...SPAN, '--policy', policy, '--json'),
      ),
    );
    const [none, plan, prescient] = answers.map(({ code, out }) => {
      expect(code).toBe(0);
      return JSON.parse(out);
    });
    expect(plan).toMatchObject({
      ...{ policy: 'plan', violations: 0, steps: 48, coverage: 1, notes: [] },
      span: { from: '2026-03-25T00:00:00.000Z', to: '2026-03-27T00:00:00.000Z', stepMinutes: 60 },
    });
    expect(plan.saving).toBeCloseTo(none.cost - plan.cost, 9);
    expect(plan.cost).toBeCloseTo(plan.energyCost + plan.peakCost + plan.wearCost, 9);
    expect(prescient.cost).toBeLessThan(plan.cost);
    expect(plan.cost).toBeLessThan(none.cost);
    expect(none).toMatchObject({ cycles: 0, ofPossiblePct: null, saving: 0 });
    expect(prescient.ofPossiblePct).toBeCloseTo(100, 9);
  });

  it('answers a person with months and what they cost', async () => {
    const withMiner = join(folder, 'with-miner.json');
    const flexibleLoads = [
      { id: 'miner', powerKw: 1, valuePerKwh: 0.1, minRunMinutes: 60 },
      { id: 'washer', powerKw: 1, runMinutes: 60, earliest: '22:00', latest: '06:00' },
    ];
    writeFileSync(withMiner, JSON.stringify({ ...JSON.parse(readFileSync(site, 'utf8')), flexibleLoads }));
    const answer = await run('--csv', csv, '--site', withMiner, ...SPAN, '--policy', 'self');
    expect(answer.code).toBe(0);
    expect(answer.out).toContain('Miners ran 48.0 h and earned 4.80.');
    expect(answer.out).toContain('2026-03  cost');
    expect(answer.out).toContain('0 steps over a limit.');
  });

  it('says what is wrong', async () => {
    const base = ['--csv', csv, '--site', site];
    expect(await run(...base, ...SPAN)).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('--policy is missing.'),
    });
    expect(await run(...base, ...SPAN, '--policy', 'best')).toMatchObject({ code: 2 });
    expect(await run(...base, '--from', '2026-03-01', '--to', '2026-03-21', '--policy', 'none')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('The file reaches from 2026-03-20T00:00:00Z'),
    });
    const learnt = await run(...base, ...SPAN, '--policy', 'learnt', '--json');
    expect(JSON.parse(learnt.out)).toMatchObject({ ok: false, problem: { code: 'backtest.no-learnt' } });
  });
});
