import type { Actor } from './actor.ts';
import { POLICY_FEATURES, type PolicyScale, socFeature } from './features.ts';
import type { Hindsight } from './hindsight.ts';
import { allowedModes, MODES } from './modes.ts';
import { SHARPNESS } from './network.ts';
import { powerOfMode } from './planners.ts';
import { isWhole, netKwAt } from './series-view.ts';
import type { PolicySettings } from './settings.ts';
import type { PolicyHome, PolicySeries, Span } from './types.ts';

/** Where the policy is trained: the past of a home, with what would have been best in hindsight. */
export interface Ground {
  readonly series: PolicySeries;
  readonly home: PolicyHome;
  readonly span: Span;
  readonly scale: PolicyScale;
  /** Of all steps of the span, see `featureRows`. */
  readonly rows: Float32Array;
  readonly hindsight: Hindsight;
  /** Money that counts as 1 in rewards. */
  readonly unit: number;
}

/** What was played, sequence by sequence and step by step. */
export interface Experience {
  readonly sequences: number;
  readonly steps: number;
  readonly inputs: Float32Array;
  /** The memory at the start of each sequence. */
  readonly starts: Float32Array;
  readonly chosen: Int32Array;
  readonly logProbability: Float32Array;
  readonly advantage: Float32Array;
  readonly target: Float32Array;
  /** 0 where a step was a gap and says nothing. */
  readonly weight: Float32Array;
  /** What each mode would have gained beside self-consumption, in hindsight. */
  readonly gain: Float32Array;
  /** Mean reward of the steps that count. */
  readonly meanReward: number;
}

const WIDTH = POLICY_FEATURES.length;
/** A step's future counts less and less, and a day away hardly: what charge is worth further on is in the reward. */
const DISCOUNT_HOURS = 24;
const TRACE_HOURS = 16;
const RESTART_SHARE = 0.1;
/** The home's own past is played so often, its variants in the other cases. */
const OWN_SHARE = 0.5;
const FOLLOW = MODES.indexOf('follow');

/** Probabilities of the allowed modes from their gains. */
const probabilitiesOf = (gains: Float32Array, allowed: readonly boolean[]): Float64Array => {
  let highest = Number.NEGATIVE_INFINITY;
  allowed.forEach((may, mode) => {
    if (may) highest = Math.max(highest, gains[mode] ?? 0);
  });
  const odds = Float64Array.from(allowed, (may, mode) =>
    may ? Math.exp(SHARPNESS * ((gains[mode] ?? 0) - highest)) : 0,
  );
  const sum = odds.reduce((total, each) => total + each, 0);
  return odds.map((each) => each / sum);
};

const drawn = (probabilities: Float64Array, random: () => number): number => {
  let left = random();
  let last = 0;
  for (let mode = 0; mode < probabilities.length; mode += 1) {
    const share = probabilities[mode] ?? 0;
    if (share === 0) continue;
    last = mode;
    left -= share;
    if (left < 0) return mode;
  }
  return last;
};

/**
 * Plays several homes side by side, the first ground being the home's own past and the others its variants; each is somewhere else in its past, and goes on where it stopped. The reward is
 * −cost − wear + the change of what is stored, valued in hindsight: that is how much worse a choice was than the best one, so
 * that weather and prices, which no choice changes, add no noise to it (potential-based shaping, Ng et al. 1999).
 */
