import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { siteId } from '../../main/ids.ts';
import { createLog, memorySink } from '../../main/log.ts';
import { openStore } from '../../main/store/store.ts';

const KILLS = 50;
const SCRIPT = resolve(import.meta.dirname, '../support/faults/acting-center.ts');
const DEMO = siteId('demo');
const clock = systemClock();
const folder = mkdtempSync(join(tmpdir(), 'kill-'));

/** mulberry32: a seeded generator, so that a failing run can be repeated with the same moments. */
const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state += 0x6d2b79f5;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
const random = seeded(20_261_121);

interface Acknowledged {
  readonly actions: string[];
  setting: number | null;
  /** What the last acknowledged deed about the stop left behind; null before any. */
  stopped: boolean | null;
}

const acknowledged: Acknowledged = { actions: [], setting: null, stopped: null };
let child: ChildProcess | null = null;

const note = (line: string): void => {
  // Between the asking and the answer nobody can know.
  if (line.startsWith('ASK')) acknowledged.stopped = null;
  const [, what, value] = /^ACK (\w+) ?(.*)$/.exec(line) ?? [];
  if (what === 'action' && value) acknowledged.actions.push(value);
  if (what === 'setting') acknowledged.setting = Number(value);
  if (what === 'stopped') acknowledged.stopped = true;
  if (what === 'released') acknowledged.stopped = false;
};

/** Runs the center until a random moment after it is ready, or already while it starts, and kills it with SIGKILL. */
const runAndKill = async (turn: number): Promise<{ readonly foundStopped: boolean; readonly errors: string }> => {
  const running = spawn(process.execPath, [SCRIPT, folder, String(turn * 100)], { stdio: ['ignore', 'pipe', 'pipe'] });
  child = running;
  const exited = once(running, 'exit');
  let foundStopped = false;
  let errors = '';
  running.stderr.on('data', (chunk: Buffer) => {
    errors += String(chunk);
  });
  const duringStart = turn % 10 === 9;
  const armed = new Promise<void>((resolve) => {
    createInterface({ input: running.stdout }).on('line', (line) => {
      if (line === 'FOUND stopped') foundStopped = true;
      note(line);
      if (line === 'READY') resolve();
    });
    if (duringStart) resolve();
    running.once('exit', () => resolve());
  });
  await armed;
  await clock.sleep(random() * (duringStart ? 1_500 : 700));
  running.kill('SIGKILL');
  await exited;
  return { foundStopped, errors };
};

describe(`kill -9 at ${KILLS} random moments while polling and acting`, () => {
  beforeAll(() => expect(process.platform).not.toBe('win32'));
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens the database each time and loses nothing that was acknowledged', async () => {
    let stopsSurvived = 0;
    for (let turn = 0; turn < KILLS; turn += 1) {
      const stoppedBefore = acknowledged.stopped;
      const { foundStopped, errors } = await runAndKill(turn);
      expect(errors.replace(/.*(Warning|trace-warnings).*\n/g, '')).toBe('');
      if (stoppedBefore && turn % 10 !== 9) {
        expect(foundStopped).toBe(true);
        stopsSurvived += 1;
      }
      const opened = await openStore({ folder, clock, log: createLog(memorySink(), clock) });
      if (!opened.ok) throw new Error(`after kill ${turn + 1}: ${opened.error.message}`);
      const store = opened.value;
      const missing = acknowledged.actions.filter((id) => store.actions.get(id) === undefined);
      expect(missing).toEqual([]);
      if (acknowledged.setting !== null)
        expect(store.settings.get(DEMO).maxGridImportW).toBeGreaterThanOrEqual(acknowledged.setting);
      store.close();
    }
    expect(acknowledged.actions.length).toBeGreaterThan(KILLS);
    expect(stopsSurvived).toBeGreaterThan(0);
  });
});
