import type { WhatIf } from '../../preload/contract/plan.ts';
import type { Failure, Result } from '../result.ts';
import type { PlanPin } from '../store/plans.ts';
import type { Decision, DecisionInput } from './live/decide.ts';
import type { WhatIfQuestion } from './live/what-if.ts';
import type { PlanPicture } from './site/plan-view.ts';
import type { AnsweredProblem } from './site/types.ts';
import type { Plan, Problem } from './types.ts';

/** What becomes of a home's next hours, and how the page shows it. */
export interface PicturedDecision {
  readonly decision: Decision;
  readonly picture: PlanPicture;
}

/** What the planning thread is asked, and what it answers. All of it is pure: no store, no clock but for the solver's limit. */
export interface PlanAsks {
  /** The plan of a problem, passed by the validator. */
  readonly solve: { readonly about: Problem; readonly answer: Result<Plan> };
  readonly decide: {
    readonly about: {
      readonly input: DecisionInput;
      readonly pins: readonly PlanPin[];
      /** Why the solver is not to be asked; null where it is. */
      readonly solverFailed: Failure | null;
    };
    readonly answer: Result<PicturedDecision>;
  };
  readonly picture: {
    readonly about: { readonly answered: AnsweredProblem; readonly pins: readonly PlanPin[] };
    readonly answer: PlanPicture;
  };
  readonly 'what-if': { readonly about: WhatIfQuestion; readonly answer: Result<WhatIf> };
}

export type PlanQuestion = {
  readonly [Name in keyof PlanAsks]: { readonly name: Name; readonly about: PlanAsks[Name]['about'] };
}[keyof PlanAsks];

export type PlanReply<Name extends keyof PlanAsks> =
  | { readonly answer: PlanAsks[Name]['answer'] }
  | { readonly failed: string };
