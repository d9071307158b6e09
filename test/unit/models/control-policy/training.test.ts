import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorflow } from '../../../../main/tensorflow.ts';
import { createActor } from '../../../../models/control-policy/actor.ts';
import { checkPolicy } from '../../../../models/control-policy/checks.ts';
import { POLICY_FEATURES } from '../../../../models/control-policy/features.ts';
import { createHindsight } from '../../../../models/control-policy/hindsight.ts';
import { allowedModes, MODES } from '../../../../models/control-policy/modes.ts';
import { runNetwork, startWeights, weightCount } from '../../../../models/control-policy/network.ts';
import { playSelf } from '../../../../models/control-policy/planners.ts';
import { playModes } from '../../../../models/control-policy/play.ts';
import { choosePolicy } from '../../../../models/control-policy/policy.ts';
import { createRollout, type Ground } from '../../../../models/control-policy/rollout.ts';
import { featureRows } from '../../../../models/control-policy/series-view.ts';
import { fairPlay, trainPolicy } from '../../../../models/control-policy/train.ts';
import { tryOut } from '../../../../models/control-policy/trial.ts';
import type { PolicySeries } from '../../../../models/control-policy/types.ts';
import { createUpdate } from '../../../../models/control-policy/update.ts';
import type { Tensorflow } from '../../../../models/learners/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { madeSeries, POLICY_HOME, partsOf, SMALL } from '../../../support/models/policy-home.ts';

let tf: Tensorflow;
beforeAll(async () => {
  tf = (await loadTensorflow()).tf;
});

/** No sun, cheap nights, dear evenings: who follows the meter alone does nothing with the nights. */
const series = madeSeries(40, { pv: 0 });
const training = {
  ...{ series, home: POLICY_HOME },
  learn: { from: 8 * 24, to: 30 * 24 },
  choose: { from: 30 * 24, to: 35 * 24 },
};
const heldOut = { from: 35 * 24, to: 40 * 24 };

const groundOf = (): Ground => {
  const parts = partsOf();
  const span = training.learn;
  return {
    ...{ series, home: POLICY_HOME, span, scale: parts.scale, rows: featureRows(series, parts.scale, span), unit: 0.4 },
    hindsight: createHindsight(series, POLICY_HOME, span, { levels: 21, powers: 0, endValuePerKwh: 0.25 }),
  };
};

describe('the network', () => {
  it('says the same in plain arithmetic as in TensorFlow.js, with its memory', () => {
    const { shape } = SMALL;
    const steps = 5;
    const random = seededRandom(3);
    const width = POLICY_FEATURES.length;
    const inputs = Float32Array.from({ length: steps * width }, () => 2 * random() - 1);
    const weights = Float32Array.from({ length: weightCount(shape) }, () => random() - 0.5);
    const said = tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d(weights));
      const { gains, expected } = runNetwork(
        tf,
        shape,
        variable,
        tf.tensor2d(inputs, [steps, width]),
        tf.zeros([1, shape.hidden]),
        steps,
      );
      const rows = tf.concat([gains, expected], 1).dataSync();
      variable.dispose();
      return [...rows];
    });
    const actor = createActor(shape, weights);
    const memory = new Float32Array(shape.hidden);
    const out = new Float32Array(MODES.length + 1);
    const plain = Array.from({ length: steps }, (_, step) => {
      actor.step(inputs, step * width, memory, out);
      return [...out];
    }).flat();
    plain.forEach((value, at) => {
      expect(value).toBeCloseTo(said[at] ?? Number.NaN, 4);
    });
    expect(() => createActor(shape, weights.slice(1))).toThrow('weights');
  });
});

