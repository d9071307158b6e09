import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../main/clock.ts';
import { createEventBus } from '../../../../main/events.ts';
import { channelId } from '../../../../main/ids.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import { policyFolder } from '../../../../main/planning/learnt/folder.ts';
import { createLearntPolicies } from '../../../../main/planning/learnt/learnt.ts';
import type { Store } from '../../../../main/store/types.ts';
import { learntPolicySchema } from '../../../../preload/contract/backtest.ts';
import type { PlanEvent } from '../../../../preload/contract/plan.ts';
import { madeSeries } from '../../../support/models/policy-home.ts';
import { failureOf, good, HOME, tempStore } from '../../../support/store/temp-store.ts';

const HOUR_MS = 3_600_000;
const DAYS = 70;
const WORKER = new URL('../../../support/planning/small-policy-worker.ts', import.meta.url);

/** A home with a battery, measured for so many days up to now. */
const measuredHome = async (days: number) => {
  const { store, folder } = await tempStore();
  const clock = systemClock();
  const end = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
  const made = madeSeries(days, { pv: 1.5 });
  const write = (series: 'load' | 'pv', values: Float64Array): void => {
    const key = { siteId: HOME, deviceId: '', channelId: channelId(`site:${series}`), metric: 'powerW' } as const;
    const seriesId = store.series.idOf(key);
    const rows = [...values].map((kw, hour) => {
      const mean = 1000 * kw;
      const at = end - (days * 24 - hour) * HOUR_MS;
      return { seriesId, at, mean, minimum: mean, maximum: mean, count: 60, energyKwh: kw, quality: 'good' as const };
    });
    store.rollups.write('hour', rows);
  };
  write('load', made.loadKw);
  write('pv', made.pvKw);
  store.prices.upsert(
    HOME,
    [...made.importPrice].map((importPerKwh, hour) => ({
      ...{ at: end - (days * 24 - hour) * HOUR_MS, stepMs: HOUR_MS, importPerKwh },
      ...{ exportPerKwh: made.exportPrice[hour] ?? 0, source: 'made' },
    })),
  );
  store.settings.set(HOME, { batteryCapacityKwh: 10 }, 'Ann', end);
  return { store, folder };
};

const roomOf = (store: Store, dataFolder: string) => {
  const clock = systemClock();
  const bus = createEventBus((_, thrown) => {
    throw thrown;
  });
  const told: PlanEvent[] = [];
  bus.on('plan', (event) => told.push(event));
  const room = createLearntPolicies({
    ...{ store, clock, bus, dataFolder, version: '0.0.0-test', workerUrl: WORKER },
    log: createLog(memorySink(), clock),
    tariffs: { tariffAt: () => null },
  });
  return { room, told, bus };
};
const quietly = { signal: new AbortController().signal, onProgress: () => undefined };

it('a training tells how far it is, leaves a version, and a restart picks it up', async () => {
  const { store, folder } = await measuredHome(DAYS);
  const { room, told } = roomOf(store, folder);
  expect(room.view(HOME)).toMatchObject({ stage: 'none', share: null, checks: [], trial: null });
  const training = room.train(HOME, quietly);
  expect(room.view(HOME)).toMatchObject({ stage: 'training', share: 0 });
  expect(failureOf(await room.train(HOME, quietly)).code).toBe('policy.busy');
  const sentence = good(await training);

  const shares = told.flatMap(({ share }) => (share === null ? [] : [share]));
  expect(shares.length).toBeGreaterThan(5);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(told.at(-1)).toEqual({ siteId: HOME, about: 'policy', share: null, sentence });

  const view = room.view(HOME);
  expect(learntPolicySchema.safeParse({ ...view, nextAt: null }).error).toBeUndefined();
  expect(view.stage).toMatch(/^(rejected|shadow)$/); // So small a network never beats the plan.
  expect(view.sentence).toBe(sentence);
  expect(view.checks.map(({ name }) => name)).toContain('limits');
  expect(view.checks.find(({ name }) => name === 'limits')?.passed).toBe(true);
  const { trial } = view;
  expect(trial?.prescientCost).toBeLessThan(
    Math.min(trial?.policyCost ?? 0, trial?.selfCost ?? 0, trial?.planCost ?? 0),
  );
  await room.stop();

  const later = roomOf(store, folder).room;
  expect(later.view(HOME)).toEqual(view);
  expect(later.newest(HOME) === null).toBe(view.stage === 'rejected');

  const [version] = readdirSync(policyFolder(folder, HOME));
  const weights = join(policyFolder(folder, HOME), version ?? '', 'weights.bin');
  const bytes = readFileSync(weights);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(weights, bytes);
  expect(later.view(HOME)).toMatchObject({ stage: 'none', trial: null });
  expect(later.view(HOME).sentence).toContain('is not what was trained');
});

it('a cancelled training leaves nothing but a sentence', async () => {
  const { store, folder } = await measuredHome(DAYS);
  const { room, bus } = roomOf(store, folder);
  const begun = new Promise<void>((resolve) => {
    bus.on('plan', ({ share }) => {
      if (share !== null && share > 0) resolve();
    });
  });
  const ended = new Promise<PlanEvent>((resolve) => {
    bus.on('plan', (event) => {
      if (event.share === null) resolve(event);
    });
  });
  good(room.trainSoon(HOME));
  expect(failureOf(room.trainSoon(HOME)).code).toBe('policy.busy');
  await begun;
  room.cancel(HOME);
  expect((await ended).sentence).toBe('The training of the policy was cancelled.');
  expect(room.view(HOME)).toMatchObject({ stage: 'none', sentence: 'The training of the policy was cancelled.' });
  expect(existsSync(policyFolder(folder, HOME))).toBe(false);
  await room.stop();
});

it('says what is missing: history, a battery, a worker', async () => {
  const { store, folder } = await measuredHome(50);
  const { room } = roomOf(store, folder);
  expect(failureOf(await room.train(HOME, quietly)).code).toBe('policy.too-little');
  expect(room.view(HOME).sentence).toContain('64 days');
  store.settings.set(HOME, { batteryCapacityKwh: null }, 'Ann', 1);
  expect(failureOf(room.trainSoon(HOME)).code).toBe('policy.no-battery');
  await room.stop();
});
