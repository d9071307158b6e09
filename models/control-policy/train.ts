import type { Tensorflow } from '../learners/types.ts';
import { seededRandom } from '../network/random.ts';
import { createActor } from './actor.ts';
import { POLICY_FEATURES } from './features.ts';
import { createHindsight } from './hindsight.ts';
import { allowedModes, MODES } from './modes.ts';
import { startWeights } from './network.ts';
import { type PlayOptions, playModes } from './play.ts';
import { choosePolicy, type PolicyParts, type TrainedPolicy } from './policy.ts';
import { createRollout, type Ground } from './rollout.ts';
import { featureRows, scaleOf } from './series-view.ts';
import { POLICY_SETTINGS, type PolicySettings } from './settings.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';
import { createUpdate } from './update.ts';
import { VARIANTS, variantOf } from './variants.ts';

export interface PolicyTraining {
  readonly series: PolicySeries;
  readonly home: PolicyHome;
  /** What is learnt from. */
  readonly learn: Span;
  /** Days that, with a week of every four before them, choose between the policies of a training; none of them is learnt from. */
  readonly choose: Span;
}

export interface TrainOptions {
  readonly tf: Tensorflow;
  readonly seed: number;
  readonly settings?: PolicySettings;
  /** Called after each round with a share 0 to 1; answers false to end. */
  readonly tick: (share: number) => Promise<boolean>;
}

export interface PolicyLesson {
  readonly policy: TrainedPolicy;
  /** Mean cost a day on the days that choose, as the training went on. */
  readonly episodes: readonly { readonly episode: number; readonly meanCost: number }[];
  /** The best that imitation alone came to, and practice after it, on those days; money a day. */
  readonly imitatedCost: number;
  readonly practisedCost: number;
}

const HINDSIGHT_LEVELS = 41;
/** How much of the mean over the rounds stays from one round to the next. */
const STEADINESS = 0.8;

/** A week of every four: four weeks that choose say little of other seasons, and would keep what never left its habit. */
const sampleWeeks = ({ from, to }: Span, stepHours: number): readonly Span[] => {
  const week = Math.round((7 * 24) / stepHours);
  const weeks: Span[] = [];
  for (let start = from; start + week <= to; start += 4 * week) weeks.push({ from: start, to: start + week });
  return weeks;
};

/** What a kWh left at the end of a span is worth: what it saves at the usual price. */
const storedWorth = (parts: Pick<PolicyParts, 'scale' | 'home'>): number =>
  Math.max(0, parts.scale.price * parts.home.battery.dischargeEfficiency);

/** How a span is to be played for comparison: half full at the start. */
export const fairPlay = (parts: Pick<PolicyParts, 'scale' | 'home'>): PlayOptions => {
  const { capacityKwh, minSocPct, maxSocPct } = parts.home.battery;
  return { startKwh: (capacityKwh * (minSocPct + maxSocPct)) / 200, valuePerKwh: storedWorth(parts) };
};

const groundOf = (series: PolicySeries, { home, learn }: PolicyTraining, parts: PolicyParts): Ground => {
  const { maxChargeKw, maxDischargeKw } = home.battery;
  const mostKwh = Math.min(parts.scale.usableKwh, Math.max(maxChargeKw, maxDischargeKw) * series.stepHours);
  return {
    ...{ series, home, span: learn, scale: parts.scale, rows: featureRows(series, parts.scale, learn) },
    hindsight: createHindsight(series, home, learn, {
      ...{ levels: HINDSIGHT_LEVELS, powers: 0, endValuePerKwh: storedWorth(parts) },
    }),
    unit: Math.max(1e-9, parts.scale.priceSpread * mostKwh),
  };
};

/**
 * Trains a policy on the past of a home: first it imitates what would have been best in hindsight, in the situations that it
 * gets into by itself, then it practises. Of all that it was on the way, the one that paid least on the days that choose, and on
 * a week of every four before them, is kept. The same data and seed give the same policy on the same backend. Null when it was ended.
 */
export const trainPolicy = async (training: PolicyTraining, options: TrainOptions): Promise<PolicyLesson | null> => {
  const { series, home, learn, choose } = training;
  const { tf, seed, tick } = options;
  const settings = options.settings ?? POLICY_SETTINGS;
  const { shape, imitationRounds, practiceRounds, lookEvery } = settings;
  const parts: PolicyParts = {
    shape,
    features: POLICY_FEATURES.map(({ name }) => name),
    modes: [...MODES],
    stepHours: series.stepHours,
    scale: scaleOf(series, home, learn),
    home,
  };
  const variants = VARIANTS.map((variant) => groundOf(variantOf(series, learn, variant), training, parts));
  const grounds: readonly [Ground, ...Ground[]] = [groundOf(series, training, parts), ...variants];
  const random = seededRandom(seed);
  const rollout = createRollout(grounds, settings, random);
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(startWeights(shape, seed))));
  const update = createUpdate(tf, settings, variable, allowedModes(home.battery), random);
  const now = (): Float32Array => Float32Array.from(variable.dataSync());
  const fair = fairPlay(parts);
  const sampled = sampleWeeks(learn, series.stepHours);
  /** Money a day on some spans. */
  const costOf = (weights: Float32Array, spans: readonly Span[]): number => {
    const steps = spans.reduce((sum, { from, to }) => sum + to - from, 0);
    const costs = spans.map(
      (span) => playModes(series, home, span, choosePolicy({ parts, weights }, series, span), fair).cost,
    );
    return (24 * costs.reduce((sum, each) => sum + each, 0)) / Math.max(1, steps * series.stepHours);
  };
  // The mean of the last rounds is steadier than any of them (Polyak averaging).
  let steady = now();
  let best = { weights: steady, score: Number.POSITIVE_INFINITY };
  const bestOf = {
    imitated: { cost: 0, score: Number.POSITIVE_INFINITY },
    practised: { cost: Number.POSITIVE_INFINITY, score: Number.POSITIVE_INFINITY },
  };
  const episodes: { episode: number; meanCost: number }[] = [];
  const rounds = imitationRounds + practiceRounds;
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const imitates = round < imitationRounds;
      if (round % lookEvery === 0 || round === imitationRounds || round === rounds) {
        const weights = steady;
        const cost = costOf(weights, [choose]);
        const score = cost + costOf(weights, sampled);
        episodes.push({ episode: round, meanCost: cost });
        const phase = round <= imitationRounds ? 'imitated' : 'practised';
        if (score < bestOf[phase].score) bestOf[phase] = { cost, score };
        if (score < best.score) best = { weights, score };
      }
      if (round === rounds) break;
      if (round === imitationRounds) {
        steady = best.weights;
        tf.tidy(() => variable.assign(tf.tensor1d(steady)));
      }
      const experience = rollout(createActor(shape, now()));
      if (imitates) {
        const share = round / imitationRounds;
        update.imitate(experience, settings.imitationRate * (0.1 + 0.45 * (1 + Math.cos(Math.PI * share))));
      } else {
        const share = (round - imitationRounds) / practiceRounds;
        for (let epoch = 0; epoch < settings.epochs; epoch += 1)
          update.practise(experience, settings.practiceRate * (1 - 0.9 * share));
      }
      const fresh = now();
      steady = steady.map((weight, at) => weight + (1 - STEADINESS) * ((fresh[at] ?? 0) - weight));
      if (!(await tick((round + 1) / rounds))) return null;
    }
    return {
      policy: { parts, weights: best.weights },
      episodes,
      imitatedCost: bestOf.imitated.cost,
      practisedCost: bestOf.practised.cost,
    };
  } finally {
    update.dispose();
    variable.dispose();
  }
};
