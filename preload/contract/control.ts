import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  emptySchema,
  instantSchema,
  originSchema,
  personSchema,
  setpointSchema,
  siteIdSchema,
  siteInput,
  surfaceSchema,
} from './base.ts';
import { commandStepSchema } from './devices.ts';

/** One stage of the safety envelope and what it said. Stages only narrow what earlier ones left. */
const stageVerdictSchema = z.strictObject({
  stage: z.string(),
  outcome: z.enum(['passed', 'narrowed', 'refused']),
  code: z.string(),
  sentence: z.string(),
});
export type StageVerdict = z.infer<typeof stageVerdictSchema>;

const actionOutcomeSchema = z.enum([
  'pending',
  'refused',
  'confirmed',
  'limited',
  'settling',
  'not-confirmed',
  'rolled-back',
  'rollback-failed',
  'unreachable',
  'unchanged',
  'interrupted',
]);
export type ActionOutcome = z.infer<typeof actionOutcomeSchema>;

/** A command with its outcome, as logged. The row exists before the wire is touched. */
export const actionSchema = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  deviceName: z.string(),
  asked: setpointSchema,
  /** After the envelope narrowed it; null when refused. */
  allowed: setpointSchema.nullable(),
  before: setpointSchema.nullable(),
  origin: originSchema,
  who: z.string(),
  surface: surfaceSchema,
  reason: z.string(),
  reasonCode: z.string(),
  /** The alternative: what would come of not doing it; missing where nobody said. */
  ifIgnored: z.string().optional(),
  verdict: z.enum(['allowed', 'narrowed', 'refused']).nullable(),
  stages: z.array(stageVerdictSchema),
  step: commandStepSchema.nullable(),
  outcome: actionOutcomeSchema,
  sentence: z.string(),
  attempts: z.number().int(),
  createdAt: instantSchema,
  sentAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
});
export type Action = z.infer<typeof actionSchema>;

/** A wish that waits for a person in Suggest mode. */
export const pendingProposalSchema = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  deviceName: z.string(),
  setpoint: setpointSchema,
  origin: originSchema,
  reason: z.string(),
  reasonCode: z.string(),
  ifIgnored: z.string(),
  stages: z.array(stageVerdictSchema),
  /** Why a person is asked: the mode, or the policy of the channel. */
  askedBecause: z.enum(['suggest', 'always', 'first-time', 'above-power']),
  /** What it would draw, W; null where nobody knows. */
  powerW: z.number().nullable(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
});
export type PendingProposal = z.infer<typeof pendingProposalSchema>;

/** A question that has its answer, or none in time. */
export const settledProposalSchema = z.strictObject({
  proposal: pendingProposalSchema,
  state: z.enum(['approved', 'denied', 'expired', 'cancelled']),
  settledAt: instantSchema,
  /** Who decided and where; null where it ended by itself. */
  who: z.string().nullable(),
  surface: surfaceSchema.nullable(),
  sentence: z.string(),
  actionId: z.string().nullable(),
});
export type SettledProposal = z.infer<typeof settledProposalSchema>;

const actionReply = z.strictObject({ actionId: z.string() });

export const controlQueries = {
  'control.actions': {
    input: z.strictObject({
      siteId: siteIdSchema,
      limit: z.number().int().min(1).max(500).default(50),
      before: instantSchema.optional(),
    }),
    output: z.array(actionSchema),
  },
  'control.proposals': { input: siteInput, output: z.array(pendingProposalSchema) },
  'control.settledProposals': {
    input: z.strictObject({ siteId: siteIdSchema, limit: z.number().int().min(1).max(200).default(30) }),
    output: z.array(settledProposalSchema),
  },
} as const;

export const controlCommands = {
  /** Answers as soon as the envelope has spoken and the row is written; progress comes as events. */
  'control.set': {
    input: z.strictObject({
      siteId: siteIdSchema,
      deviceId: deviceIdSchema,
      channelId: channelIdSchema,
      value: setpointSchema,
      who: personSchema,
      surface: surfaceSchema,
      reason: z.string().trim().max(200).optional(),
      holdMs: z.number().int().min(0).max(86_400_000).optional(),
    }),
    output: actionReply,
  },
  'control.retry': {
    input: z.strictObject({ siteId: siteIdSchema, actionId: z.string(), who: personSchema, surface: surfaceSchema }),
    output: actionReply,
  },
  'control.releaseHold': {
    input: z.strictObject({
      siteId: siteIdSchema,
      deviceId: deviceIdSchema,
      channelId: channelIdSchema,
      who: personSchema,
    }),
    output: emptySchema,
  },
  'control.dismiss': {
    input: z.strictObject({ siteId: siteIdSchema, actionId: z.string(), who: personSchema }),
    output: emptySchema,
  },
  'control.approve': {
    input: z.strictObject({ siteId: siteIdSchema, proposalId: z.string(), who: personSchema, surface: surfaceSchema }),
    output: actionReply,
  },
  'control.deny': {
    input: z.strictObject({ siteId: siteIdSchema, proposalId: z.string(), who: personSchema, surface: surfaceSchema }),
    output: emptySchema,
  },
  /** Ends every open question and voids what was sent about them. */
  'control.cancelQuestions': {
    input: z.strictObject({ siteId: siteIdSchema, who: personSchema, surface: surfaceSchema }),
    output: z.strictObject({ cancelled: z.number().int() }),
  },
} as const;
