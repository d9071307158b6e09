import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/clock.ts';
import { createPlanClient } from '../../../main/planning/plan-client.ts';
import { BATTERY, CLI, PLANNING_WORKER, problemFrom, rawProblem } from '../../support/planning/problems.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cc-plan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) =>
  new Promise<{ code: number | null; out: string; complaints: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'plan', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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
const fileWith = (content: unknown): string => {
  const file = join(folder, 'problem.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

describe('plan', () => {
  it('answers JSON with the proof, the costs and every step', async () => {
    const raw = rawProblem({ flexibleLoads: [{ id: 'a', powerKw: 0.5, runMinutes: 60 }], note: 'mine' });
    const answer = await run('--problem', fileWith(raw), '--json');
    expect(answer).toMatchObject({ code: 0, complaints: '' });
    const value = JSON.parse(answer.out);
    expect(value).toMatchObject({ status: 'optimal', notes: ['note is no field of a problem and was not used.'] });
    expect(value.costs.total).toBeCloseTo(value.costs.energy + value.costs.peak + value.costs.wear, 9);
    expect(value.bound).toBeLessThanOrEqual(value.objective);
    expect(value.gap).toBeLessThan(1e-9);
    expect(value.seconds).toBeGreaterThan(0);
    expect(Object.keys(value.steps[0])).toEqual([
      'start',
      'importKw',
      'exportKw',
      'chargeKw',
      'dischargeKw',
      'curtailKw',
      'socPct',
      'loads',
    ]);
    expect(value.steps.map((step: { loads: { a: number } }) => step.loads.a)).toEqual([0.5, 0, 0, 0]);
  });

  it('answers a person with a table in local time', async () => {
    const answer = await run('--problem', fileWith(rawProblem()));
    expect(answer.code).toBe(0);
    expect(answer.out).toContain('2026-01-01 00:00   2.469');
    expect(answer.out).toContain('Objective 0.2916, no plan is below 0.2916 (gap 0.000 %)');
  });

  it('exits with 1 and says which limits conflict, which field is wrong, or that there is no file', async () => {
    const none = await run('--problem', fileWith(rawProblem({ loadKw: [1, 20, 1, 1] })), '--json');
    expect(none.code).toBe(1);
    expect(JSON.parse(none.out)).toMatchObject({
      ok: false,
      problem: { code: 'plan.infeasible', message: expect.stringContaining('grid.maxImportKw') },
      value: { status: 'infeasible' },
    });
    expect(await run('--problem', fileWith(rawProblem({ pvKw: [1] })))).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('pvKw has 1 values and loadKw has 4'),
    });
    expect(await run('--problem', fileWith('{'))).toMatchObject({ code: 1 });
    expect(await run('--problem', join(folder, 'missing.json'))).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('could not be read'),
    });
    expect(await run()).toMatchObject({ code: 2, complaints: expect.stringContaining('--problem is missing.') });
  });
});

describe('the planning worker', () => {
  const client = createPlanClient({ workerUrl: PLANNING_WORKER, clock: systemClock() });

  it('can be cancelled before and while it solves', async () => {
    const problem = problemFrom(rawProblem({ battery: BATTERY }));
    expect(await client.solve(problem, AbortSignal.abort())).toMatchObject({ error: { code: 'plan.cancelled' } });
    const controller = new AbortController();
    const answer = client.solve(problem, controller.signal);
    controller.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'plan.cancelled', kind: 'temporary' } });
  });

  it('says when its thread breaks', async () => {
    const broken = createPlanClient({
      workerUrl: new URL('data:text/javascript,throw new Error("no")'),
      clock: systemClock(),
    });
    expect(await broken.solve(problemFrom(rawProblem()))).toMatchObject({ error: { code: 'plan.failed' } });
  });
});
