import { afterEach, expect, it } from 'vitest';
import { modelQueries } from '../../../preload/contract/models.ts';
import { busyHome, WEEKEND } from '../../support/learning/busy-home.ts';
import { DEMO_SITE } from '../../support/learning/demo-home.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';

const NOW = Date.parse('2026-11-23T03:00:00Z');
const HOUR_MS = 3_600_000;
const id = DEMO_SITE.id;
const night = { ...free, trials: 3, budgetMs: 3_600_000, onlyGoOn: false };

let home: Awaited<ReturnType<typeof liveLearning>>;
afterEach(() => home.close());

/** A home whose price follows the hour and a slow wave, so that there is something to learn. */
const pricedHome = async () => {
  home = await liveLearning(NOW, false);
  busyHome(home.store, home.clock, 90).measure(WEEKEND);
  const from = NOW - 90 * 24 * HOUR_MS;
  home.store.prices.upsert(
    id,
    Array.from({ length: 91 * 24 }, (_, hour) => {
      const at = from + hour * HOUR_MS;
      const noise = Math.sin(hour * 12.9898) * 43_758.5453;
      const price = 0.25 + 0.1 * Math.sin((hour / 24) * 2 * Math.PI) + 0.03 * Math.sin(hour / 130) + 0.04 * (noise % 1);
      return { at, stepMs: HOUR_MS, importPerKwh: price, exportPerKwh: 0.08, source: 'test' };
    }),
  );
};