export const createRollout = (
  grounds: readonly [Ground, ...Ground[]],
  { shape, homes, steps, sequence }: Pick<PolicySettings, 'shape' | 'homes' | 'steps' | 'sequence'>,
  random: () => number,
) => {
  const [own, ...others] = grounds;
  const { home, scale, unit } = own;
  const { physics } = own.hindsight;
  const allowed = allowedModes(home.battery);
  const discount = Math.exp(-own.series.stepHours / DISCOUNT_HOURS);
  const trace = discount * Math.exp(-own.series.stepHours / TRACE_HOURS);
  const perHome = steps / sequence;
  const fresh = () => {
    const ground = random() < OWN_SHARE ? own : (others[Math.floor(random() * others.length)] ?? own);
    const { from, to } = ground.span;
    return { ground, ...placed(from + Math.floor(random() * Math.max(1, to - from - steps))) };
  };
  const placed = (step: number) => ({
    step,
    stored: physics.leastKwh + random() * (physics.mostKwh - physics.leastKwh),
    memory: new Float32Array(shape.hidden),
  });
  const players = Array.from({ length: homes }, fresh);

  return (actor: Actor): Experience => {
    const total = homes * steps;
    const inputs = new Float32Array(total * WIDTH);
    const starts = new Float32Array(homes * perHome * shape.hidden);
    const chosen = new Int32Array(total);
    const logProbability = new Float32Array(total);
    const advantage = new Float32Array(total);
    const target = new Float32Array(total);
    const weight = new Float32Array(total);
    const gain = new Float32Array(total * MODES.length);
    const out = new Float32Array(MODES.length + 1);
    const costs = new Float64Array(MODES.length);
    let rewards = 0;
    let counted = 0;
    players.forEach((_, number) => {
      let player = players[number] ?? fresh();
      if (player.step + steps > player.ground.span.to || random() < RESTART_SHARE) player = fresh();
      players[number] = player;
      const { series, span, rows, hindsight } = player.ground;
      const value = new Float64Array(steps + 1);
      const reward = new Float64Array(steps);
      for (let k = 0; k < steps; k += 1) {
        const at = number * steps + k;
        if (k % sequence === 0) starts.set(player.memory, (number * perHome + k / sequence) * shape.hidden);
        const { step, stored } = player;
        const row = (step - span.from) * WIDTH;
        inputs.set(rows.subarray(row, row + WIDTH), at * WIDTH);
        inputs[at * WIDTH + WIDTH - 1] = socFeature(stored, physics.leastKwh, scale);
        actor.step(inputs, at * WIDTH, player.memory, out);
        value[k] = out[MODES.length] ?? 0;
        const probabilities = probabilitiesOf(out, allowed);
        const mode = drawn(probabilities, random);
        let batteryKw = physics.limit(stored, 0, 0);
        if (isWhole(series, step)) {
          const netKw = netKwAt(series, step);
          let least = Number.POSITIVE_INFINITY;
          for (let each = 0; each < MODES.length; each += 1) {
            const kw = physics.limit(stored, netKw, powerOfMode(each, home, netKw));
            if (each === mode) batteryKw = kw;
            const cost = hindsight.costOf(step, stored, kw);
            costs[each] = cost;
            least = Math.min(least, cost);
          }
          for (let each = 0; each < MODES.length; each += 1)
            gain[at * MODES.length + each] = ((costs[FOLLOW] ?? 0) - (costs[each] ?? 0)) / unit;
          reward[k] = (least - (costs[mode] ?? 0)) / unit;
          weight[at] = 1;
          rewards += reward[k] ?? 0;
          counted += 1;
        }
        chosen[at] = mode;
        logProbability[at] = Math.log(Math.max(1e-12, probabilities[mode] ?? 0));
        player.stored = physics.storedAfter(stored, batteryKw);
        player.step += 1;
      }
      // What comes after the last step is taken as the network expects it there.
      value[steps] = value[steps - 1] ?? 0;
      let carried = 0;
      for (let k = steps - 1; k >= 0; k -= 1) {
        const surprise = (reward[k] ?? 0) + discount * (value[k + 1] ?? 0) - (value[k] ?? 0);
        carried = surprise + trace * carried;
        advantage[number * steps + k] = carried;
        target[number * steps + k] = carried + (value[k] ?? 0);
      }
    });
    const meanReward = rewards / Math.max(1, counted);
    return {
      ...{ sequences: homes * perHome, steps: sequence, inputs, starts, chosen, logProbability },
      ...{ advantage, target, weight, gain, meanReward },
    };
  };
};
