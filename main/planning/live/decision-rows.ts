import { z } from 'zod';
import type { SiteId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { messageOf } from '../../result.ts';
import type { PlanRepository, StoredPlan } from '../../store/plans.ts';
import type { SiteProblem } from '../site/types.ts';
import type { Plan } from '../types.ts';
import type { Decision, DecisionInput, Standing, Ways } from './decide.ts';
import type { PlanInForce } from './types.ts';

const intentSchema = z.strictObject({
  does: z.enum(['self', 'surplus', 'house', 'hold', 'charge', 'discharge']),
  targetKw: z.number(),
  leastKw: z.number(),
  mostKw: z.number(),
  capKw: z.number().or(z.literal(Number.POSITIVE_INFINITY)),
});

/** What a decision looked at beside the problem, and what came of it beside the plan. */
const askedSchema = z.strictObject({
  before: z
    .strictObject({
      id: z.string(),
      by: z.enum(['solver', 'ladder', 'tiers']),
      startAt: z.number(),
      stepMs: z.number(),
      loads: z.array(z.record(z.string(), z.number())),
      intents: z.array(intentSchema),
    })
    .nullable(),
  keepUnlessBetterBy: z.number(),
});
const doneSchema = z.strictObject({
  planId: z.string(),
  chosen: z.enum(['new', 'before']),
  by: z.enum(['solver', 'ladder', 'tiers']),
  intents: z.array(intentSchema),
  otherObjective: z.number().nullable(),
  troubles: z.array(z.string()),
});

/** A decision as it was stored: its whole input, and what came of it. */
export interface StoredDecision {
  readonly input: DecisionInput;
  readonly plan: Plan;
  readonly done: z.infer<typeof doneSchema>;
}

/** JSON knows no infinity; a limit that there is not must come back as none, and not as zero. */
const INFINITE: ReadonlyMap<unknown, number> = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const text = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
const parsed = (json: string): unknown => JSON.parse(json, (_, each: unknown) => INFINITE.get(each) ?? each);

/** Reads a decision back; null where the row is not what was written. */
export const decisionOf = (row: Pick<StoredPlan, 'input' | 'plan'>): StoredDecision | null => {
  const input = z.looseObject({ decision: askedSchema }).safeParse(parsed(row.input));
  const plan = z.looseObject({ decision: doneSchema }).safeParse(parsed(row.plan));
  if (!input.success || !plan.success) return null;
  const { decision: asked, ...site } = input.data;
  const { decision: done, ...rest } = plan.data;
  // Our own writing; whoever goes by it has it judged by the validator first.
  return {
    input: {
      site: site as unknown as SiteProblem,
      before: asked.before as Standing | null,
      keepUnlessBetterBy: asked.keepUnlessBetterBy,
    },
    plan: rest as unknown as Plan,
    done,
  };
};

/** Every decision with all that it looked at, so that it can be made again to the same answer. */
export const createDecisionRows = (
  plans: Pick<PlanRepository, 'add' | 'latest'>,
  ways: Pick<Ways, 'validate'>,
  log: Log,
) => ({
  put: (row: {
    readonly id: string;
    readonly planId: string;
    readonly siteId: SiteId;
    readonly madeAt: number;
    readonly expiresAt: number;
    readonly state: 'ready' | 'kept' | 'simple';
    readonly input: DecisionInput;
    readonly decision: Decision;
  }): void => {
    const { input, decision, planId, ...rest } = row;
    const { site, ...asked } = input;
    const { plan, other, chosen, by, intents, troubles } = decision;
    const done = { planId, chosen, by, intents, otherObjective: other?.objective ?? null, troubles };
    plans.add({ ...rest, input: text({ ...site, decision: asked }), plan: text({ ...plan, decision: done }) });
  },
  /** The plan that an earlier run left, if it can be read, still holds, and passes the validator; null otherwise. */
  last: (siteId: SiteId, now: number): Omit<PlanInForce, 'view' | 'blocks'> | null => {
    const refuse = (why: string): null => {
      log.warn('The plan of the last run is not taken up', { site: siteId, why });
      return null;
    };
    try {
      const row = plans.latest(siteId);
      if (!row || row.state === 'stale' || row.expiresAt <= now || row.madeAt > now) return null;
      const stored = decisionOf(row);
      if (!stored) return refuse('It cannot be read.');
      const { input, plan, done } = stored;
      const [wrong] = ways.validate(input.site.problem, plan);
      if (wrong !== undefined) return refuse(wrong);
      if (done.intents.length !== plan.steps.length) return refuse('It does not say what each step means.');
      const { state, madeAt, expiresAt } = row;
      return { id: done.planId, site: input.site, plan, intents: done.intents, by: done.by, state, madeAt, expiresAt };
    } catch (thrown) {
      return refuse(messageOf(thrown));
    }
  },
});
