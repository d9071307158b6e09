import { z } from 'zod';
import { instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';
import {
  pastOfRuleSchema,
  presetSchema,
  replaySchema,
  ruleFiringSchema,
  ruleModeSchema,
  ruleProblemSchema,
  ruleSchema,
  ruleSuggestionSchema,
  ruleViewSchema,
} from './rules.ts';
import { scheduleSchema, scheduleViewSchema, workflowRunSchema, workflowSchema } from './workflows.ts';

/** What may be asked and told about rules, schedules, workflows and what is learnt from people. */
const asPerson = { siteId: siteIdSchema, who: personSchema };

export const ruleQueries = {
  'rules.list': {
    input: siteInput,
    output: z.strictObject({
      rules: z.array(ruleViewSchema),
      /** All rules run dry. */
      testMode: z.boolean(),
      lastTickAt: instantSchema.nullable(),
      lastTickMs: z.number().nullable(),
    }),
  },
  'rules.firings': {
    input: z.strictObject({
      siteId: siteIdSchema,
      ruleId: z.string().optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.array(ruleFiringSchema),
  },
  'rules.versions': {
    input: z.strictObject({ siteId: siteIdSchema, ruleId: z.string() }),
    output: z.array(
      z.strictObject({ version: z.number().int(), at: instantSchema, who: z.string(), rule: ruleSchema.nullable() }),
    ),
  },
  /** Problems and the past of a rule that is not saved yet. */
  'rules.check': {
    input: z.strictObject({ siteId: siteIdSchema, rule: ruleSchema }),
    output: z.strictObject({
      sentence: z.string(),
      problems: z.array(ruleProblemSchema),
      past: pastOfRuleSchema.nullable(),
    }),
  },
  /** Drafts stand for the saved rules of the same id; other saved rules that are not off run along unless `only`. */
  'rules.replay': {
    input: z.strictObject({
      siteId: siteIdSchema,
      from: instantSchema,
      to: instantSchema,
      drafts: z.array(ruleSchema).max(50),
      only: z.boolean().default(false),
    }),
    output: replaySchema,
  },
  'rules.presets': { input: siteInput, output: z.array(presetSchema) },
  'rules.export': { input: siteInput, output: z.strictObject({ json: z.string() }) },
  'rules.suggestions': { input: siteInput, output: z.array(ruleSuggestionSchema) },
  'schedules.list': { input: siteInput, output: z.array(scheduleViewSchema) },
  'workflows.list': { input: siteInput, output: z.array(workflowSchema) },
  'workflows.runs': {
    input: z.strictObject({ siteId: siteIdSchema, limit: z.number().int().min(1).max(100).default(30) }),
    output: z.array(workflowRunSchema),
  },
} as const;

const emptyReply = z.strictObject({});

export const ruleCommands = {
  /** Refused while the check finds errors, or warnings that were not accepted. Answers the new version. */
  'rules.save': {
    input: z.strictObject({ ...asPerson, rule: ruleSchema, acceptWarnings: z.boolean() }),
    output: z.strictObject({ version: z.number().int(), problems: z.array(ruleProblemSchema) }),
  },
  'rules.setMode': {
    input: z.strictObject({ ...asPerson, ruleId: z.string(), mode: ruleModeSchema }),
    output: emptyReply,
  },
  'rules.remove': { input: z.strictObject({ ...asPerson, ruleId: z.string() }), output: emptyReply },
  /** Takes an earlier version up again, also of a removed rule, as a new version. */
  'rules.restore': {
    input: z.strictObject({ ...asPerson, ruleId: z.string(), version: z.number().int() }),
    output: z.strictObject({ version: z.number().int() }),
  },
  /** All or nothing; each rule is checked like a typed one and comes in as `off`. */
  'rules.import': {
    input: z.strictObject({ ...asPerson, json: z.string().max(200_000) }),
    output: z.strictObject({ added: z.number().int(), replaced: z.number().int() }),
  },
  'rules.setTestMode': { input: z.strictObject({ ...asPerson, on: z.boolean() }), output: emptyReply },
  'rules.answerSuggestion': {
    input: z.strictObject({ ...asPerson, suggestionId: z.string(), answer: z.enum(['accept', 'decline']) }),
    output: emptyReply,
  },
  'schedules.save': { input: z.strictObject({ ...asPerson, schedule: scheduleSchema }), output: emptyReply },
  'schedules.remove': { input: z.strictObject({ ...asPerson, scheduleId: z.string() }), output: emptyReply },
  'workflows.save': { input: z.strictObject({ ...asPerson, workflow: workflowSchema }), output: emptyReply },
  'workflows.remove': { input: z.strictObject({ ...asPerson, workflowId: z.string() }), output: emptyReply },
  'workflows.run': {
    input: z.strictObject({ ...asPerson, workflowId: z.string() }),
    output: z.strictObject({ runId: z.string() }),
  },
  'workflows.cancel': { input: z.strictObject({ ...asPerson, runId: z.string() }), output: emptyReply },
} as const;
