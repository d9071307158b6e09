import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelEvent } from '../../../preload/contract/models.ts';
import { gapsOf } from '../../../renderer/charts/series.ts';
import { scaleOf, writtenWithUnit } from '../../../renderer/format/scale.ts';
import { addDays, instantOf } from '../../../renderer/format/time.ts';
import { whyParts } from '../../../renderer/pages/forecast/why-parts.ts';
import { comparisonRows, coverageWords, lessErrorPct } from '../../../renderer/pages/models/errors.ts';
import { askedSpan, dateField, firstFields } from '../../../renderer/pages/models/evaluation-ask.ts';
import {
  inputsOf,
  type KindView,
  plainName,
  promotionWords,
  settingsWords,
  shortVersion,
  shownVersion,
  tidy,
  versionsOf,
} from '../../../renderer/pages/models/versions.ts';
import { status } from '../../../renderer/state/house.ts';
import { createModelNews, training } from '../../../renderer/state/model-life.ts';
import { SITE_ID } from '../../support/renderer/fake-house.ts';
import { fakeModelAnswers } from '../../support/renderer/fake-models.ts';
import { fakeErrors, fakeVersion } from '../../support/renderer/fake-versions.ts';

const NOW = Date.UTC(2026, 5, 18, 11, 42);
const ZONE = 'Europe/Berlin';
const NB = '\u00a0';

describe('numbers of one table share one unit', () => {
  test('W is written in kW unless all of it is small', () => {
    expect(scaleOf('W', [940, 1610, null])).toEqual({ unit: 'kW', factor: 0.001, digits: 2 });
    expect(scaleOf('W', [94, null])).toEqual({ unit: 'W', factor: 1, digits: 0 });
    expect(scaleOf('W', []).unit).toBe('kW');
  });
  test('a price keeps its currency and enough decimals', () => {
    const scale = scaleOf('EUR/kWh', [0.0214], 'en-GB');
    expect(writtenWithUnit(0.0214, scale, 'en-GB')).toBe(`0.021${NB}€/kWh`);
    expect(scaleOf('EUR/kWh', [0.004], 'en-GB').digits).toBe(4);
    expect(scaleOf('EUR/kWh', [], 'en-GB').digits).toBe(3);
  });
});

describe('the model beside simple forecasts', () => {
  const scale = scaleOf('W', [1000]);
  const rows = (model: number, baseline: number, r2: readonly [number, number]) =>
    comparisonRows(
      {
        model: fakeErrors(model, { r2: r2[0] }),
        baseline: fakeErrors(baseline, { r2: r2[1] }),
        naive: null,
      },
      scale,
    );
  test('less error is better, more R² is better', () => {
    const found = rows(900, 1000, [-0.2, 0.1]);
    expect(found.find(({ id }) => id === 'rmse')).toMatchObject({
      best: 'model',
      unit: 'kW',
      cells: { model: '0.90', baseline: '1.00', naive: null },
    });
    expect(found.find(({ id }) => id === 'r2')).toMatchObject({ best: 'baseline', cells: { model: '−0.20' } });
  });
  test('a lost model is said to have lost', () => {
    expect(rows(1100, 1000, [0.1, 0.2]).map(({ best }) => best)).not.toContain('model');
  });
  test('what is written alike has no winner, and neither has one alone', () => {
    expect(rows(1000.1, 1000.2, [0.5, 0.5]).map(({ best }) => best)).toEqual([null, null, null, null]);
    const alone = comparisonRows({ model: fakeErrors(900), baseline: null, naive: null }, scale);
    expect(alone.every(({ best }) => best === null)).toBe(true);
  });
  test('less error in per cent, negative where it errs more, nothing without a base', () => {
    expect(lessErrorPct(90, 100)).toBeCloseTo(10);
    expect(lessErrorPct(110, 100)).toBeCloseTo(-10);
    expect(lessErrorPct(110, null)).toBeNull();
    expect(lessErrorPct(110, 0)).toBeNull();
  });
  test('a band that holds too little or too much is told apart from a good one', () => {
    expect(coverageWords(76.9)).toContain('too narrow');
    expect(coverageWords(83.1)).toContain('too wide');
    expect(new Set([77, 80, 83].map(coverageWords))).toEqual(new Set(['as it should be']));
  });
});

