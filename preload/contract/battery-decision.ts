import { z } from 'zod';
import { channelIdSchema, deviceIdSchema, instantSchema, siteIdSchema, siteInput } from './base.ts';
import { featureSchema } from './models.ts';

/** What was learnt about the battery, and about running flexible loads from it. Shares are in per cent. */
const textSchema = z.string();

const bandSchema = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() });

export const batteryHealthSchema = z.strictObject({
  siteId: siteIdSchema,
  checkedAt: instantSchema.nullable(),
  /** What is known and what is missing. */
  sentence: textSchema,
  /** Null before anything is known, like all that follows. */
  sohPct: bandSchema.nullable(),
  capacityKwh: bandSchema.nullable(),
  nominalKwh: z.number().nullable(),
  /** `literature`: nothing but papers. `measured`: also the capacities that the home showed. */
  learntFrom: z.enum(['literature', 'measured']).nullable(),
  capacitiesMeasured: z.number().int(),
  fullCycles: z.number().nullable(),
  depths: z.array(z.strictObject({ fromPct: z.number(), toPct: z.number(), cycles: z.number() })),
  meanDepthPct: z.number().nullable(),
  meanSocPct: z.number().nullable(),
  meanTempC: z.number().nullable(),
  /** Power over capacity while it works, 1/h. */
  meanCRate: z.number().nullable(),
  /** Share of the hours since the first that are known. */
  knownPct: z.number().nullable(),
  /** When 80 % is reached at this use; null beyond 40 years. p10 is the early date. */
  endOfLifeAt: z
    .strictObject({ p10: instantSchema.nullable(), p50: instantSchema.nullable(), p90: instantSchema.nullable() })
    .nullable(),
  /** 100 is as new, 0 has reached its end. */
  score: z.number().min(0).max(100).nullable(),
  advice: z.array(
    z.strictObject({
      code: z.string(),
      sentence: textSchema,
      /** Points of capacity over ten years that would be kept. */
      savesPct: z.number(),
      now: z.number(),
      better: z.number(),
      unit: z.string(),
    }),
  ),
  history: z.array(z.strictObject({ at: instantSchema, sohPct: bandSchema })),
});
export type BatteryHealthView = z.infer<typeof batteryHealthSchema>;

/** `logit` moves the odds: above 0 towards a good end. `usual` is what the value mostly is. */
const contributionSchema = featureSchema.extend({ value: z.number(), usual: z.number(), logit: z.number() });

export const decisionCardSchema = z.strictObject({
  siteId: siteIdSchema,
  trainedAt: instantSchema.nullable(),
  sentence: textSchema,
  /** Decisions that were learnt from, and how many of them the action log holds; the others were played through. */
  examples: z.number().int(),
  logged: z.number().int(),
  heldOut: z.number().int(),
  accuracyPct: z.number().nullable(),
  precisionPct: z.number().nullable(),
  recallPct: z.number().nullable(),
  /** How often it ended well at all. */
  baseRatePct: z.number().nullable(),
  /** Mean squared error of the probability: 0 is perfect. */
  brier: z.number().nullable(),
  /** Of the runs that were said to end well with about so much probability, the share that did. */
  calibration: z.array(z.strictObject({ saidPct: z.number(), camePct: z.number(), count: z.number().int() })),
  features: z.array(featureSchema),
});
export type DecisionCard = z.infer<typeof decisionCardSchema>;

/** Whether running a flexible load now ends well: the state of charge stays above `floorPct`. */
const decisionSchema = z.strictObject({
  siteId: siteIdSchema,
  at: instantSchema,
  /** Null where something that it needs is not known. */
  probabilityPct: z.number().nullable(),
  floorPct: z.number(),
  sentence: textSchema,
  contributions: z.array(contributionSchema),
});
export type DecisionView = z.infer<typeof decisionSchema>;

export const batteryDecisionQueries = {
  'battery.health': { input: siteInput, output: batteryHealthSchema },
  'decision.card': { input: siteInput, output: decisionCardSchema },
  'decision.ask': {
    input: siteInput.extend({
      deviceId: deviceIdSchema,
      channelId: channelIdSchema,
      /** How long it would run. */
      hours: z.number().min(0.25).max(24).default(1),
    }),
    output: decisionSchema,
  },
} as const;
