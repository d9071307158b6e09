import { expect, it } from 'vitest';
import { experimentOf, searchOf } from '../../support/store/records.ts';
import { HOME, NOW, tempStore } from '../../support/store/temp-store.ts';

const version = { siteId: HOME, kind: 'load', trainedAt: NOW, folder: 'f', card: '{}' } as const;

it('remembers why a version has its stage, and why the one before lost its own', async () => {
  const { store } = await tempStore();
  store.models.add({ ...version, id: 'a', stage: 'production' }, { at: NOW, why: 'The first.' });
  store.models.add({ ...version, id: 'b', stage: 'shadow' }, { at: NOW + 1, why: 'It may watch.' });
  store.models.setStage('b', 'production', { at: NOW + 2, why: 'It won.' });
  store.models.setStage('b', 'archived', { at: NOW + 3, why: 'Ann took it back.', rolledBack: true });
  expect(store.models.stagesOf('a').map(({ stage, at }) => [stage, at])).toEqual([
    ['production', NOW],
    ['archived', NOW + 2],
  ]);
  expect(store.models.stagesOf('b').at(-1)).toEqual({
    at: NOW + 3,
    stage: 'archived',
    why: 'Ann took it back.',
    rolledBack: true,
  });
  expect(store.models.production(HOME, 'load')).toBeUndefined();
});

it('keeps what each forecaster said of a day, unknown hours unknown', async () => {
  const { store } = await tempStore();
  const hours = [
    { mean: Number.NaN, p10: Number.NaN, p90: Number.NaN },
    { mean: 500, p10: 250, p90: 750 },
  ];
  const record = {
    siteId: HOME,
    kind: 'load',
    dayAt: NOW,
    issuedAt: NOW + 1,
    role: 'shadow',
    version: 'a',
    served: true,
    hours,
  } as const;
  store.modelling.records.put(record);
  store.modelling.records.put({ ...record, role: 'naive', version: null, served: false });
  store.modelling.records.put({ ...record, kind: 'solar' });
  const read = store.modelling.records.range(HOME, 'load', NOW, NOW + 1);
  expect(read).toEqual([{ ...record, role: 'naive', version: null, served: false }, record]);
  expect(store.modelling.records.range(HOME, 'load', NOW + 1, NOW + 2)).toEqual([]);
  expect(store.modelling.prune(NOW + 1)).toBe(3);
});

it('lists experiments newest first, of one kind or of all', async () => {
  const { store } = await tempStore();
  store.modelling.experiments.put(HOME, experimentOf({ id: 'old', at: NOW - 1 }));
  store.modelling.experiments.put(HOME, experimentOf({ id: 'new' }));
  store.modelling.experiments.put(HOME, experimentOf({ id: 'sun', kind: 'solar', at: NOW - 2 }));
  expect(store.modelling.experiments.list(HOME, 2)).toEqual([
    experimentOf({ id: 'new' }),
    experimentOf({ id: 'old', at: NOW - 1 }),
  ]);
  expect(store.modelling.experiments.list(HOME, 9, 'solar').map(({ id }) => id)).toEqual(['sun']);
});

it('knows the newest search and its trials in order, also after it changed', async () => {
  const { store } = await tempStore();
  const search = searchOf();
  store.modelling.searches.put(searchOf({ id: 'before', startedAt: NOW - 1 }));
  store.modelling.searches.put(search);
  store.modelling.searches.addTrial(search, { number: 2, settings: { width: 8 }, rmse: null, tookMs: 1 });
  store.modelling.searches.addTrial(search, { number: 1, settings: { width: 4 }, rmse: 9, tookMs: 1 });
  store.modelling.searches.put({ ...search, state: 'paused' });
  expect(store.modelling.searches.latest(HOME, 'load')).toEqual({ ...search, state: 'paused' });
  expect(store.modelling.searches.trials(search.id).map(({ number, rmse }) => [number, rmse])).toEqual([
    [1, 9],
    [2, null],
  ]);
  expect(store.modelling.searches.latest(HOME, 'solar')).toBeUndefined();
});