describe('versions', () => {
  const view = (kind: 'solar' | 'load'): KindView => {
    const found = fakeModelAnswers(() => NOW, false)
      ['models.list']({ siteId: SITE_ID })
      .kinds.find((one) => one.kind === kind);
    if (!found) throw new Error(`no ${kind}`);
    return found;
  };
  test('what serves comes first; without it the newest candidate is shown', () => {
    expect(versionsOf(view('solar')).map(({ stage }) => stage)).toEqual([
      'production',
      'shadow',
      'archived',
      'archived',
    ]);
    expect(shownVersion(view('load'))?.stage).toBe('candidate');
    expect(shownVersion({ ...view('load'), candidates: [], archived: [] })).toBeNull();
  });
  test('a person knows a version by its short name', () => {
    expect(shortVersion('solar-2026-06-17_3fb843ab90')).toBe('3fb843');
    expect(shortVersion('odd')).toBe('odd');
  });
  test('a promotion says what speaks against it', () => {
    const good = fakeVersion('solar', 'candidate', NOW, 1);
    expect(promotionWords(good, null)).toHaveLength(2);
    const weak = fakeVersion('solar', 'archived', NOW, 9);
    const said = promotionWords(weak, good).join(' ');
    expect(said).toContain('erred 6 % more than the baseline');
    expect(said).toContain('erred 23 % more than the version in production, though on other days');
    const hopeless = {
      ...good,
      thresholdPct: 5,
    };
    expect(promotionWords(hopeless, null).join(' ')).toContain('will not serve');
  });
  test('settings and inputs are written in words', () => {
    expect(settingsWords({})).toBe('its own settings');
    expect(settingsWords({ learningRate: 0.0031, depth: 4 })).toBe('Learning rate 0.0031, Depth 4');
    expect(plainName('mean-of-7-days')).toBe('Mean of 7 days');
    expect([0, 12, 123.4, 12.34, 1.234, 0.0031].map(tidy)).toEqual(['0', '12', '123', '12.3', '1.23', '0.0031']);
  });
  test('every input is listed, the ones that matter first', () => {
    const features = ['a', 'b', 'c'].map((name) => ({ name, unit: '1', doc: name }));
    const importances = [
      { name: 'b', errorRisePct: 2 },
      { name: 'c', errorRisePct: 9 },
    ];
    expect(inputsOf({ features, importances }).map(({ name, errorRisePct }) => [name, errorRisePct])).toEqual([
      ['c', 9],
      ['b', 2],
      ['a', null],
    ]);
  });
});

describe('the reasons of one hour', () => {
  const contributions = Array.from({ length: 9 }, (_, index) => ({
    name: `f${index}`,
    unit: '1',
    doc: '',
    value: (index % 2 === 0 ? 1 : -1) * (index + 1) * 100,
  }));
  test('the largest come first and the rest as one, so that they still add up', () => {
    const { parts } = whyParts({ unit: 'W', base: 1000, mean: 1500, contributions });
    expect(parts).toHaveLength(7);
    expect(parts[0]).toMatchObject({ id: 'f8', text: `+0.90${NB}kW` });
    expect(parts[1]).toMatchObject({ id: 'f7', text: `−0.80${NB}kW` });
    expect(parts.at(-1)?.label).toBe('3 others together');
    expect(parts.reduce((sum, { value }) => sum + value, 0)).toBe(500);
  });
  test('small steps keep their digits beside a large sum, and labels are tidy', () => {
    const { scale, parts } = whyParts({
      unit: 'W',
      base: 750,
      mean: 730,
      contributions: [{ name: 'mean7', unit: 'W', doc: 'same hour’s mean over 7 days.', value: -14 }],
    });
    expect(scale.unit).toBe('kW');
    expect(parts[0]).toMatchObject({ label: 'Same hour’s mean over 7 days', text: `−14${NB}W` });
  });
});

