/**
 * A hidden Markov model with Gaussian emissions, whose transitions depend on the part of the day: learnt by expectation
 * maximisation (L. R. Rabiner, "A tutorial on hidden Markov models", Proc. IEEE 77, 1989), with scaled probabilities.
 */

/** What was learnt; plain JSON. States are in rising order of their mean. */
export interface StateModel {
  readonly mean: readonly number[];
  readonly spread: readonly number[];
  readonly start: readonly number[];
  /** [part of the day][from][to]: the chance of the next hour's state, by the part that the next hour lies in. */
  readonly transitions: readonly (readonly (readonly number[])[])[];
}

/** Observations an hour apart, NaN where there is none, and the part of the day of each. */
export interface Observed {
  readonly values: Float64Array;
  readonly parts: Uint8Array;
}

/** No state is narrower than this: a meter that reports one value for days would make it a spike. */
const LEAST_SPREAD = 0.08;
/** Each row of transitions starts as if it had been seen so often, mostly staying. */
const PRIOR_STAY = 4;
const PRIOR_LEAVE = 1;

const density = (value: number, mean: number, spread: number): number =>
  Number.isNaN(value) ? 1 : Math.exp(-0.5 * ((value - mean) / spread) ** 2) / spread + 1e-9;

const normalised = (weights: readonly number[]): number[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length));
};

/** States one hour on, before anything of that hour is seen. */
export const nextStates = (model: StateModel, now: readonly number[], part: number): number[] => {
  const transitions = model.transitions[part] ?? [];
  return now.map((_, to) => now.reduce((sum, chance, from) => sum + chance * (transitions[from]?.[to] ?? 0), 0));
};

/** How likely each state is after the last observation, from `start` on. */
export const filterStates = (model: StateModel, { values, parts }: Observed): number[] => {
  let now = [...model.start];
  for (const [step, value] of values.entries()) {
    const before = step === 0 ? now : nextStates(model, now, parts[step] ?? 0);
    now = normalised(
      before.map((chance, state) => chance * density(value, model.mean[state] ?? 0, model.spread[state] ?? 1)),
    );
  }
  return now;
};

/** A start that tells states apart by the size of what was observed. */
const firstGuess = (observed: Observed, states: number, parts: number): StateModel => {
  const sorted = observed.values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const spread = Math.max(LEAST_SPREAD, (at(0.9) - at(0.1)) / (2 * states));
  const chances = Array.from({ length: states }, (_, from) =>
    normalised(Array.from({ length: states }, (__, to) => (from === to ? PRIOR_STAY : PRIOR_LEAVE))),
  );
  return {
    mean: Array.from({ length: states }, (_, state) => at((state + 0.5) / states)),
    spread: Array.from({ length: states }, () => spread),
    start: Array.from({ length: states }, () => 1 / states),
    transitions: Array.from({ length: parts }, () => chances),
  };
};

/** One round: where each hour probably was under `model`, and the model that fits that best. */
const improve = (model: StateModel, { values, parts }: Observed): StateModel => {
  const states = model.mean.length;
  const steps = values.length;
  const seen = new Float64Array(steps * states);
  const forward = new Float64Array(steps * states);
  const scales = new Float64Array(steps);
  const chanceOf = (part: number, from: number, to: number): number => model.transitions[part]?.[from]?.[to] ?? 0;
  for (let step = 0; step < steps; step += 1) {
    const value = values[step] ?? Number.NaN;
    const part = parts[step] ?? 0;
    let sum = 0;
    for (let to = 0; to < states; to += 1) {
      let before = step === 0 ? (model.start[to] ?? 0) : 0;
      if (step > 0)
        for (let from = 0; from < states; from += 1)
          before += (forward[(step - 1) * states + from] ?? 0) * chanceOf(part, from, to);
      const fits = density(value, model.mean[to] ?? 0, model.spread[to] ?? 1);
      seen[step * states + to] = fits;
      forward[step * states + to] = before * fits;
      sum += before * fits;
    }
    scales[step] = sum;
    for (let to = 0; to < states; to += 1) forward[step * states + to] = (forward[step * states + to] ?? 0) / sum;
  }
  const moves: number[][][] = model.transitions.map(() =>
    Array.from({ length: states }, (_, from) =>
      Array.from({ length: states }, (__, to) => (from === to ? PRIOR_STAY : PRIOR_LEAVE)),
    ),
  );
  const weight = new Float64Array(states);
  const sums = new Float64Array(states);
  const squares = new Float64Array(states);
  let start: number[] = [...model.start];
  let backward = new Float64Array(states).fill(1);
  for (let step = steps - 1; step >= 0; step -= 1) {
    const value = values[step] ?? Number.NaN;
    const here = normalised(Array.from(backward, (back, state) => back * (forward[step * states + state] ?? 0)));
    if (!Number.isNaN(value))
      for (let state = 0; state < states; state += 1) {
        const share = here[state] ?? 0;
        weight[state] = (weight[state] ?? 0) + share;
        sums[state] = (sums[state] ?? 0) + share * value;
        squares[state] = (squares[state] ?? 0) + share * value * value;
      }
    if (step === 0) {
      start = here;
      break;
    }
    const part = parts[step] ?? 0;
    const earlier = new Float64Array(states);
    for (let from = 0; from < states; from += 1)
      for (let to = 0; to < states; to += 1) {
        const through =
          (chanceOf(part, from, to) * (seen[step * states + to] ?? 0) * (backward[to] ?? 0)) / (scales[step] ?? 1);
        earlier[from] = (earlier[from] ?? 0) + through;
        const row = moves[part]?.[from];
        if (row !== undefined) row[to] = (row[to] ?? 0) + (forward[(step - 1) * states + from] ?? 0) * through;
      }
    backward = earlier;
  }
  return {
    mean: model.mean.map((old, state) => ((weight[state] ?? 0) > 1 ? (sums[state] ?? 0) / (weight[state] ?? 1) : old)),
    spread: model.spread.map((old, state) => {
      const total = weight[state] ?? 0;
      if (total <= 1) return old;
      const variance = (squares[state] ?? 0) / total - ((sums[state] ?? 0) / total) ** 2;
      return Math.max(LEAST_SPREAD, Math.sqrt(Math.max(0, variance)));
    }),
    start,
    transitions: moves.map((part) => part.map(normalised)),
  };
};

const inRisingOrder = (model: StateModel): StateModel => {
  const order = model.mean.map((_, state) => state).sort((one, two) => (model.mean[one] ?? 0) - (model.mean[two] ?? 0));
  const pick = (list: readonly number[]): number[] => order.map((state) => list[state] ?? 0);
  return {
    mean: pick(model.mean),
    spread: pick(model.spread),
    start: pick(model.start),
    transitions: model.transitions.map((part) => order.map((from) => pick(part[from] ?? []))),
  };
};

/** Learns `states` hidden states from observations in `rounds` rounds: the same answer every time. */
export const learnStates = (observed: Observed, states: number, parts: number, rounds: number): StateModel => {
  let model = firstGuess(observed, states, parts);
  for (let round = 0; round < rounds; round += 1) model = improve(model, observed);
  return inRisingOrder(model);
};
