import { z } from 'zod';
import { instantSchema } from './base.ts';
import { conditionSchema, ruleActionSchema } from './rules.ts';

/** Schedules and workflows as documents: what is done at a time, and what is done step by step. */

/** When a schedule begins. */
const scheduleWhenSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once'), at: instantSchema }),
  /** RFC 5545: `FREQ=WEEKLY;BYDAY=MO,FR`, from a local start `2026-05-01T22:30` of the site. */
  z.strictObject({
    kind: z.literal('recurring'),
    rrule: z.string().min(1).max(300),
    startLocal: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/),
  }),
]);

export const scheduleSchema = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  when: scheduleWhenSchema,
  actions: z.array(ruleActionSchema).min(1).max(10),
  /** What was switched goes back after so long, ms; null leaves it. */
  durationMs: z.number().int().min(60_000).max(86_400_000).nullable(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const scheduleViewSchema = z.strictObject({
  schedule: scheduleSchema,
  /** In words: every Monday and Friday at 22:30. */
  sentence: z.string(),
  nextAt: z.array(instantSchema).max(5),
  last: z
    .strictObject({ at: instantSchema, state: z.enum(['done', 'partly', 'refused', 'missed']), sentence: z.string() })
    .nullable(),
});
export type ScheduleView = z.infer<typeof scheduleViewSchema>;

export const workflowStepSchema = z.discriminatedUnion('step', [
  /** Waits for the outcome; tried again; `undo` runs, last first, when a later step fails. */
  z.strictObject({
    step: z.literal('act'),
    action: ruleActionSchema,
    retries: z.number().int().min(0).max(5),
    undo: ruleActionSchema.nullable(),
  }),
  z.strictObject({ step: z.literal('wait'), ms: z.number().int().min(1_000).max(86_400_000) }),
  z.strictObject({
    step: z.literal('wait-until'),
    condition: conditionSchema,
    limitMs: z.number().int().min(1_000).max(86_400_000),
    onLimit: z.enum(['go-on', 'fail']),
  }),
  z.strictObject({ step: z.literal('check'), condition: conditionSchema, otherwise: z.enum(['end', 'fail']) }),
]);
export type WorkflowStep = z.infer<typeof workflowStepSchema>;

export const workflowSchema = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  steps: z.array(workflowStepSchema).min(1).max(20),
  /** Goes on after a restart where the step under way is a wait; otherwise it is ended with a message. */
  resumes: z.boolean(),
});
export type Workflow = z.infer<typeof workflowSchema>;

export const workflowRunSchema = z.strictObject({
  id: z.string(),
  workflowId: z.string(),
  name: z.string(),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  begunBy: z.string(),
  state: z.enum(['running', 'done', 'failed', 'undone', 'cancelled', 'interrupted']),
  /** 0-based. */
  stepIndex: z.number().int(),
  steps: z.array(
    z.strictObject({
      sentence: z.string(),
      state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'undone']),
      at: instantSchema.nullable(),
    }),
  ),
  sentence: z.string(),
});
export type WorkflowRun = z.infer<typeof workflowRunSchema>;
