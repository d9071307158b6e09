import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { channelId, siteId } from '../../../main/ids.ts';
import { readCard } from '../../../main/learning/card.ts';
import { addLocalDays, startOfLocalDay } from '../../../main/zone.ts';
import { batteryProjectionSchema, forecastViewSchema } from '../../../preload/contract/insight.ts';
import { forecastExplanationSchema } from '../../../preload/contract/models.ts';
import { DEMO_SITE, ZONE } from '../../support/learning/demo-home.ts';
import { writeHourlyPowers } from '../../support/learning/hourly-powers.ts';
import { free, liveLearning } from '../../support/learning/live-learning.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-21T08:40:00Z');
const id = DEMO_SITE.id;

type Home = Awaited<ReturnType<typeof liveLearning>>;

describe('a home with a year of history', () => {
  let home: Home;
  beforeAll(async () => {
    home = await liveLearning(NOW, true);
  });
  afterAll(() => home.close());

  it('serves simple forecasts before any training, and says so', async () => {
    const done = await home.learning.forecast(id, free.signal);
    expect(done).toMatchObject({ ok: true, value: { issuedAt: NOW } });
    expect(home.issued).toEqual([NOW]);
    for (const kind of ['solar', 'load'] as const) {
      const view = forecastViewSchema.parse(home.learning.view(id, kind, 48));
      expect(view.points).toHaveLength(48);
      expect(view.points[0]?.at).toBe(Math.floor(NOW / HOUR_MS) * HOUR_MS);
      expect(view.servedBy).toBe('baseline');
      expect(view.servedBecause).toContain('no model has been trained yet');
      expect(view.accuracy).toMatchObject({ days: 0, model: null });
      expect(view.measured).toHaveLength(9);
      expect(home.learning.view(id, kind, 24).points).toHaveLength(24);
      expect(home.learning.view(id, kind, 72).points).toHaveLength(72);
    }
  });

  it('says what tonight’s training will read, and leaves out what cannot be trusted', async () => {
    const said = async () => {
      const done = await home.learning.prepare(id, free.signal);
      if (!done.ok) throw new Error(done.error.message);
      const [solar = '', load = ''] = done.value.split(/ (?=Load: |Price: )/);
      for (const sentence of [solar, load])
        expect(sentence).toMatch(
          /^(Solar|Load): \d{4} hours over 36\d days, \d+\.\d % is missing in \d+ gaps of at most \d+ h, \d+ suspect and \d+ hardly covered hours are left out, and training is possible tonight\.$/,
        );
      const figure = (unit: string): number => Number(new RegExp(`(\\d+) ${unit}`).exec(load)?.[1]);
      return { solar, load: { hours: figure('hours over'), suspect: figure('suspect'), hardly: figure('hardly') } };
    };
    const usual = await said();
    const key = { siteId: id, deviceId: '', channelId: channelId('site:household'), metric: 'powerW' } as const;
    const seriesId = home.store.series.idOf(key);
    const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    const before = home.store.rollups.range('hour', seriesId, hour - 9 * HOUR_MS, hour - 5 * HOUR_MS);
    const [first, second, third] = before;
    if (!first || !second || !third) throw new Error('the newest hours of the demo were measured');
    home.store.rollups.write('hour', [
      { ...first, quality: 'suspect' },
      { ...second, quality: 'suspect' },
      { ...third, mean: 600, energyKwh: 0.1 },
    ]);
    const changed = await said();
    home.store.rollups.write('hour', before);
    expect(changed.solar).toBe(usual.solar);
    expect(changed.load.hours).toBe(usual.load.hours - 3);
    expect(changed.load.suspect).toBe(usual.load.suspect + 2);
    expect(changed.load.hardly).toBe(usual.load.hardly + 1);
  });

  it('trains, keeps the version with its card, and promotes it only if it beat both simple forecasts', async () => {
    for (const kind of ['solar', 'load', 'price'] as const) {
      const progress: number[] = [];
      const done = await home.learning.trainings.train(id, kind, {
        ...free,
        onProgress: (share) => progress.push(share),
      });
      if (!done.ok) throw new Error(done.error.message);
      const report = done.value;
      const best = Math.min(report.naiveRmse ?? Infinity, report.baselineRmse ?? Infinity);
      if (report.stage === 'production') expect(report.modelRmse).toBeLessThan(best);
      expect(report.backend).toBe('wasm');
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      const [version] = home.store.models.list(id, kind);
      expect(version).toMatchObject({ id: report.version, stage: report.stage });
      const card = readCard(version?.card ?? '');
      // The demo has days of which nothing was measured.
      expect(card?.judged.days).toBeGreaterThan(20);
      expect(card?.data.days).toBeGreaterThan(350);
      expect(card?.unit).toBe(kind === 'price' ? 'EUR/kWh' : 'W');
      const folder = join(home.folder, version?.folder ?? '');
      expect(readdirSync(folder).sort()).toEqual(
        ['card.json', 'parts.json', ...(card?.files ?? []).map(({ name }) => name)]
          .filter((name, index, all) => all.indexOf(name) === index)
          .sort(),
      );
      expect(readdirSync(folder).some((name) => name.endsWith('.weights.bin'))).toBe(true);
      expect(readFileSync(join(folder, 'card.json'), 'utf8')).toBe(version?.card);
    }
  });

  it('has yesterday’s forecast at once, issued as of the midnights before', () => {
    for (const kind of ['solar', 'load'] as const) {
      const view = forecastViewSchema.parse(home.learning.view(id, kind, 48));
      expect(view.yesterday.issuedAt).toBe(addLocalDays(NOW, -1, ZONE));
      expect(view.yesterday.expected).toHaveLength(24);
      expect(view.yesterday.measured).toHaveLength(24);
      expect(view.yesterday.expectedKwh).toBeGreaterThan(0);
      expect(view.yesterday.measuredKwh).toBeGreaterThan(0);
      expect(view.accuracy.model?.count).toBe(view.accuracy.seasonalNaive?.count);
      // Nobody errs about the sun at night, and forecasts are judged from midnights.
      const leads = kind === 'solar' ? [12, 18, 72] : [1, 3, 6, 12, 18, 24, 72];
      expect(view.accuracy.skillByLead.map((each) => each.leadHours)).toEqual(leads);
    }
    expect(home.store.forecasts.issuedBefore(id, 'solar', startOfLocalDay(NOW, ZONE))?.issuedAt).toBe(
      startOfLocalDay(NOW, ZONE),
    );
  });

  it('forecasts with what serves, and projects the battery over it', async () => {
    home.clock.jump(60_000);
    const done = await home.learning.forecast(id, free.signal);
    expect(done.ok).toBe(true);
    for (const kind of ['solar', 'load'] as const) {
      const view = home.learning.view(id, kind, 48);
      const production = home.store.models.production(id, kind);
      expect(view.modelVersion).toBe(production?.id ?? null);
      expect(view.servedBy === 'model').toBe(production !== undefined);
      for (const { p10, p50, p90 } of view.points) expect(p10 >= 0 && p10 <= p50 && p50 <= p90).toBe(true);
      expect(view.todayKwh?.p50).toBeGreaterThan(0);
      expect(view.tomorrowKwh?.p90).toBeGreaterThan(view.tomorrowKwh?.p10 ?? Infinity);
    }
    const battery = batteryProjectionSchema.parse(home.learning.battery(id));
    expect(battery.soc).toHaveLength(73);
    expect(battery.soc[0]?.p10).toBe(battery.soc[0]?.p90);
    expect(battery.measured).toHaveLength(24);
    expect(Math.min(...battery.soc.map((point) => point.p10))).toBeGreaterThanOrEqual(30 - 1e-3);
  });

  it('stretches the bands by what they missed on the days before, and leaves the middle', async () => {
    const kind = (['load', 'solar'] as const).find((each) => home.learning.view(id, each, 48).servedBy === 'model');
    if (kind === undefined) throw new Error('no model serves');
    const issued = async (factors: { low: number; high: number }) => {
      home.clock.jump(60_000);
      const body = JSON.stringify({ ...factors, learntTo: startOfLocalDay(NOW, ZONE) });
      home.store.modelling.reports.put(id, { name: `bands:${kind}`, at: home.clock.now(), body });
      expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
      return home.learning.view(id, kind, 48).points;
    };
    const plain = await issued({ low: 1, high: 1 });
    const stretched = await issued({ low: 0.5, high: 1.5 });
    expect(stretched.map(({ p50 }) => p50)).toEqual(plain.map(({ p50 }) => p50));
    for (const [hour, { p10, p50 }] of plain.entries())
      expect(p50 - (stretched[hour]?.p10 ?? Number.NaN)).toBeCloseTo(0.5 * (p50 - p10), 2);
    const further = plain.filter(({ p90, p50 }, hour) => (stretched[hour]?.p90 ?? 0) > p90 && p90 > p50).length;
    expect(further).toBeGreaterThan(0.9 * plain.filter(({ p90, p50 }) => p90 > p50).length);
    await issued({ low: 1, high: 1 });
  });

  it('explains an hour by contributions that add up to the forecast', async () => {
    const view = home.learning.view(id, 'load', 48);
    const point = view.points[30];
    if (point === undefined) throw new Error('nothing was forecast');
    const done = await home.learning.explain(id, 'load', point.at);
    if (!done.ok) throw new Error(done.error.message);
    const { base, mean, contributions, unit } = forecastExplanationSchema.parse(done.value);
    expect(unit).toBe('W');
    if (view.servedBy !== 'model') return expect(base).toBeNull();
    const sum = contributions.reduce((total, each) => total + each.value, base ?? Number.NaN);
    expect(sum).toBeCloseTo(mean ?? Number.NaN, 6);
    expect(mean ?? 0).toBeGreaterThan(point.p10 * 0.5);
    expect(mean ?? 0).toBeLessThan(point.p90 * 2);
    expect(await home.learning.explain(id, 'load', NOW - 24 * HOUR_MS)).toMatchObject({ ok: false });
  });

  it('serves an earlier version, and else a simple forecast, when files were changed, and says why', async () => {
    const production = home.store.models.production(id, 'load') ?? home.store.models.list(id, 'load')[0];
    if (production === undefined) throw new Error('nothing was trained');
    home.store.models.setStage(production.id, 'production', { at: NOW, why: 'It serves.' });
    // A copy under a new name, so that no cache knows it; one weight differs from what was trained.
    const damaged = (name: string) => {
      const copy = { ...production, id: name, folder: `${production.folder}-${name}`, stage: 'production' as const };
      cpSync(join(home.folder, production.folder), join(home.folder, copy.folder), { recursive: true });
      const files = readdirSync(join(home.folder, copy.folder)).filter((file) => file.endsWith('.weights.bin'));
      const weights = join(home.folder, copy.folder, files[0] ?? '');
      const bytes = readFileSync(weights);
      bytes[8] = (bytes[8] ?? 0) ^ 1;
      writeFileSync(weights, bytes);
      home.store.models.add(copy, { at: NOW, why: 'A test put it there.' });
    };
    damaged('load-changed');
    home.clock.jump(60_000);
    expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
    const [notice] = home.store.events.list(id, 5);
    expect(notice).toMatchObject({ kind: 'model-unreadable', level: 'attention' });
    expect(notice?.text).toMatch(/is not what was trained\. An earlier version serves/);
    const view = home.learning.view(id, 'load', 48);
    if (view.servedBy === 'model') {
      expect(view.modelVersion).toBe(production.id);
      expect(view.servedBecause).toMatch(/is not what was trained\. An earlier model serves instead\.$/);
    }
    home.store.models.setStage(production.id, 'archived', { at: NOW, why: 'Taken back.', rolledBack: true });
    damaged('load-changed-too');
    home.clock.jump(60_000);
    expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
    const simply = home.learning.view(id, 'load', 48);
    expect(simply.servedBy).not.toBe('model');
    expect(simply.servedBecause).toContain('is not what was trained');
    expect(simply.points).toHaveLength(48);
  });

  it('can be cancelled half way and leaves nothing behind', async () => {
    const abort = new AbortController();
    const before = home.store.models.list(id, 'solar').length;
    const folder = join(home.folder, 'models', id, 'solar');
    const versions = readdirSync(folder);
    const done = await home.learning.trainings.train(id, 'solar', {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    expect(done).toMatchObject({ ok: false, error: { code: 'learning.cancelled' } });
    expect(home.store.models.list(id, 'solar')).toHaveLength(before);
    expect(readdirSync(folder)).toEqual(versions);
    expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
  });

  it('shows no forecast that has run out', () => {
    home.clock.jump(96 * HOUR_MS);
    const view = home.learning.view(id, 'solar', 48);
    expect(view).toMatchObject({ servedBy: 'none', issuedAt: null, points: [], todayKwh: null });
    expect(view.servedBecause).toContain('has run out');
    expect(home.learning.battery(id)).toMatchObject({ issuedAt: null, soc: [] });
  });
});

describe('a home that has just moved in', () => {
  let home: Home;
  afterEach(() => home.close());

  it('has no forecast and says why; training says what is missing', async () => {
    home = await liveLearning(NOW, false);
    expect(home.learning.view(id, 'solar', 24)).toMatchObject({
      servedBy: 'none',
      points: [],
      measured: expect.any(Array),
    });
    const done = await home.learning.forecast(id, free.signal);
    expect(done.ok).toBe(true);
    const view = forecastViewSchema.parse(home.learning.view(id, 'load', 24));
    expect(view.servedBy).toBe('none');
    expect(view.servedBecause).toContain('less than a day');
    expect(view.yesterday).toMatchObject({ issuedAt: null, expectedKwh: null, measuredKwh: null });
    expect(home.learning.battery(id).soc).toEqual([]);
    expect(await home.learning.trainings.train(id, 'load', free)).toMatchObject({
      ok: false,
      error: { code: 'learning.too-little', kind: 'temporary' },
    });
    expect(await home.learning.prepare(id, free.signal)).toEqual({
      ok: true,
      value: ['Solar', 'Load']
        .map(
          (kind) =>
            `${kind}: no hour is fit to learn from yet, 0 suspect and 0 hardly covered hours are left out, and training has to wait, for it needs about four weeks.`,
        )
        .join(' '),
    });
    expect(existsSync(join(home.folder, 'models'))).toBe(false);
    expect(await home.learning.forecast(siteId('nobody'), free.signal)).toMatchObject({
      ok: false,
      error: { kind: 'permanent' },
    });
  });

  it.each([
    ['the short day', '2027-03-28T10:30:00Z'],
    ['the long day', '2026-10-25T10:30:00Z'],
  ])('is served by simple forecasts after four days, over %s as well', async (_, text) => {
    const now = Date.parse(text);
    home = await liveLearning(now, false);
    const until = Math.floor(now / HOUR_MS) * HOUR_MS;
    const from = until - 96 * HOUR_MS;
    const sun = (at: number): number => Math.max(0, Math.sin(((new Date(at).getUTCHours() - 6) / 12) * Math.PI));
    writeHourlyPowers(home.store, 'pv', from, until, (at) => 800 * sun(at));
    writeHourlyPowers(home.store, 'household', from, until, () => 400);
    expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
    const view = forecastViewSchema.parse(home.learning.view(id, 'load', 48));
    expect(view).toMatchObject({ servedBy: 'baseline' });
    expect(view.servedBecause).toMatch(/Learning starts on 20\d\d-\d\d-\d\d, with four weeks of measurements\.$/);
    for (const { p50 } of view.points) expect(p50).toBeCloseTo(400, 6);
    expect(view.tomorrowKwh?.p50).toBeCloseTo(9.6);
    expect(view.yesterday.measured).toHaveLength(24);
    const solar = home.learning.view(id, 'solar', 48);
    expect(solar.points).toHaveLength(48);
    const hoursToday = (addLocalDays(now, 1, ZONE) - startOfLocalDay(now, ZONE)) / HOUR_MS;
    expect(view.todayKwh?.p50).toBeCloseTo(hoursToday * 0.4);
  });

  it('is told when learning starts, and served by an ordinary household and roof until two days are known', async () => {
    home = await liveLearning(NOW, false, { pvPeakW: 8000 });
    const until = Math.floor(NOW / HOUR_MS) * HOUR_MS;
    writeHourlyPowers(home.store, 'household', until - 20 * HOUR_MS, until, () => 900);
    expect((await home.learning.forecast(id, free.signal)).ok).toBe(true);
    const load = home.learning.view(id, 'load', 72);
    expect(load).toMatchObject({ servedBy: 'standard-profile' });
    expect(load.servedBecause).toContain('Learning starts on 2026-12-19');
    const mean = load.points.reduce((sum, point) => sum + point.p50, 0) / load.points.length;
    expect(mean).toBeGreaterThan(450);
    expect(mean).toBeLessThan(900);
    const solar = home.learning.view(id, 'solar', 72);
    expect(solar).toMatchObject({ servedBy: 'physical' });
    expect(Math.max(...solar.points.map((point) => point.p90))).toBeLessThan(8000);
    expect(Math.max(...solar.points.map((point) => point.p50))).toBeGreaterThan(500);
    const listed = home.learning.registry.list(id).kinds.find(({ kind }) => kind === 'load');
    expect(listed?.learningStartsAt).toBe(Date.parse('2026-12-18T23:00:00Z'));
  });
});
