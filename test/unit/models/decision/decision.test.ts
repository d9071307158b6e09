import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { fitDecision, restoreDecision } from '../../../../models/decision/decision-model.ts';
import { scoreDecisions } from '../../../../models/decision/decision-score.ts';
import { type DecisionRow, loggedRow, replayRows } from '../../../../models/decision/rows.ts';
import {
  DECISION_FEATURES,
  decisionFeatures,
  lowestSoc,
  type Situation,
} from '../../../../models/decision/situation.ts';
import { createFrame, type HourFrame } from '../../../../models/features/frame.ts';
import type { Tensorflow } from '../../../../models/learners/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';

const HOURS = 24 * 70;
const LIMITS = {
  capacityKwh: 10,
  minimumSocPct: 10,
  maximumSocPct: 100,
  maxChargeW: 4000,
  maxDischargeW: 4000,
  oneWayEfficiency: 0.95,
};

/** A sunny home whose days are of very different sun; other numbers from `changedFrom` on. */
const home = (changedFrom = HOURS): { readonly load: HourFrame; readonly pv: HourFrame } => {
  const random = seededRandom(3);
  const clearness = Array.from({ length: 71 }, () => 0.15 + 0.85 * random());
  const frame = (of: (index: number) => number): HourFrame =>
    createFrame({
      firstAt: Date.UTC(2026, 3, 1),
      hours: HOURS,
      values: Array.from({ length: HOURS }, (_, index) => (index < changedFrom ? of(index) : 9000)),
      timeZone: 'UTC',
      latitude: 50,
      longitude: 8,
      weather: new Map(),
    });
  return {
    pv: frame(
      (i) => Math.max(0, Math.sin((((i % 24) - 6) / 12) * Math.PI)) * 4500 * (clearness[Math.floor(i / 24)] ?? 0),
    ),
    load: frame((i) => 250 + 250 * ((i * 7919) % 13 === 0 ? 3 : 1)),
  };
};

const RUNS = [
  { powerW: 800, hours: 1 },
  { powerW: 1500, hours: 2 },
  { powerW: 2500, hours: 3 },
];
const replay = (from: number, to: number, seed: number, changedFrom = HOURS): readonly DecisionRow[] =>
  replayRows({ ...home(changedFrom), limits: LIMITS, from, to, runs: RUNS, triesPerHour: 1, seed });

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});

const situation = (changed: Partial<Situation>): Situation => ({
  socPct: 60,
  limits: LIMITS,
  hour: 20,
  yearShare: 0.4,
  pv: Array.from({ length: 36 }, (_, hour) =>
    hour < 10 || hour > 22 ? { p10: 0, p50: 0, p90: 0 } : { p10: 500, p50: 2000, p90: 3000 },
  ),
  load: Array.from({ length: 36 }, () => ({ p10: 150, p50: 300, p90: 800 })),
  priceRank: null,
  tempC: null,
  powerW: 1000,
  hours: 2,
  ...changed,
});

