import type { PolicyShape } from './network.ts';

/** How much is learnt, and how boldly. */
export interface PolicySettings {
  readonly shape: PolicyShape;
  /** Homes that are played side by side, and how many steps each between two rounds of learning. */
  readonly homes: number;
  readonly steps: number;
  /** Steps of a sequence that gradients flow through; what came before is remembered, not learnt from. */
  readonly sequence: number;
  /** Sequences that are learnt from at once. */
  readonly batch: number;
  /** Rounds of imitation, then of proximal policy optimisation. */
  readonly imitationRounds: number;
  readonly practiceRounds: number;
  /** Times that each round of practice is gone through. */
  readonly epochs: number;
  readonly imitationRate: number;
  readonly practiceRate: number;
  /** How far a step of learning may move the probability of a choice. */
  readonly clip: number;
  readonly entropy: number;
  /** Rounds between two looks at the days that choose the best policy. */
  readonly lookEvery: number;
}

export const POLICY_SETTINGS: PolicySettings = {
  shape: { dense: 48, hidden: 32 },
  homes: 32,
  steps: 48,
  sequence: 24,
  batch: 32,
  imitationRounds: 120,
  practiceRounds: 80,
  epochs: 2,
  imitationRate: 0.003,
  practiceRate: 0.0004,
  clip: 0.2,
  entropy: 0.01,
  lookEvery: 8,
};
