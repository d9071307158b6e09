import { playOutlook, playPrescient, playSelf } from './planners.ts';
import { type Played, playModes, playPowers } from './play.ts';
import { choosePolicy, type TrainedPolicy } from './policy.ts';
import { fairPlay } from './train.ts';
import type { PolicySeries, Span } from './types.ts';

/** What five ways of running the battery paid on the same days, each from the same charge. */
export interface Trial {
  readonly learnt: Played;
  readonly plan: Played;
  readonly self: Played;
  readonly none: Played;
  readonly prescient: Played;
}

/** Plays days that the policy has not seen. `plan` is a simple planner that knows what the policy knows. */
export const tryOut = (policy: TrainedPolicy, series: PolicySeries, span: Span): Trial => {
  const { home } = policy.parts;
  const fair = fairPlay(policy.parts);
  return {
    learnt: playModes(series, home, span, choosePolicy(policy, series, span), fair),
    plan: playOutlook(series, home, span, fair),
    self: playSelf(series, home, span, fair),
    none: playPowers(series, home, span, () => 0, fair),
    prescient: playPrescient(series, home, span, fair),
  };
};

/**
 * Whether one is cheaper than the other by more than chance: the mean of the differences by day is more than their standard
 * error above 0. A lucky week promotes nobody.
 */
export const clearlyCheaper = (dayCosts: readonly number[], otherDayCosts: readonly number[]): boolean => {
  const saved = dayCosts.map((cost, day) => (otherDayCosts[day] ?? Number.NaN) - cost);
  const mean = saved.reduce((sum, each) => sum + each, 0) / saved.length;
  const variance = saved.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (saved.length - 1);
  return saved.length > 1 && mean > Math.sqrt(variance / saved.length);
};
