import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCard } from '../../../main/learning/card.ts';
import { modelCardSchema, modelQueries } from '../../../preload/contract/models.ts';
import { busyHome, WEEKEND } from '../../support/learning/busy-home.ts';
import { DEMO_SITE } from '../../support/learning/demo-home.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';
import { rewrittenVersion } from '../../support/learning/rewritten-version.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two in the night, when trainings run. */
const NOW = Date.parse('2026-11-21T01:05:00Z');
const id = DEMO_SITE.id;

describe('the life of a version', () => {
  let home: Awaited<ReturnType<typeof liveLearning>>;
  let life: ReturnType<typeof busyHome>;
  const train = async () => {
    const done = await home.learning.trainings.train(id, 'load', free);
    if (!done.ok) throw new Error(done.error.message);
    return done.value;
  };
  /** Hours go by, each with its forecast. */
  const hours = async (count: number) => {
    for (let hour = 0; hour < count; hour += 1) {
      home.clock.jump(HOUR_MS);
      life.measure(WEEKEND);
      if (hour % 6 === 0 || hour === count - 1)
        expect(await home.learning.forecast(id, free.signal)).toMatchObject({ ok: true });
    }
  };
  const stages = () => home.store.models.list(id, 'load').map(({ stage }) => stage);

  beforeAll(async () => {
    home = await liveLearning(NOW, false);
    life = busyHome(home.store, home.clock, 120);
    life.measure(WEEKEND);
  });
  afterAll(() => home.close());

  it('goes straight into production where nothing serves yet', async () => {
    expect(await train()).toMatchObject({ stage: 'production' });
    const list = modelQueries['models.list'].output.parse(home.learning.registry.list(id));
    const load = list.kinds.find(({ kind }) => kind === 'load');
    expect(load?.production).toMatchObject({ stage: 'production', usable: true, rolledBack: false, settings: {} });
    expect(load?.rollBackTo).toBeNull();
    const card = home.learning.registry.card(id, load?.production?.version ?? '');
    if (!card.ok) throw new Error(card.error.message);
    const { shares, stages: history, judged } = modelCardSchema.parse(card.value);
    expect(shares.reduce((sum, each) => sum + each.sharePct, 0)).toBeCloseTo(100);
    expect(history.map(({ stage }) => stage)).toEqual(['production']);
    expect(judged.errors.model.rmse).toBeLessThan(judged.errors.naive?.rmse ?? 0);
    expect(home.learning.experiments(id, 5)[0]).toMatchObject({
      ...{ kind: 'load', purpose: 'training', version: load?.production?.version, unit: 'W', seed: 7 },
      data: { sha256: load?.production?.data.sha256 },
    });
  });

  it('is a candidate where it does not beat production, and watches one night where it does', async () => {
    // The same data give the same version: equal is not better.
    expect(await train()).toMatchObject({ stage: 'candidate' });
    expect(stages()).toEqual(['candidate', 'production']);
    const production = home.store.models.production(id, 'load');
    const card = readCard(production?.card ?? '');
    if (production === undefined || card === undefined) throw new Error('nothing serves');
    const worse = card.judged.record.map((day) => ({ ...day, model: day.model * 1.2 }));
    const folder = `${production.folder}-worse`;
    const text = rewrittenVersion(home.folder, production.folder, folder, {
      ...card,
      judged: { ...card.judged, record: worse },
    });
    home.store.models.add(
      { ...production, id: 'load-worse', folder, card: text },
      { at: home.clock.now(), why: 'A test made it worse.' },
    );
    expect(await train()).toMatchObject({ stage: 'shadow' });
    expect(stages().filter((stage) => stage === 'shadow')).toHaveLength(1);
    expect(home.store.models.production(id, 'load')?.id).toBe('load-worse');
  });

  it('forecasts in the shadow, beside production and the simple forecasts, and takes over after the night', async () => {
    await hours(24);
    const [shadow] = home.store.models.list(id, 'load').filter(({ stage }) => stage === 'shadow');
    const records = home.store.modelling.records.range(id, 'load', NOW - DAY_MS, home.clock.now());
    expect(records.filter(({ role }) => role === 'shadow').every(({ version }) => version === shadow?.id)).toBe(true);
    const moments = new Set(records.filter(({ role }) => role === 'shadow').map(({ issuedAt }) => issuedAt));
    for (const issuedAt of moments)
      expect(records.filter((each) => each.issuedAt === issuedAt).map(({ role }) => role)).toEqual([
        'baseline',
        'naive',
        'production',
        'shadow',
      ]);
    const ab = modelQueries['models.ab'].output.parse(home.learning.monitoring.compare(id, 'load', 28));
    expect(ab.contestants.map(({ role }) => role)).toEqual(['production', 'shadow', 'baseline', 'naive']);
    const counts = new Set(ab.contestants.map(({ errors }) => errors?.count));
    expect(counts.size).toBe(1);
    const report = await train();
    expect(home.store.models.production(id, 'load')?.id).toBe(shadow?.id);
    expect(report.sentence).toContain('a new version serves from now on');
    expect(home.store.models.stagesOf(shadow?.id ?? '').map(({ stage }) => stage)).toEqual(['shadow', 'production']);
  });

  it('is rolled back in one step, and what was taken back does not come back by itself', async () => {
    const before = home.store.models.production(id, 'load')?.id ?? '';
    const done = home.learning.registry.rollBack(id, 'load', 'Ann');
    expect(done).toEqual({ ok: true, value: 'load-worse' });
    expect(home.store.models.production(id, 'load')?.id).toBe('load-worse');
    const card = home.learning.registry.card(id, before);
    expect(card).toMatchObject({ ok: true, value: { stage: 'archived', rolledBack: true } });
    const load = home.learning.registry.list(id).kinds.find(({ kind }) => kind === 'load');
    expect(load?.rollBackTo).not.toBe(before);
    await train();
    await hours(24);
    await train();
    expect(home.store.models.get(before)?.stage).toBe('archived');
    // By hand it may come back.
    expect(home.learning.registry.promote(id, before, 'Ann')).toEqual({ ok: true, value: undefined });
    expect(home.store.models.production(id, 'load')?.id).toBe(before);
    expect(home.store.models.stagesOf(before).at(-1)?.why).toBe('Ann took it into production.');
    expect(home.learning.registry.promote(id, 'nobody', 'Ann')).toMatchObject({ ok: false });
  });

  it('keeps five folders of a kind, and every card', async () => {
    for (let count = 0; count < 5; count += 1) await train();
    const folders = readdirSync(join(home.folder, 'models', id, 'load'));
    const versions = home.store.models.list(id, 'load');
    expect(versions.length).toBeGreaterThan(8);
    expect(folders.length).toBeLessThanOrEqual(8);
    for (const version of versions)
      if (version.stage === 'production' || version.stage === 'shadow')
        expect(existsSync(join(home.folder, version.folder))).toBe(true);
    const kinds = modelQueries['models.list'].output.parse(home.learning.registry.list(id)).kinds;
    const load = kinds.find(({ kind }) => kind === 'load');
    expect(load?.archived.some(({ usable }) => !usable)).toBe(true);
  });

  it('is watched: days of model and simple forecasts, alerts when the home lives otherwise', async () => {
    const calm = await home.learning.monitoring.check(id, free.signal);
    expect(calm).toMatchObject({ ok: true });
    const drift = modelQueries['models.drift'].output.parse(home.learning.monitoring.drift(id, 'load', 60));
    expect(drift.days.length).toBeGreaterThan(0);
    expect(drift.days.every(({ rmseModel }) => rmseModel !== null && rmseModel > 0)).toBe(true);
    expect(home.learning.monitoring.condition(id).state).toBe('ok');
    for (let day = 0; day < 14; day += 1) {
      home.clock.jump(DAY_MS);
      life.measure([1, 2, 3, 4, 5]);
      expect(await home.learning.forecast(id, free.signal)).toMatchObject({ ok: true });
    }
    expect(await home.learning.monitoring.check(id, free.signal)).toMatchObject({ ok: true });
    const worse = modelQueries['models.drift'].output.parse(home.learning.monitoring.drift(id, 'load', 60));
    expect(worse.lastWeek.rmseModel ?? 0).toBeGreaterThan(worse.rmseAtTraining ?? Infinity);
    expect(worse.alerts.map(({ kind }) => kind)).toContain('accuracy');
    expect(home.learning.monitoring.condition(id).state).toBe('degraded');
    expect(home.store.events.countSince(id, 'model-drift', NOW)).toBeGreaterThan(0);
    const since = worse.alerts.find(({ kind }) => kind === 'accuracy')?.since;
    const told = home.store.events.countSince(id, 'model-drift', NOW);
    home.clock.jump(HOUR_MS);
    await home.learning.monitoring.check(id, free.signal);
    const later = home.learning.monitoring.drift(id, 'load', 60);
    expect(later.alerts.find(({ kind }) => kind === 'accuracy')?.since).toBe(since);
    expect(home.store.events.countSince(id, 'model-drift', NOW)).toBe(told);
  });
});