describe('practice', () => {
  it('alone makes a policy better than it was at its start', () => {
    const settings = { ...SMALL, homes: 16, batch: 32, epochs: 3, entropy: 0.002 };
    const random = seededRandom(5);
    const variable = tf.tidy(() => tf.variable(tf.tensor1d(startWeights(settings.shape, 5))));
    const update = createUpdate(tf, settings, variable, allowedModes(POLICY_HOME.battery), random);
    const rollout = createRollout([groundOf()], settings, random);
    const rewards = Array.from({ length: 16 }, () => {
      const experience = rollout(createActor(settings.shape, Float32Array.from(variable.dataSync())));
      for (let epoch = 0; epoch < settings.epochs; epoch += 1) update.practise(experience, 0.008);
      return experience.meanReward;
    });
    update.dispose();
    variable.dispose();
    const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
    const [before, after] = [mean(rewards.slice(0, 4)), mean(rewards.slice(-4))];
    // A reward of 0 is what perfect foresight gets: a third of what is lost at the start is lost no more.
    expect(before).toBeLessThan(0);
    expect(after).toBeGreaterThan(0.67 * before);
  });
});

describe('a training', () => {
  it('beats self-consumption where prices pay, leaves no tensor, and repeats itself', async () => {
    const before = tf.memory().numTensors;
    const settings = { ...SMALL, imitationRounds: 20, practiceRounds: 2 };
    const shares: number[] = [];
    const learnt = async () =>
      trainPolicy(training, {
        ...{ tf, seed: 3, settings },
        tick: async (share) => {
          shares.push(share);
          return true;
        },
      });
    const lesson = await learnt();
    if (lesson === null) throw new Error('it was not ended');
    const { policy, episodes } = lesson;
    const fair = fairPlay(policy.parts);
    const own = playModes(series, POLICY_HOME, heldOut, choosePolicy(policy, series, heldOut), fair).cost;
    expect(own).toBeLessThan(0.95 * playSelf(series, POLICY_HOME, heldOut, fair).cost);
    expect(Math.min(...episodes.map(({ meanCost }) => meanCost))).toBeLessThan(episodes[0]?.meanCost ?? 0);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(tf.memory().numTensors).toBe(before);
    expect((await learnt())?.policy).toEqual(policy);
  });

  it('learns in quarters of an hour too, and keeps all limits', async () => {
    const hours = madeSeries(18);
    const quarters = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: 4 * values.length }, (_, step) => values[step >> 2] ?? Number.NaN);
    const fine: PolicySeries = {
      ...{ startAt: hours.startAt, stepHours: 0.25, loadKw: quarters(hours.loadKw), pvKw: quarters(hours.pvKw) },
      ...{ importPrice: quarters(hours.importPrice), exportPrice: quarters(hours.exportPrice) },
      localHour: quarters(hours.localHour).map((hour, step) => hour + (step % 4) / 4),
      weekday: quarters(hours.weekday),
      knownSteps: quarters(hours.knownSteps).map((known, step) => 4 * known - (step % 4)),
    };
    const day = 96;
    const lesson = await trainPolicy(
      {
        series: fine,
        home: POLICY_HOME,
        learn: { from: 8 * day, to: 14 * day },
        choose: { from: 14 * day, to: 16 * day },
      },
      { tf, seed: 2, settings: { ...SMALL, imitationRounds: 3, practiceRounds: 1 }, tick: async () => true },
    );
    if (lesson === null) throw new Error('it was not ended');
    const { policy } = lesson;
    const days = { from: 16 * day, to: 18 * day };
    const trial = tryOut(policy, fine, days);
    expect(checkPolicy(policy, fine, days, trial).find(({ name }) => name === 'limits')?.passed).toBe(true);
    expect(trial.prescient.cost).toBeLessThan(trial.self.cost);
    expect(trial.learnt.dayCosts).toHaveLength(2);
  });

  it('ends when it is told to, and leaves no tensor then either', async () => {
    const before = tf.memory().numTensors;
    let rounds = 0;
    const lesson = await trainPolicy(training, {
      ...{ tf, seed: 3, settings: SMALL },
      tick: async () => {
        rounds += 1;
        return rounds < 2;
      },
    });
    expect(lesson).toBeNull();
    expect(rounds).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
  });
});