describe('what is evaluated', () => {
  test('the first offer is the last four whole weeks', () => {
    const fields = firstFields(NOW, ZONE);
    expect(fields).toMatchObject({ from: '2026-05-21', to: '2026-06-17' });
    const span = askedSpan(fields, NOW, ZONE);
    expect(span).toEqual({ from: instantOf(ZONE, 2026, 5, 21), to: instantOf(ZONE, 2026, 6, 18) });
  });
  test('both days count, also over a change of the clock', () => {
    const span = askedSpan({ from: '2026-03-28', to: '2026-03-29' }, NOW, ZONE);
    expect('problem' in span ? null : (span.to - span.from) / 3_600_000).toBe(47);
  });
  test('an empty, reversed or unfinished span is refused with what to do', () => {
    expect(askedSpan({ from: '', to: '2026-06-01' }, NOW, ZONE)).toHaveProperty('problem');
    expect(askedSpan({ from: '2026-06-02', to: '2026-06-01' }, NOW, ZONE)).toHaveProperty('problem');
    expect(askedSpan({ from: '2026-06-01', to: '2026-06-18' }, NOW, ZONE)).toHaveProperty('problem');
  });
  test('a date field is the local day', () => {
    expect(dateField(Date.UTC(2026, 5, 17, 22, 30), ZONE)).toBe('2026-06-18');
  });
});

describe('errors by day', () => {
  const midnights = (first: number): number[] =>
    Array.from({ length: 12 }, (_, index) => addDays(first, index, 'Europe/Berlin'));
  const series = (days: readonly number[], mayMiss: boolean, missing: (index: number) => boolean) => ({
    id: 'a',
    label: 'model',
    hue: 'solar' as const,
    mayMiss,
    measured: days.map((at, index) => ({ at, value: missing(index) ? null : 1 })),
  });
  test('a gap of days lies where the days are, over a change of the clock too', () => {
    const days = midnights(instantOf('Europe/Berlin', 2026, 10, 20));
    const [first = 0] = days;
    const gaps = gapsOf(
      [series(days, false, (index) => index === 7 || index === 8)],
      first,
      days.at(-1) ?? 0,
      86_400_000,
    );
    expect(gaps).toHaveLength(1);
    expect(Math.abs((gaps[0]?.from ?? 0) - (days[7] ?? 0))).toBeLessThanOrEqual(3_600_000);
    expect(Math.abs((gaps[0]?.to ?? 0) - (days[9] ?? 0))).toBeLessThanOrEqual(3_600_000);
  });
  test('what need not be there all the time leaves no gap', () => {
    const days = midnights(instantOf('Europe/Berlin', 2026, 6, 1));
    expect(gapsOf([series(days, true, (index) => index < 5)], days[0] ?? 0, days.at(-1) ?? 0, 86_400_000)).toEqual([]);
  });
});

describe('news of models', () => {
  const event = (part: Partial<ModelEvent>): ModelEvent => ({
    siteId: SITE_ID,
    about: 'training',
    kind: 'wind',
    share: 0.7,
    sentence: 'Network 3 of 4.',
    ...part,
  });
  const asked = vi.fn();
  const hear = createModelNews((run) => () => asked(run));
  beforeEach(() => {
    status.use.setState({ value: { activeSiteId: SITE_ID } as never });
    training.use.setState({
      value: fakeModelAnswers(() => NOW, false)['models.training']({ siteId: SITE_ID }),
    });
    asked.mockClear();
  });
  afterEach(() => {
    status.clear();
    training.clear();
  });
  test('progress is shown without asking again', () => {
    hear(event({}));
    expect(training.use.getState().value?.running).toMatchObject({ share: 0.7, sentence: 'Network 3 of 4.' });
    expect(asked).not.toHaveBeenCalled();
  });
  test('another kind, or the end, is asked for', () => {
    hear(event({ kind: 'solar' }));
    expect(asked).toHaveBeenCalledTimes(1);
    hear(event({ share: null }));
    expect(asked).toHaveBeenCalledTimes(3);
    expect(training.use.getState().value?.running?.share).toBe(0.42);
  });
  test('another home is not ours', () => {
    hear(event({ siteId: 'other' as never, share: null }));
    expect(asked).not.toHaveBeenCalled();
  });
});
