import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  emptySchema,
  instantSchema,
  personSchema,
  siteIdSchema,
  siteInput,
} from './base.ts';
import { channelRoleSchema } from './devices.ts';
import { loadWishSchema, planSettingsSchema } from './plan-settings.ts';

/** Plans: what the house is going to do, why, and what else it could do. kW are means over a step; money is the home's. */
const sentenceSchema = z.string().max(600);
const bandSchema = z.strictObject({ at: instantSchema, p10: z.number(), p50: z.number(), p90: z.number() });

const planStepSchema = z.strictObject({
  at: instantSchema,
  importKw: z.number(),
  exportKw: z.number(),
  pvKw: z.number(),
  /** Without the loads that are planned. */
  householdKw: z.number(),
  /** + is charging; null without a battery. */
  batteryKw: z.number().nullable(),
  curtailKw: z.number(),
  /** At the end of the step. */
  socPct: z.number().nullable(),
  importPrice: z.number(),
  exportPrice: z.number(),
  /** False where a guess stands in for a price that is not published yet. */
  priceKnown: z.boolean(),
});

const alternativeSchema = z.strictObject({
  /** "One hour later", "Not at all". */
  label: z.string(),
  /** Money and CO2 more than as planned. */
  costMore: z.number(),
  carbonMoreKg: z.number().nullable(),
});

/** A stretch of time in which one thing does the same. */
const planBlockSchema = z.strictObject({
  id: z.string(),
  laneId: z.string(),
  from: instantSchema,
  to: instantSchema,
  does: z.enum(['charge', 'discharge', 'hold', 'run']),
  /** Two to four words for the bar: "to 97 %", "3.3 kW". */
  label: z.string(),
  energyKwh: z.number(),
  /** Mean price of that energy, per kWh. */
  meanPrice: z.number().nullable(),
  /** Stable, such as `CHEAPEST_BEFORE_DEADLINE`. */
  code: z.string(),
  sentence: sentenceSchema,
  /** What binds it: a limit, a deadline; null where only money decides. */
  boundBy: z.string().nullable(),
  /** "2 h 30 min": how much later it could be; null where that means nothing. */
  roomMs: z.number().nullable(),
  leansOn: z.string().nullable(),
  alternatives: z.array(alternativeSchema),
  pinned: z.enum(['keep', 'move', 'skip']).nullable(),
});
export type PlanBlock = z.infer<typeof planBlockSchema>;

const planLaneSchema = z.strictObject({
  /** `battery`, or `deviceId/channelId`. */
  id: z.string(),
  name: z.string(),
  role: channelRoleSchema,
  /** "20 kWh", "60 °C by 17:00". */
  note: z.string(),
  deviceId: deviceIdSchema.nullable(),
  channelId: channelIdSchema.nullable(),
  /** False where it is planned but nobody may switch it. */
  controllable: z.boolean(),
});
export type PlanLane = z.infer<typeof planLaneSchema>;

const planTotalsSchema = z.strictObject({
  hours: z.number(),
  /** Energy, peak charge and wear, less what loads earn. */
  cost: z.number(),
  /** The same hours with the battery at rest and no load moved. */
  costIdle: z.number(),
  carbonKg: z.number().nullable(),
  carbonIdleKg: z.number().nullable(),
  lowestSoc: z.strictObject({ at: instantSchema, p10Pct: z.number() }).nullable(),
  highestImport: z.strictObject({ at: instantSchema, kw: z.number() }).nullable(),
  importLimitKw: z.number().nullable(),
});
export type PlanTotals = z.infer<typeof planTotalsSchema>;

export const planViewSchema = z.strictObject({
  siteId: siteIdSchema,
  /**
   * `ready`: a proven plan. `kept`: the earlier plan stays. `simple`: dynamic programming or tiers stand in. `stale`: the last
   * plan ran out and none came. `waiting`: something is missing. `off`: the person does not want plans.
   */
  state: z.enum(['ready', 'kept', 'simple', 'stale', 'waiting', 'off']),
  /** "Made 13:40, again at 13:45. Within 0.1 % of the best possible.", or what is missing. */
  sentence: sentenceSchema,
  planId: z.string().nullable(),
  madeAt: instantSchema.nullable(),
  nextAt: instantSchema.nullable(),
  expiresAt: instantSchema.nullable(),
  planning: z.boolean(),
  gapPct: z.number().nullable(),
  tookMs: z.number().nullable(),
  stepMs: z.number(),
  reservePct: z.number().nullable(),
  totals: planTotalsSchema.nullable(),
  /** Charge at the start of each step with what the forecasts leave open. */
  soc: z.array(bandSchema),
  sun: z.array(bandSchema),
  steps: z.array(planStepSchema),
  lanes: z.array(planLaneSchema),
  blocks: z.array(planBlockSchema),
  /** Limits that the plan had to bend, a sentence each. */
  bent: z.array(sentenceSchema),
});
export type PlanView = z.infer<typeof planViewSchema>;

