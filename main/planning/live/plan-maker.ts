import type { WhatIf } from '../../../preload/contract/plan.ts';
import type { Clock } from '../../clock.ts';
import { type Failure, fail, ok, type Result } from '../../result.ts';
import type { PlanPin } from '../../store/plans.ts';
import type { PicturedDecision } from '../plan-asks.ts';
import type { PlanClient } from '../plan-client.ts';
import { type PlanPicture, pictureOf } from '../site/plan-view.ts';
import type { AnsweredProblem } from '../site/types.ts';
import { type DecisionInput, decide, type Ways } from './decide.ts';
import { PATIENCE_MS, withPatience } from './patience.ts';
import { createWays } from './ways.ts';
import type { WhatIfQuestion } from './what-if.ts';

/** What takes long about plans, and so is done in a thread. */
export interface PlanMaker {
  /** Fails where no way leads to a plan, or with the life of who asks. */
  decide(
    input: DecisionInput,
    pins: readonly PlanPin[],
    life: AbortSignal | undefined,
  ): Promise<Result<PicturedDecision>>;
  /** How the page shows a plan that is there already. */
  picture(answered: AnsweredProblem, pins: readonly PlanPin[], life: AbortSignal | undefined): Promise<PlanPicture>;
  whatIf(question: WhatIfQuestion, life: AbortSignal | undefined): Promise<Result<WhatIf>>;
}

const NEVER = new AbortController().signal;

/** A decision with its picture, in the thread in which it is called. */
export const decidedWith = async (
  ways: Ways,
  input: DecisionInput,
  pins: readonly PlanPin[],
  signal: AbortSignal = NEVER,
): Promise<Result<PicturedDecision>> => {
  const decision = await decide(ways, input, signal);
  if (!decision.ok) return decision;
  return ok({
    decision: decision.value,
    picture: pictureOf({ site: input.site, plan: decision.value.plan }, pins),
  });
};

/**
 * Plans in a thread. One that breaks or takes too long is asked again without the solver; where there is no thread to be had at
 * all, what stands in for the solver is worked out here: it is short, and a home without a plan is worse.
 */
export const createPlanMaker = (deps: { readonly client: PlanClient; readonly clock: Clock }): PlanMaker => {
  const { client, clock } = deps;

  const patient = async <Value>(
    life: AbortSignal | undefined,
    work: (limits: { readonly limitMs: number; readonly signal: AbortSignal }) => Promise<Result<Value>>,
  ): Promise<Result<Value>> => {
    const patience = withPatience(clock, life);
    try {
      return await work({ limitMs: PATIENCE_MS, signal: patience.signal });
    } finally {
      patience.end();
    }
  };

  return {
    decide: async (input, pins, life) => {
      const asked = (solverFailed: Failure | null) =>
        patient(life, (limits) => client.ask('decide', { input, pins, solverFailed }, limits));
      const first = await asked(null);
      if (first.ok) return first.value;
      if (life?.aborted) return first;
      const second = await asked(first.error);
      if (second.ok) return second.value;
      if (life?.aborted) return second;
      return decidedWith(
        createWays(() => fail(first.error)),
        input,
        pins,
      );
    },
    picture: async (answered, pins, life) => {
      const made = await patient(life, (limits) => client.ask('picture', { answered, pins }, limits));
      return made.ok ? made.value : pictureOf(answered, pins);
    },
    whatIf: async (question, life) => {
      const answered = await patient(life, (limits) => client.ask('what-if', question, limits));
      return answered.ok ? answered.value : answered;
    },
  };
};
