import { z } from 'zod';
import { deviceIdSchema, instantSchema, modeSchema, setpointSchema, siteIdSchema } from './base.ts';
import { channelRefSchema, dailyWindowSchema } from './safety.ts';

/** A rule as a document: when, if, then, otherwise. Times are local times of the site; units stand in the names. */

/** A number that a rule may compare. Powers in W, charge in %, prices per kWh, carbon in g/kWh, temperatures in °C. */
export const quantitySchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('soc') }),
  z.strictObject({
    of: z.enum(['pv-power', 'load-power', 'household-power', 'battery-power', 'import-power', 'export-power']),
  }),
  /**
   * What the sun leaves over for this rule: export, less import and less what the battery gives, plus what the channels draw
   * that the rule itself switches on. So a load that starts is never the reason for which it stops.
   */
  z.strictObject({ of: z.literal('surplus-power') }),
  z.strictObject({ of: z.enum(['import-price', 'export-price', 'carbon']) }),
  z.strictObject({ of: z.literal('battery-voltage') }),
  z.strictObject({
    of: z.enum(['channel-power', 'channel-temperature', 'channel-energy-today']),
    channel: channelRefSchema,
  }),
  /** From now over the next hours: energy (kWh) for pv, wind and load as `sum`; otherwise the unit of the forecast. */
  z.strictObject({
    of: z.literal('forecast'),
    kind: z.enum(['pv', 'wind', 'load', 'price', 'soc']),
    hours: z.number().int().min(1).max(72),
    statistic: z.enum(['sum', 'mean', 'minimum', 'maximum']),
    band: z.enum(['p10', 'p50', 'p90']),
  }),
  z.strictObject({
    of: z.literal('weather'),
    what: z.enum(['temperatureC', 'cloudPct', 'windMs', 'gustMs', 'rainMm']),
    /** The most within the next hours; 0 is now. */
    hours: z.number().int().min(0).max(72),
  }),
]);
export type Quantity = z.infer<typeof quantitySchema>;

/** Something that holds or does not. Where its value is missing or old it is unknown, which is neither. */
export const testSchema = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('above'),
    quantity: quantitySchema,
    value: z.number(),
    /** Ends only this far below. */ hysteresis: z.number().min(0).default(0),
  }),
  z.strictObject({
    is: z.literal('below'),
    quantity: quantitySchema,
    value: z.number(),
    hysteresis: z.number().min(0).default(0),
  }),
  z.strictObject({ is: z.literal('between'), quantity: quantitySchema, from: z.number(), to: z.number() }),
  z.strictObject({ is: z.literal('time'), window: dailyWindowSchema }),
  /** From `offsetMinutes` after the event until the next of the other kind (sunrise until sunset, sunset until sunrise). */
  z.strictObject({
    is: z.literal('sun'),
    since: z.enum(['sunrise', 'sunset']),
    offsetMinutes: z.number().int().min(-720).max(720),
  }),
  z.strictObject({ is: z.literal('device'), channel: channelRefSchema, state: z.enum(['on', 'off', 'held']) }),
  z.strictObject({ is: z.literal('reachable'), deviceId: deviceIdSchema, state: z.enum(['online', 'offline']) }),
  /** The present price is among the n cheapest or dearest hours of the local day. Durations, never numbers of slots. */
  z.strictObject({
    is: z.literal('price-rank'),
    rank: z.enum(['cheapest', 'dearest']),
    hours: z.number().min(0.25).max(24),
  }),
]);
export type Test = z.infer<typeof testSchema>;

export const triggerSchema = z.strictObject({
  test: testSchema,
  /** It must have held so long without a break, ms. */
  forMs: z.number().int().min(0).max(86_400_000),
});
export type Trigger = z.infer<typeof triggerSchema>;

export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | { test: Test };
/** Nested all, any and not. At most six deep, which the check says. */
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(conditionSchema).min(1).max(20) }),
    z.strictObject({ any: z.array(conditionSchema).min(1).max(20) }),
    z.strictObject({ not: conditionSchema }),
    z.strictObject({ test: testSchema }),
  ]),
);

export const ruleActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('switch'), channel: channelRefSchema, on: z.boolean() }),
  z.strictObject({ do: z.literal('set'), channel: channelRefSchema, value: setpointSchema }),
  /** Off for so long, then as it was before. */
  z.strictObject({ do: z.literal('pause'), channel: channelRefSchema, minutes: z.number().int().min(1).max(1440) }),
  z.strictObject({ do: z.literal('mode'), mode: modeSchema }),
  z.strictObject({
    do: z.literal('notify'),
    level: z.enum(['info', 'attention', 'critical']),
    text: z.string().trim().min(1).max(300),
  }),
  z.strictObject({ do: z.literal('workflow'), workflowId: z.string().min(1).max(40) }),
]);
export type RuleAction = z.infer<typeof ruleActionSchema>;

export const ruleModeSchema = z.enum(['on', 'test', 'off']);
export type RuleMode = z.infer<typeof ruleModeSchema>;

