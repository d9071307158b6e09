import { describe, expect, it } from 'vitest';
import { judge } from '../../../models/evaluation/judge.ts';

const metrics = (rmseW: number) => ({ rmseW, maeW: 0, nrmsePct: 0, r2: null, coveragePct: null, count: 100 });
const evaluation = (model: number, naive: number, physical: number | null, second: number | null, days = 56) => ({
  days,
  model: metrics(model),
  seasonalNaive: metrics(naive),
  physical: physical === null ? null : metrics(physical),
  second: second === null ? null : metrics(second),
  pinballW: 1,
  skillByLead: [],
});

describe('verdict: never worse than naive', () => {
  it.each([
    ['beats all', evaluation(90, 100, 95, 120), true, 'physical'],
    ['loses to the physical', evaluation(97, 100, 95, null), false, 'physical'],
    ['loses to the naive', evaluation(101, 100, 110, null), false, 'seasonalNaive'],
    ['loses to the further baseline', evaluation(90, 100, null, 85), false, 'seasonalNaive'],
    ['is merely as good', evaluation(100, 100, null, null), false, 'seasonalNaive'],
    ['was hardly tested', evaluation(50, 100, null, null, 6), false, 'seasonalNaive'],
    ['has no figure', evaluation(Number.NaN, 100, null, null), false, 'seasonalNaive'],
  ])('a model that %s', (_, judged, promoted, bestBaseline) => {
    expect(judge(judged)).toMatchObject({ promoted, bestBaseline, sentence: expect.stringMatching(/\.$/) });
  });

  it.each([
    [
      evaluation(90.4, 100.4, null, null),
      'The model errs by 90 W against 100 W of the best simple forecast over the newest 56 days.',
    ],
    [
      evaluation(99.8, 100.4, null, null),
      'The model errs by 99.8 W against 100.4 W of the best simple forecast over the newest 56 days.',
    ],
    [
      evaluation(120, 100, 95, null),
      'The model lost, erring by 120 W against 95 W of the best simple forecast over the newest 56 days.',
    ],
    [evaluation(50, 100, null, null, 3), 'Only 3 days could be compared, too few to trust a model.'],
  ])('says it in one sentence with both figures', (judged, sentence) => {
    expect(judge(judged).sentence).toBe(sentence);
  });
});
