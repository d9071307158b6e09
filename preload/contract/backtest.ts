import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';

/** What policies would have cost on the home's own past, what yesterday saved, and the policy that is learnt. */
const sentenceSchema = z.string().max(600);

/**
 * `none`: no battery. `self`: surplus in, deficit out. `rules`: charge below and discharge above fixed price levels of the day.
 * `tiers`: fixed tiers by the lowest charge ahead. `plan`: the planner with forecasts as they would have been issued.
 * `learnt`: the trained policy. `prescient`: the planner with everything known, which nobody can beat.
 */
export const policySchema = z.enum(['none', 'self', 'rules', 'tiers', 'plan', 'learnt', 'prescient']);
export type Policy = z.infer<typeof policySchema>;

export const policyResultSchema = z.strictObject({
  policy: policySchema,
  /** energy + peak + wear − earned. */
  cost: z.number(),
  energyCost: z.number(),
  peakCost: z.number(),
  wearCost: z.number(),
  earned: z.number(),
  importKwh: z.number(),
  exportKwh: z.number(),
  curtailedKwh: z.number(),
  carbonKg: z.number().nullable(),
  /** Charged energy over usable capacity. */
  cycles: z.number(),
  lowestSocPct: z.number().nullable(),
  /** Steps in which a limit of charge, power or grid was crossed, and rules of loads that were broken; a sound policy has none. */
  violations: z.number().int(),
  /** Of all loads that run by their value together. */
  minerHours: z.number(),
  /** Degree-hours outside the bands of tanks and zones; null where none is played. */
  comfortMissKh: z.number().nullable(),
  /** Money less than the baseline, and what share of what perfect foresight saves over no battery. */
  saving: z.number(),
  ofPossiblePct: z.number().nullable(),
  /** How many decisions a second: what a step took in the middle, ms. */
  decideMs: z.number(),
  months: z.array(z.strictObject({ month: z.string(), cost: z.number(), peakCost: z.number(), saving: z.number() })),
});
export type PolicyResult = z.infer<typeof policyResultSchema>;

const backtestAskSchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  policies: z.array(policySchema).min(1).max(7),
  baseline: policySchema,
  horizonHours: z.number().int().min(6).max(72).default(36),
  /** A battery, a roof or prices other than the home's; what is left out is as it is. */
  batteryKwh: z.number().min(0).max(10_000).optional(),
  batteryKw: z.number().positive().max(10_000).optional(),
  pvFactor: z.number().min(0).max(10).optional(),
});
export type BacktestAsk = z.infer<typeof backtestAskSchema>;

export const backtestViewSchema = z.strictObject({
  siteId: siteIdSchema,
  state: z.enum(['none', 'running', 'done', 'failed', 'cancelled']),
  asked: backtestAskSchema.nullable(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  share: z.number().min(0).max(1),
  sentence: sentenceSchema,
  result: z
    .strictObject({
      from: instantSchema,
      to: instantSchema,
      stepMs: z.number(),
      currency: z.string(),
      /** Share of the span that was measured, %. */
      coveragePct: z.number(),
      policies: z.array(policyResultSchema),
      notes: z.array(sentenceSchema),
    })
    .nullable(),
});
export type BacktestView = z.infer<typeof backtestViewSchema>;

/** One day that is over: what it cost, and what it would have cost. */
const savingsDaySchema = z.strictObject({
  /** Start of the local day. */
  at: instantSchema,
  cost: z.number(),
  /** The same day with the battery on self-consumption only and no load moved. */
  baselineCost: z.number(),
  saving: z.number(),
  carbonSavedKg: z.number().nullable(),
  coveragePct: z.number(),
  /** What steered the battery for most of the day. */
  steeredBy: z.enum(['plan', 'rules', 'nobody']),
  batteryCycles: z.number().nullable(),
  minerHours: z.number(),
});
export type SavingsDay = z.infer<typeof savingsDaySchema>;

export const savingsViewSchema = z.strictObject({
  siteId: siteIdSchema,
  currency: z.string(),
  baseline: z.string(),
  yesterday: savingsDaySchema.nullable(),
  /** Why there is nothing for yesterday, or what it rests on. */
  sentence: sentenceSchema,
  days: z.array(savingsDaySchema),
  month: z.strictObject({ saving: z.number(), days: z.number().int() }).nullable(),
  /** Days under the plan against days under rules: mean saving a day with its spread, where both have enough days. */
  ab: z.array(
    z.strictObject({
      steeredBy: z.enum(['plan', 'rules', 'nobody']),
      days: z.number().int(),
      meanSaving: z.number(),
      spread: z.number(),
      minerHoursADay: z.number(),
      cyclesADay: z.number().nullable(),
    }),
  ),
});
export type SavingsView = z.infer<typeof savingsViewSchema>;

export const learntPolicySchema = z.strictObject({
  siteId: siteIdSchema,
  /** `ahead`: on held-out days it beat the plan. It never steers the house. */
  stage: z.enum(['none', 'training', 'rejected', 'shadow', 'ahead']),
  trainedAt: instantSchema.nullable(),
  nextAt: instantSchema.nullable(),
  share: z.number().min(0).max(1).nullable(),
  sentence: sentenceSchema,
  checks: z.array(z.strictObject({ name: z.string(), passed: z.boolean(), sentence: sentenceSchema })),
  /** Against the plan on the same held-out days. */
  trial: z
    .strictObject({
      from: instantSchema,
      to: instantSchema,
      policyCost: z.number(),
      planCost: z.number(),
      selfCost: z.number(),
      prescientCost: z.number(),
    })
    .nullable(),
  episodes: z.array(z.strictObject({ episode: z.number().int(), meanCost: z.number() })),
});
export type LearntPolicy = z.infer<typeof learntPolicySchema>;

export const backtestQueries = {
  'backtest.get': { input: siteInput, output: backtestViewSchema },
  'savings.get': {
    input: z.strictObject({ siteId: siteIdSchema, days: z.number().int().min(1).max(400).default(30) }),
    output: savingsViewSchema,
  },
  'policy.get': { input: siteInput, output: learntPolicySchema },
} as const;

const asPerson = { siteId: siteIdSchema, who: personSchema };

/** They answer once the work is under way; `plan` events tell the rest. */
export const backtestCommands = {
  'backtest.start': {
    input: z
      .strictObject({ ...asPerson, ask: backtestAskSchema })
      .refine(({ ask }) => ask.to > ask.from, { message: 'The end lies before the start.', path: ['ask', 'to'] }),
    output: emptySchema,
  },
  'backtest.cancel': { input: z.strictObject(asPerson), output: emptySchema },
  'policy.train': { input: z.strictObject(asPerson), output: emptySchema },
  'policy.cancel': { input: z.strictObject(asPerson), output: emptySchema },
} as const;
