import { describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { type EndedBy, executeFlow } from '../../../main/flows/flow-execution.ts';
import type { FlowContext, FlowDefinition, FlowStep } from '../../../main/flows/types.ts';
import { siteId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { ok, permanent, type Result, temporary } from '../../../main/result.ts';
import type { FlowRun } from '../../../preload/contract/house.ts';

const T0 = Date.UTC(2026, 5, 1);

const away = temporary('x.away', 'The feed did not answer.', 'It is tried again.');
const wrong = permanent('x.wrong', 'The key is wrong.', 'Type it again.');

const flowOf = (steps: readonly FlowStep[], more: Partial<FlowDefinition> = {}): FlowDefinition => ({
  name: 'test',
  label: 'Test',
  description: '',
  cron: null,
  timeoutMs: 60_000,
  attempts: 3,
  backoffMs: 1_000,
  atStart: false,
  steps,
  ...more,
});

const begin = (steps: readonly FlowStep[], more: Partial<FlowDefinition> = {}, random = 0.5) => {
  const clock = replayClock(T0);
  const kept: FlowRun[] = [];
  const shown: FlowRun[] = [];
  const execution = executeFlow({
    flow: flowOf(steps, more),
    runId: 'run_1',
    siteId: siteId('home'),
    trigger: 'hand',
    clock,
    log: createLog(memorySink(), clock),
    random: () => random,
    onChange: (run, keep) => (keep ? kept : shown).push(run),
  });
  return { clock, execution, kept, shown };
};

const step = (name: string, run: (context: FlowContext) => Promise<Result<string>>, needs?: readonly string[]) =>
  needs ? { name, needs, run } : { name, run };
const fine = async (): Promise<Result<string>> => ok('3 rows.');
const states = (run: FlowRun) => run.report.map((line) => [line.step, line.state]);

describe('a run', () => {
  it('writes a row at its start and at each step, and ends with a line a step', async () => {
    const { clock, execution, kept } = begin([
      step('a', async () => {
        await clock.sleep(1_200);
        return ok('3 rows.');
      }),
      step('b', fine),
    ]);
    expect(kept[0]).toMatchObject({ state: 'running', startedAt: T0, attempt: 1, report: [] });
    await clock.advance(1_200);
    expect(kept[1]?.report).toEqual([{ step: 'a', state: 'running', sentence: '', tookMs: null }]);
    const run = await execution.done;
    expect(run).toMatchObject({ state: 'succeeded', finishedAt: T0 + 1_200, trigger: 'hand', attempt: 1 });
    expect(run.report).toEqual([
      { step: 'a', state: 'done', sentence: '3 rows.', tookMs: 1_200 },
      { step: 'b', state: 'done', sentence: '3 rows.', tookMs: 0 },
    ]);
    expect(kept.at(-1)).toEqual(run);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('keeps a failed step apart: only what needs it is skipped', async () => {
    const { execution } = begin([
      step('weather', async () => wrong),
      step('solar', fine, ['weather']),
      step('load', fine),
      step('battery', fine, ['load', 'solar']),
    ]);
    const run = await execution.done;
    expect(run.state).toBe('failed');
    expect(states(run)).toEqual([
      ['weather', 'failed'],
      ['solar', 'skipped'],
      ['load', 'done'],
      ['battery', 'skipped'],
    ]);
    expect(run.report[0]?.sentence).toBe('The key is wrong. Type it again.');
    expect(run.report[3]?.sentence).toBe('Skipped: it needs solar.');
  });

  it('tries what failed for the moment again, later each time, and only that', async () => {
    const calls: string[] = [];
    const { clock, execution } = begin([
      step('a', async () => {
        calls.push(`a${clock.now() - T0}`);
        return ok('');
      }),
      step('b', async () => {
        calls.push(`b${clock.now() - T0}`);
        return calls.length < 4 ? away : ok('At last.');
      }),
      step('c', fine, ['b']),
    ]);
    await clock.advance(10_000);
    const run = await execution.done;
    // Pauses of 1 s and 2 s with a jitter of 1.
    expect(calls).toEqual(['a0', 'b0', 'b1000', 'b3000']);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 3 });
    expect(run.report.every((line) => line.state === 'done')).toBe(true);
  });

  it.each([
    [0, 500],
    [1, 1_500],
  ])('varies its pauses: at random %d after %d ms', async (random, pauseMs) => {
    const calls: number[] = [];
    const { clock, execution } = begin(
      [
        step('a', async () => {
          calls.push(clock.now() - T0);
          return away;
        }),
      ],
      { attempts: 2 },
      random,
    );
    await clock.advance(10_000);
    expect((await execution.done).state).toBe('failed');
    expect(calls).toEqual([0, pauseMs]);
  });

  it('does not try again what stays wrong, nor what broke', async () => {
    let calls = 0;
    const { clock, execution } = begin([
      step('a', async () => {
        calls += 1;
        return wrong;
      }),
      step('b', async () => {
        calls += 1;
        throw new Error('a bug');
      }),
      step('c', fine),
    ]);
    const run = await execution.done;
    expect(calls).toBe(2);
    expect(states(run).map(([, state]) => state)).toEqual(['failed', 'failed', 'done']);
    expect(run.report[1]?.sentence).toContain('a bug');
    expect(clock.pendingTimers()).toBe(0);
  });

  it('leaves alone what stays wrong while it tries its neighbour again', async () => {
    const calls: string[] = [];
    const called = (name: string, result: Result<string>) =>
      step(name, async () => {
        calls.push(name);
        return result;
      });
    const { clock, execution } = begin([called('wrong', wrong), called('away', away)]);
    await clock.advance(10_000);
    expect(await execution.done).toMatchObject({ state: 'failed', attempt: 3 });
    expect(calls).toEqual(['wrong', 'away', 'away', 'away']);
  });

  it.each([
    ['cancelled', 'Cancelled.'],
    ['interrupted', 'Interrupted: the application ended.'],
  ] as const)('is %s when told so, with the signal raised and the rest not reached', async (by: EndedBy, sentence) => {
    const seen: boolean[] = [];
    const { clock, execution } = begin([
      step('a', async ({ signal }) => {
        await clock.sleep(50_000, signal);
        seen.push(signal.aborted);
        return ok('never mind');
      }),
      step('b', fine),
    ]);
    await clock.advance(10);
    execution.end(by);
    execution.end('timed-out');
    const run = await execution.done;
    expect(run.state).toBe(by);
    expect(run.report).toEqual([
      { step: 'a', state: 'failed', sentence, tookMs: 10 },
      { step: 'b', state: 'skipped', sentence: 'Not reached.', tookMs: null },
    ]);
    await new Promise<void>((resolve) => execution.whenIdle(resolve));
    expect(seen).toEqual([true]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('times out even where a step does not heed the signal, and is idle only when that has come back', async () => {
    let release = (): void => undefined;
    const { clock, execution } = begin([
      step('deaf', () => new Promise((resolve) => (release = () => resolve(ok('too late'))))),
    ]);
    let idle = false;
    execution.whenIdle(() => {
      idle = true;
    });
    await clock.advance(60_000);
    const run = await execution.done;
    expect(run).toMatchObject({ state: 'timed-out', finishedAt: T0 + 60_000 });
    expect(run.report[0]).toMatchObject({ state: 'failed', sentence: 'Stopped: it took too long.', tookMs: 60_000 });
    await clock.advance(1);
    expect(idle).toBe(false);
    release();
    await clock.advance(1);
    expect(idle).toBe(true);
    expect(execution.current()).toEqual(run);
  });

  it('can be cancelled in the pause between two attempts', async () => {
    const { clock, execution } = begin([step('a', async () => away)]);
    await clock.advance(500);
    execution.end('cancelled');
    expect(await execution.done).toMatchObject({ state: 'cancelled', finishedAt: T0 + 500 });
    expect(clock.pendingTimers()).toBe(0);
  });

  it('shows progress now and then, without writing it down', async () => {
    const { clock, execution, shown, kept } = begin([
      step('a', async ({ progress }) => {
        for (let share = 0; share < 100; share += 1) {
          progress(`${share} %`);
          await clock.sleep(10);
        }
        return ok('Done.');
      }),
    ]);
    await clock.advance(1_000);
    await execution.done;
    expect(shown.map((run) => run.report[0]?.sentence)).toEqual(['0 %', '50 %']);
    expect(kept).toHaveLength(4);
  });
});