describe('rows of decisions', () => {
  test('features are numbers for any situation, one a name', () => {
    const band = fc
      .tuple(fc.nat(3000), fc.nat(3000), fc.nat(3000))
      .map(([a, b, c]) => ({ p10: a, p50: a + b, p90: a + b + c }));
    const bands = fc.array(band, { maxLength: 40 });
    fc.assert(
      fc.property(
        bands,
        bands,
        fc.integer({ min: 0, max: 100 }),
        fc.nat(6000),
        fc.integer({ min: 0, max: 50 }),
        (pv, load, socPct, powerW, hours) => {
          const features = decisionFeatures(situation({ pv, load, socPct, powerW, hours }));
          expect(features).toHaveLength(DECISION_FEATURES.length);
          expect(features.every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  test('a heavier run never leaves more in the battery', () => {
    const pv = Array.from({ length: 24 }, (_, hour) => (hour > 12 ? 3000 : 0));
    const load = Array.from({ length: 24 }, () => 400);
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(2000), fc.integer({ min: 10, max: 100 }), (powerW, more, socPct) => {
        const light = lowestSoc(LIMITS, socPct, pv, load, { powerW, hours: 3 });
        const heavy = lowestSoc(LIMITS, socPct, pv, load, { powerW: powerW + more, hours: 3 });
        expect(heavy).toBeLessThanOrEqual(light + 1e-9);
      }),
    );
    expect(lowestSoc(LIMITS, 50, [0], [0], { powerW: 100, hours: 3 })).toBeNaN();
  });

  test('what is replayed ends as the battery would have; what really happened counts more', () => {
    const rows = replay(24 * 20, 24 * 40, 1);
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.some((row) => row.good)).toBe(true);
    expect(rows.some((row) => !row.good)).toBe(true);
    expect(loggedRow(0, situation({}), 39.9)).toMatchObject({ good: false, weight: 4 });
    expect(loggedRow(0, situation({}), 40)).toMatchObject({ good: true });
  });

  test('features of a replay see nothing of what came after: another future changes outcomes only', () => {
    const at = 24 * 30;
    const [one] = replay(at, at + 1, 1);
    const [other] = replay(at, at + 1, 1, at);
    expect(one?.features).toEqual(other?.features);
  });

  test('hours before a hole are left out', () => {
    const { load, pv } = home();
    load.values[24 * 30 + 5] = Number.NaN;
    const input = { load, pv, limits: LIMITS, runs: RUNS, triesPerHour: 1, seed: 1 };
    expect(replayRows({ ...input, from: 24 * 30, to: 24 * 30 + 5 })).toEqual([]);
    expect(replayRows({ ...input, from: 24 * 30 + 6, to: 24 * 30 + 9 })).toHaveLength(3);
  });
});

describe('decision model', () => {
  test('learns which runs end well, the same for the same seed, explains itself and leaves no tensor', () => {
    const train = replay(24 * 15, 24 * 50, 1);
    const test = replay(24 * 52, HOURS, 2);
    const before = tf.memory().numTensors;
    const model = fitDecision(tf, train, { seed: 1, epochs: 40 });
    const again = fitDecision(tf, train, { seed: 1, epochs: 40 });
    if (model === null || again === null) throw new Error('it learnt nothing');
    const features = test.map((row) => row.features);
    const truth = test.map((row) => row.good);
    const score = scoreDecisions(truth, model.probabilities(features));
    expect(score.accuracy).toBeGreaterThan(0.85);
    expect(score.brier).toBeLessThan(0.75 * score.baseRate * (1 - score.baseRate));
    expect([...model.probabilities(features)]).toEqual([...again.probabilities(features)]);
    expect(model.card.rows).toBe(train.length);
    expect(model.card.heldOut?.accuracy).toBeGreaterThan(0.6);

    const some = features[5] ?? [];
    const { probability, baseLogit, contributions } = model.explain(some);
    const logit = contributions.reduce((sum, each) => sum + each.logit, baseLogit);
    expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(probability, 4);
    expect(probability).toBeCloseTo(model.probability(some), 5);
    expect(contributions).toHaveLength(DECISION_FEATURES.length);
    expect(model.explain(some)).toEqual(model.explain(some));

    const saved = model.save();
    const restored = restoreDecision(tf, { ...saved, parts: JSON.parse(JSON.stringify(saved.parts)) });
    expect([...restored.probabilities(features)]).toEqual([...model.probabilities(features)]);
    expect(() => restoreDecision(tf, { networks: [], parts: { mean: [] } })).toThrow();
    model.dispose();
    again.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('does not pretend to know from few rows, or when all ended alike', () => {
    const rows = replay(24 * 15, 24 * 40, 1);
    expect(fitDecision(tf, rows.slice(0, 50), { seed: 1 })).toBeNull();
    expect(
      fitDecision(
        tf,
        rows.map((row) => ({ ...row, good: true })),
        { seed: 1 },
      ),
    ).toBeNull();
  });
});

describe('score of decisions', () => {
  test('counts as it should', () => {
    const score = scoreDecisions([true, true, false, false], [0.9, 0.2, 0.7, 0.1]);
    expect(score).toMatchObject({ rows: 4, baseRate: 0.5, accuracy: 0.5, precision: 0.5, recall: 0.5 });
    expect(score.brier).toBeCloseTo((0.01 + 0.64 + 0.49 + 0.01) / 4, 9);
    expect(score.calibration.map((bin) => bin.came)).toEqual([0, 1, 0, 1]);
  });
});