it('tries the settings as they are and then others, each a row, and goes on after a restart', async () => {
  await pricedHome();
  expect(home.learning.kinds(id)).toEqual(['solar', 'load', 'price']);
  expect(home.learning.searches.view(id, 'price')).toMatchObject({ state: 'never', trialsDone: 0 });
  const stop = new AbortController();
  const half = await home.learning.searches.run(id, 'price', {
    ...night,
    signal: stop.signal,
    onProgress: (share) => share >= 0.5 && stop.abort(),
  });
  expect(half).toMatchObject({ ok: true });
  const paused = modelQueries['models.search'].output.parse(home.learning.searches.view(id, 'price'));
  expect(paused.state).toBe('paused');
  expect(paused.trialsDone).toBeLessThan(3);
  expect(paused.rmseOfDefaults).toBeGreaterThan(0);
  // A crash in the middle leaves the row on "running", and nobody who runs it.
  const stored = home.store.modelling.searches.latest(id, 'price');
  if (stored === undefined) throw new Error('nothing was kept');
  home.store.modelling.searches.put({ ...stored, state: 'running' });
  const again = home.restarted();
  expect(again.searches.view(id, 'price').state).toBe('paused');
  const done = await again.searches.run(id, 'price', { ...night, onlyGoOn: true });
  expect(done).toMatchObject({ ok: true });
  const view = modelQueries['models.search'].output.parse(again.searches.view(id, 'price'));
  expect(view).toMatchObject({ state: 'finished', trialsDone: 3, trialsWanted: 3 });
  expect(view.trials.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(view.trials.slice(0, paused.trialsDone)).toEqual(paused.trials);
  for (const { settings } of view.trials)
    for (const { name, low, high } of view.space) {
      expect(settings[name]).toBeGreaterThanOrEqual(low);
      expect(settings[name]).toBeLessThanOrEqual(high);
    }
  expect(view.best?.rmse).toBe(Math.min(...view.trials.map(({ rmse }) => rmse ?? Infinity)));
  expect(again.experiments(id, 20, 'price').filter(({ purpose }) => purpose === 'search')).toHaveLength(4);
  // Nothing to go on with: nothing is begun.
  expect(await again.searches.run(id, 'price', { ...night, onlyGoOn: true })).toMatchObject({
    ok: true,
    value: 'Price: there is no search to go on with.',
  });
});

it('lets the best settings prove themselves on newer days before a training takes them', async () => {
  await pricedHome();
  await home.learning.searches.run(id, 'price', { ...night, trials: 1 });
  const search = home.store.modelling.searches.latest(id, 'price');
  const [defaults, trial] = home.store.modelling.searches.trials(search?.id ?? '');
  if (search === undefined || defaults === undefined || trial === undefined) throw new Error('nothing was tried');
  expect(search.verdict).toBe((trial.rmse ?? 0) < (defaults.rmse ?? 0) ? 'waiting' : 'rejected');
  home.store.modelling.searches.put({ ...search, verdict: 'waiting' });
  const trained = await home.learning.trainings.train(id, 'price', free);
  if (!trained.ok) throw new Error(trained.error.message);
  const { verdict } = home.learning.searches.view(id, 'price');
  expect(['adopted', 'rejected']).toContain(verdict);
  const [version] = home.store.models.list(id, 'price');
  const settings = JSON.parse(version?.card ?? '{}').settings;
  expect(settings).toEqual(verdict === 'adopted' ? trial.settings : {});
  const kept = home.store.modelling.reports.latest(id, 'settings:price');
  expect(kept !== undefined).toBe(verdict === 'adopted');
});

it('is stopped by a person and stays so through the night, until it is started again', async () => {
  await pricedHome();
  const running = home.learning.searches.run(id, 'price', {
    ...night,
    trials: 50,
    onProgress: (share) => share > 0 && home.learning.searches.stop(id, 'price'),
  });
  await running;
  expect(home.learning.searches.view(id, 'price').state).toBe('stopped');
  expect(await home.learning.searches.run(id, 'price', { ...night, onlyGoOn: true })).toMatchObject({
    value: 'Price: there is no search to go on with.',
  });
  expect(home.learning.searches.startSoon(id, 'price', 1)).toEqual({ ok: true, value: undefined });
  expect(home.learning.searches.startSoon(id, 'price', 1)).toMatchObject({
    ok: false,
    error: { code: 'learning.busy' },
  });
  home.learning.searches.stop(id, 'price');
});

it('evaluates a span of the home’s own history, and can be cancelled', async () => {
  home = await liveLearning(NOW, false);
  busyHome(home.store, home.clock, 90).measure(WEEKEND);
  const asked = { kind: 'load' as const, from: NOW - 10 * 24 * HOUR_MS, to: NOW, horizonHours: 24, refitDays: 7 };
  const ended = () =>
    new Promise<void>((resolve) => {
      const off = home.bus.on('models', ({ about, share }) => {
        if (about !== 'evaluation' || share !== null) return;
        off();
        resolve();
      });
    });
  const first = ended();
  expect(home.learning.evaluations.start(id, asked)).toEqual({ ok: true, value: undefined });
  expect(home.learning.evaluations.start(id, asked)).toMatchObject({ ok: false, error: { code: 'learning.busy' } });
  await first;
  const view = modelQueries['models.evaluation'].output.parse(home.learning.evaluations.view(id));
  expect(view.state).toBe('done');
  expect(view.result?.days).toHaveLength(10);
  expect(view.result?.refits).toBe(2);
  expect(view.result?.errors.model.rmse).toBeGreaterThan(0);
  expect(view.result?.errors.model.count).toBe(view.result?.errors.naive?.count);
  expect(home.learning.experiments(id, 1)[0]).toMatchObject({ purpose: 'evaluation', kind: 'load' });
  const second = ended();
  home.bus.on('models', ({ about, share }) => {
    if (about === 'evaluation' && (share ?? 0) > 0.2) home.learning.evaluations.cancel(id);
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(home.learning.evaluations.start(id, asked)).toEqual({ ok: true, value: undefined });
  await second;
  expect(home.learning.evaluations.view(id)).toMatchObject({ state: 'cancelled', result: null });
  expect(home.learning.evaluations.start(id, { ...asked, to: NOW + HOUR_MS })).toMatchObject({ ok: false });
  expect(home.learning.evaluations.start(id, { ...asked, kind: 'wind' })).toMatchObject({ ok: false });
  expect(home.learning.evaluations.start(id, { ...asked, from: NOW - 300 * 24 * HOUR_MS })).toMatchObject({
    ok: false,
  });
});