/** What if: changes to the plan's assumptions; what is left out stays. It moves no device. */
export const whatIfChangesSchema = z.strictObject({
  reservePct: z.number().min(0).max(100).optional(),
  /** 1 is as it is. */
  importPriceFactor: z.number().min(0).max(10).optional(),
  exportPriceFactor: z.number().min(0).max(10).optional(),
  pvFactor: z.number().min(0).max(10).optional(),
  loadFactor: z.number().min(0).max(10).optional(),
  /** 0 is no battery. */
  batteryKwh: z.number().min(0).max(10_000).optional(),
  batteryKw: z.number().min(0).max(10_000).optional(),
  /** Another deadline of loads that have one, `HH:MM`. */
  readyBy: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
});
export type WhatIfChanges = z.infer<typeof whatIfChangesSchema>;

const whatIfSchema = z.strictObject({
  asPlanned: planTotalsSchema,
  changed: planTotalsSchema,
  soc: z.array(bandSchema),
  steps: z.array(planStepSchema),
  blocks: z.array(planBlockSchema),
  sentence: sentenceSchema,
  bent: z.array(sentenceSchema),
});
export type WhatIf = z.infer<typeof whatIfSchema>;

/** A flexible load as the settings list it: with the wish that would suit it, until the person has said one. */
const plannableLoadSchema = z.strictObject({
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  name: z.string(),
  role: channelRoleSchema,
  ratedKw: z.number().nullable(),
  controllable: z.boolean(),
  suggestion: loadWishSchema,
});
export type PlannableLoad = z.infer<typeof plannableLoadSchema>;

/** Advice that a person can take or leave. */
const recommendationSchema = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  kind: z.enum(['shift', 'peak', 'self-consumption', 'battery', 'comfort']),
  /** "Run the dishwasher at 12:30". */
  title: z.string(),
  sentence: sentenceSchema,
  laneId: z.string().nullable(),
  madeAt: instantSchema,
  startAt: instantSchema,
  endAt: instantSchema,
  saving: z.number(),
  carbonSavedG: z.number().nullable(),
  /** How sure that it saves something, from the bands of the forecasts. */
  confidencePct: z.number().min(0).max(100),
  status: z.enum(['pending', 'taken', 'dismissed', 'expired']),
  answeredAt: instantSchema.nullable(),
  answeredBy: z.string().nullable(),
  /** What it brought, once it is over; null before, and where nothing was measured. */
  outcome: z.strictObject({ cameTrue: z.boolean(), saving: z.number(), sentence: sentenceSchema }).nullable(),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

export const planQueries = {
  'plan.get': { input: siteInput, output: planViewSchema },
  'plan.whatIf': {
    input: z.strictObject({ siteId: siteIdSchema, changes: whatIfChangesSchema }),
    output: whatIfSchema,
  },
  'plan.settings': {
    input: siteInput,
    output: z.strictObject({ settings: planSettingsSchema, loads: z.array(plannableLoadSchema) }),
  },
  'plan.recommendations': {
    input: z.strictObject({ siteId: siteIdSchema, limit: z.number().int().min(1).max(200).default(30) }),
    output: z.array(recommendationSchema),
  },
} as const;

const asPerson = { siteId: siteIdSchema, who: personSchema };

export const planCommands = {
  /** Plans now; the `plan` event tells when it is done. */
  'plan.replan': { input: z.strictObject(asPerson), output: emptySchema },
  'plan.setSettings': {
    input: z.strictObject({ ...asPerson, settings: planSettingsSchema }),
    output: planSettingsSchema,
  },
  /** Keeps, moves or skips a block of the plan in force; `none` takes that back. `toAt` is the new start of a move. */
  'plan.pin': {
    input: z.strictObject({
      ...asPerson,
      blockId: z.string(),
      pin: z.enum(['keep', 'move', 'skip', 'none']),
      toAt: instantSchema.optional(),
    }),
    output: emptySchema,
  },
  'plan.recommend': { input: z.strictObject(asPerson), output: z.strictObject({ found: z.number().int() }) },
  'plan.answerRecommendation': {
    input: z.strictObject({ ...asPerson, recommendationId: z.string(), answer: z.enum(['take', 'dismiss']) }),
    output: emptySchema,
  },
} as const;

/** Something about plans, backtests, savings or the learnt policy changed: ask for its view again. */
export const planEventSchema = z.strictObject({
  siteId: siteIdSchema,
  about: z.enum(['plan', 'settings', 'recommendations', 'backtest', 'savings', 'policy']),
  /** Null where nothing runs. */
  share: z.number().min(0).max(1).nullable(),
  sentence: sentenceSchema,
});
export type PlanEvent = z.infer<typeof planEventSchema>;
