import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, replayClock, systemClock } from '../../../main/clock.ts';
import { channelId } from '../../../main/ids.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { createReadClient, type ReadClient } from '../../../main/store/read-client.ts';
import { failureOf, good, HOME, NOW, tempFolder, tempStore } from '../../support/store/temp-store.ts';

const SOURCE = new URL('../../../main/store/read-worker.ts', import.meta.url);
const FAULTY = new URL('../../support/store/crashing-worker.ts', import.meta.url);

const clientOf = (workerUrl: URL, databasePath: string, clock: Clock = systemClock()): ReadClient => {
  const log = createLog(memorySink(), clock);
  const client = createReadClient({ workerUrl, databasePath, clock, log, timeoutMs: 5_000 });
  onTestFinished(() => client.stop());
  return client;
};

describe('long reads', () => {
  it('bring rollups and readings of several series as columns', async () => {
    const { store } = await tempStore();
    const key = { siteId: HOME, deviceId: '' as const, channelId: channelId('site:pv') };
    const power = store.series.idOf({ ...key, metric: 'powerW' });
    const soc = store.series.idOf({ ...key, metric: 'socPct' });
    const row = { at: NOW, mean: 5, minimum: 1, maximum: 9, count: 15, quality: 'estimated' as const };
    store.rollups.write('hour', [
      { ...row, seriesId: power, energyKwh: 0.005 },
      { ...row, seriesId: power, at: NOW + 3_600_000, energyKwh: 0.1 },
      { ...row, seriesId: soc, energyKwh: null },
    ]);
    store.readings.append([{ seriesId: soc, at: NOW, value: 55, quality: 'demo' }]);
    const client = clientOf(SOURCE, store.databasePath);
    const [socColumns, powerColumns] = good(await client.rollups('hour', [soc, power], NOW, NOW + 3_600_000));
    expect(socColumns).toMatchObject({ seriesId: soc, energyKwh: Float64Array.of(Number.NaN) });
    expect(powerColumns).toEqual({
      seriesId: power,
      at: Float64Array.of(NOW),
      mean: Float64Array.of(5),
      minimum: Float64Array.of(1),
      maximum: Float64Array.of(9),
      count: Float64Array.of(15),
      energyKwh: Float64Array.of(0.005),
      quality: Uint8Array.of(2),
    });
    expect(good(await client.rollups('day', [power], 0, NOW * 2))[0]?.at).toHaveLength(0);
    expect(good(await client.readings([soc], NOW, NOW + 1))).toEqual([
      { seriesId: soc, at: Float64Array.of(NOW), value: Float64Array.of(55), quality: Uint8Array.of(3) },
    ]);
  });

  it('leave no reader behind that keeps the write-ahead log long', async () => {
    const { store } = await tempStore();
    const client = clientOf(SOURCE, store.databasePath);
    good(await client.readings([1], 0, 1));
    store.state.set('a', 'b');
    // The last connection of a database takes the log away when it closes; an open reader would keep it.
    store.close();
    expect(existsSync(`${store.databasePath}-wal`)).toBe(false);
    expect(statSync(store.databasePath).size).toBeGreaterThan(4096);
  });

  it('answer many questions at once, each with its own', async () => {
    const { store } = await tempStore();
    const client = clientOf(SOURCE, store.databasePath);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((id) => client.readings([id], 0, 1)));
    expect(answers.map((answer) => good(answer)[0]?.seriesId)).toEqual([1, 2, 3, 4, 5]);
  });

  it('fail with a reason where there is no database', async () => {
    const client = clientOf(SOURCE, join(tempFolder(), 'none.sqlite'));
    expect(failureOf(await client.readings([1], 0, 1))).toMatchObject({ code: 'store.read-failed', kind: 'temporary' });
  });
});

describe('a worker with faults', () => {
  it('is started once again, and the question with it', async () => {
    const client = clientOf(FAULTY, join(tempFolder(), 'x.sqlite'));
    expect(good(await client.readings([1], 2, 9))).toEqual([]);
  });

  it('that dies twice on a question fails it, and serves the next', async () => {
    const client = clientOf(FAULTY, join(tempFolder(), 'x.sqlite'));
    expect(failureOf(await client.readings([1], 1, 9))).toMatchObject({ code: 'store.read-crashed' });
    expect(good(await client.readings([1], 9, 10))).toEqual([]);
  });

  it('that never answers is given up after the time-out, without taking its neighbours along', async () => {
    const clock = replayClock(NOW);
    const client = clientOf(FAULTY, join(tempFolder(), 'x.sqlite'), clock);
    const silent = client.rollups('day', [1], 3, 9);
    await clock.advance(4_999);
    const neighbour = client.readings([1], 9, 10);
    await clock.advance(1);
    expect(failureOf(await silent).code).toBe('store.read-timeout');
    expect(good(await neighbour)).toEqual([]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('fails what waits when the client stops, and leaves no timer', async () => {
    const clock = replayClock(NOW);
    const client = clientOf(FAULTY, join(tempFolder(), 'x.sqlite'), clock);
    const silent = client.readings([1], 3, 9);
    await client.stop();
    expect(failureOf(await silent).code).toBe('store.read-stopped');
    expect(failureOf(await client.readings([1], 9, 10)).code).toBe('store.read-stopped');
    expect(clock.pendingTimers()).toBe(0);
  });
});
