import { afterEach, describe, expect, it } from 'vitest';
import { replayClock } from '../../../main/clock.ts';
import { siteId } from '../../../main/ids.ts';
import type { ForecastTask } from '../../../main/learning/protocol.ts';
import { createWorkerClient } from '../../../main/learning/worker-client.ts';
import { createLog, memorySink } from '../../../main/log.ts';

const taskFor = (site: string): ForecastTask => ({
  task: 'forecast',
  databasePath: '',
  site: {
    ...{ id: siteId(site), latitude: 0, longitude: 0, timeZone: 'UTC', currency: 'EUR', pvPeakW: null },
  },
  now: 0,
  plans: { load: { versions: [], shadow: null, bands: { low: 1, high: 1 }, because: '' } },
  battery: null,
});
const open: { stop(): Promise<void> }[] = [];
const client = () => {
  const clock = replayClock(0);
  const url = new URL('../../support/learning/faulty-worker.ts', import.meta.url);
  const made = createWorkerClient({ url, clock, log: createLog(memorySink(), clock) });
  open.push(made);
  return { clock, run: made.run, stop: made.stop };
};
const options = { timeoutMs: 60_000, signal: new AbortController().signal };

afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

describe('learning worker client', () => {
  it('answers, passes progress on, and leaves no timer', async () => {
    const { clock, run } = client();
    const heard: string[] = [];
    const answer = await run(taskFor('fine'), {
      ...options,
      onProgress: (share, text) => heard.push(`${share} ${text}`),
    });
    expect(answer).toMatchObject({ ok: true, value: { fault: 'fine' } });
    expect(heard).toEqual(['0.5 half way']);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('turns a crash into a failure of everybody who waits, and starts afresh', async () => {
    const { clock, run } = client();
    const waiting = run(taskFor('hang'), options);
    expect(await run(taskFor('crash'), options)).toMatchObject({
      ok: false,
      error: { code: 'learning.crashed', kind: 'temporary' },
    });
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'learning.crashed' } });
    expect(await run(taskFor('fine'), options)).toMatchObject({ ok: true });
    expect(clock.pendingTimers()).toBe(0);
  });

  it('gives up after the time-out and starts afresh', async () => {
    const { clock, run } = client();
    const waiting = run(taskFor('hang'), options);
    await clock.advance(60_001);
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'learning.timeout' } });
    expect(await run(taskFor('fine'), options)).toMatchObject({ ok: true });
  });

  it('ends a thread that does not notice a cancel within its grace', async () => {
    const { clock, run } = client();
    const abort = new AbortController();
    const waiting = run(taskFor('hang'), { ...options, signal: abort.signal });
    abort.abort();
    await clock.advance(5_001);
    expect(await waiting).toMatchObject({ ok: false });
    expect(clock.pendingTimers()).toBe(0);
    expect(await run(taskFor('fine'), { ...options, signal: abort.signal })).toMatchObject({
      ok: false,
      error: { code: 'learning.cancelled' },
    });
  });

  it('fails what waits when it is stopped, and runs nothing after', async () => {
    const { run, stop } = client();
    const waiting = run(taskFor('hang'), options);
    await stop();
    expect(await waiting).toMatchObject({ ok: false });
    expect(await run(taskFor('fine'), options)).toMatchObject({ ok: false });
  });
});