export const ruleSchema = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().trim().min(1, 'Give the rule a name.').max(80),
  /** `test` decides and writes down, but asks for nothing. */
  mode: ruleModeSchema,
  /** 1 wins over 9 where two rules want the same channel. */
  priority: z.number().int().min(1).max(9),
  /** Any of them begins it, where the condition holds too. */
  triggers: z.array(triggerSchema).min(1, 'A rule needs something that begins it.').max(10),
  condition: conditionSchema.nullable(),
  actions: z.array(ruleActionSchema).min(1, 'A rule needs something to do.').max(10),
  /** When it no longer holds. Empty: what the rule borrowed goes back to how it was. */
  otherwise: z.array(ruleActionSchema).max(10),
  /** After it fired it rests so long, ms. */
  cooldownMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400_000),
  /** Outside it the rule sleeps. */
  activeWindow: dailyWindowSchema.nullable(),
});
export type Rule = z.infer<typeof ruleSchema>;

/** Something that the check found: where it stands in the rule, in plain words. */
export const ruleProblemSchema = z.strictObject({
  /** An error keeps the rule from being saved; a warning is shown and may be accepted. */
  severity: z.enum(['error', 'warning']),
  code: z.enum([
    'unknown-channel',
    'not-controllable',
    'wrong-value',
    'unsafe-value',
    'contradiction',
    'fights-itself',
    'fights-rule',
    'loop',
    'never-fires',
    'always-fires',
    'flaps',
    'too-deep',
    'unknown-workflow',
    'no-data',
  ]),
  sentence: z.string(),
  /** Paths of the lines that conflict, such as `triggers.0.test` or `actions.1`. */
  lines: z.array(z.string()),
  otherRuleId: z.string().nullable(),
});
export type RuleProblem = z.infer<typeof ruleProblemSchema>;

export const pastOfRuleSchema = z.strictObject({
  days: z.number(),
  firings: z.number().int(),
  /** Share of the time in which it held. */
  heldPct: z.number(),
  /** Share of the span for which there was data to decide on. */
  coveragePct: z.number(),
});

export const ruleFiringSchema = z.strictObject({
  at: instantSchema,
  ruleId: z.string(),
  ruleName: z.string(),
  branch: z.enum(['actions', 'otherwise']),
  /** `asked`: sent to the commander. `dry`: the rule or the house is in test. */
  how: z.enum(['asked', 'dry', 'refused']),
  sentence: z.string(),
  actionIds: z.array(z.string()),
});
export type RuleFiring = z.infer<typeof ruleFiringSchema>;

export const ruleViewSchema = z.strictObject({
  rule: ruleSchema,
  version: z.number().int(),
  changedAt: instantSchema,
  changedBy: z.string(),
  /** The rule in one sentence. */
  sentence: z.string(),
  state: z.enum(['holding', 'waiting', 'resting', 'asleep', 'unknown', 'off']),
  /** Why it does or does not fire now, in one sentence. */
  why: z.string(),
  last: ruleFiringSchema.nullable(),
  firings24h: z.number().int(),
  /** When a trigger of time or sun begins next; null where it depends on measurements. */
  nextAt: instantSchema.nullable(),
});
export type RuleView = z.infer<typeof ruleViewSchema>;

/** What would have happened. Money in the currency of the site. */
export const replaySchema = z.strictObject({
  from: instantSchema,
  to: instantSchema,
  stepMs: z.number(),
  coveragePct: z.number(),
  firings: z.array(ruleFiringSchema),
  /** Per rule: how often, how long. */
  rules: z.array(
    z.strictObject({ ruleId: z.string(), name: z.string(), firings: z.number().int(), heldMs: z.number() }),
  ),
  withRules: z.strictObject({
    cost: z.number().nullable(),
    importKwh: z.number(),
    exportKwh: z.number(),
    lowestSocPct: z.number().nullable(),
    endSocPct: z.number().nullable(),
  }),
  withoutRules: z.strictObject({
    cost: z.number().nullable(),
    importKwh: z.number(),
    exportKwh: z.number(),
    lowestSocPct: z.number().nullable(),
    endSocPct: z.number().nullable(),
  }),
  /** Charge along the span, thinned for drawing. */
  soc: z.array(
    z.strictObject({ at: instantSchema, withRules: z.number().nullable(), withoutRules: z.number().nullable() }),
  ),
  tookMs: z.number(),
  /** What the replay takes for granted, one sentence each. */
  assumptions: z.array(z.string()),
});
export type Replay = z.infer<typeof replaySchema>;

export const presetSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  sentence: z.string(),
  /** What this home lacks for it; null where it fits. */
  missing: z.string().nullable(),
  rules: z.array(ruleSchema),
});
export type Preset = z.infer<typeof presetSchema>;

/** A rule learnt from what the person does. */
export const ruleSuggestionSchema = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  at: instantSchema,
  title: z.string(),
  sentence: z.string(),
  /** How often it was seen, and in how many of the chances. */
  support: z.number().int(),
  chances: z.number().int(),
  confidencePct: z.number(),
  evidence: z.array(z.strictObject({ at: instantSchema, sentence: z.string() })).max(20),
  /** The rule to save, or null where the wish is to be asked no more. */
  rule: ruleSchema.nullable(),
  /** For "you always approve this": the channel whose policy would change. */
  stopAsking: channelRefSchema.nullable(),
  state: z.enum(['open', 'accepted', 'declined']),
});
export type RuleSuggestion = z.infer<typeof ruleSuggestionSchema>;
