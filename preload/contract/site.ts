import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  emptySchema,
  instantSchema,
  measureSchema,
  modeSchema,
  personSchema,
  siteIdSchema,
  siteInput,
  surfaceSchema,
} from './base.ts';
import { channelRoleSchema } from './devices.ts';

export const siteSchema = z.strictObject({
  id: siteIdSchema,
  name: z.string().trim().min(1).max(80),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  timeZone: z.string().min(1).max(64),
  currency: z.string().length(3),
  demo: z.boolean(),
  /** Where a demo's numbers come from, in one sentence; null for a real home. */
  provenance: z.string().nullable(),
});
export type Site = z.infer<typeof siteSchema>;

/** One load as the flow map draws it. */
const flowLoadSchema = z.strictObject({
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  name: z.string(),
  role: channelRoleSchema,
  priority: z.number(),
  power: measureSchema,
  on: z.boolean().nullable(),
  /** One short clause: what it does or waits for. */
  note: z.string(),
});
export type FlowLoad = z.infer<typeof flowLoadSchema>;

/** The derived state of a home: pv + grid = load + battery; grid + is import, battery + is charging. */
export const liveStateSchema = z.strictObject({
  siteId: siteIdSchema,
  at: instantSchema,
  pvW: measureSchema,
  gridW: measureSchema,
  batteryW: measureSchema,
  loadW: measureSchema,
  /** Load less every measured flexible load. */
  householdW: measureSchema,
  socPct: measureSchema,
  batteryTempC: measureSchema,
  batteryVoltageV: measureSchema,
  /** pv + grid − battery − load where all four are measured, W; null otherwise. */
  unmeasuredW: z.number().nullable(),
  /** True where the balance closes within 5 % (or 100 W). */
  balanced: z.boolean().nullable(),
  loads: z.array(flowLoadSchema),
});
export type LiveState = z.infer<typeof liveStateSchema>;

const stopDeviceSchema = z.strictObject({
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  name: z.string(),
  role: channelRoleSchema,
  safeState: z.string(),
  /** `safe` only after a read-back newer than the stop. */
  state: z.enum(['commanded', 'safe', 'no-answer']),
  readBack: z.string().nullable(),
  attempts: z.number(),
  confirmedAfterMs: z.number().nullable(),
  lastAskedAt: instantSchema.nullable(),
  nextAskAt: instantSchema.nullable(),
});

export const stopStateSchema = z.strictObject({
  siteId: siteIdSchema,
  stoppedAt: instantSchema,
  who: z.string(),
  surface: surfaceSchema,
  why: z.string().nullable(),
  whyAt: instantSchema.nullable(),
  modeBefore: modeSchema,
  /** Until the last device was commanded, and until the last answer; null while not yet. */
  commandedAfterMs: z.number().nullable(),
  answeredAfterMs: z.number().nullable(),
  devices: z.array(stopDeviceSchema),
});
export type StopState = z.infer<typeof stopStateSchema>;

export const centerStatusSchema = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'serve', 'cli', 'test']),
  now: instantSchema,
  startedAt: instantSchema,
  activeSiteId: siteIdSchema,
  sites: z.array(siteSchema),
  mode: modeSchema,
  /** All rules run dry: they decide and write down, and ask for nothing. */
  testMode: z.boolean(),
  stop: stopStateSchema.nullable(),
  pendingProposals: z.number().int(),
});
export type CenterStatus = z.infer<typeof centerStatusSchema>;

/** What the house does and why, in one sentence each, with what is next and what needs a person. */
export const overviewSchema = z.strictObject({
  siteId: siteIdSchema,
  at: instantSchema,
  /** "Charging the battery from the sun while Miner A runs." */
  sentence: z.string(),
  reason: z.string(),
  reasonCode: z.string(),
  /** What bound the decision and what doing otherwise would have cost; empty where nothing is known. */
  because: z.array(z.string()),
  soc: z.strictObject({
    nowPct: z.number().nullable(),
    inSixHours: z.strictObject({ at: instantSchema, p10: z.number(), p50: z.number(), p90: z.number() }).nullable(),
    minimumPct: z.number(),
    capacityKwh: z.number().nullable(),
  }),
  today: z.strictObject({
    pvKwh: z.number().nullable(),
    loadKwh: z.number().nullable(),
    importKwh: z.number().nullable(),
    exportKwh: z.number().nullable(),
    cost: z.number().nullable(),
    costWithoutBattery: z.number().nullable(),
    selfSufficiencyPct: z.number().nullable(),
    /** Share of today's minutes that have data, 0 to 100. */
    coveragePct: z.number(),
  }),
  next: z.array(
    z.strictObject({ at: instantSchema, role: channelRoleSchema, sentence: z.string(), expected: z.boolean() }),
  ),
  attention: z.array(
    z.strictObject({
      kind: z.enum(['not-confirmed', 'offline', 'stale', 'flow-failed', 'balance', 'foreign-change']),
      subject: z.string(),
      sentence: z.string(),
      actionId: z.string().nullable(),
      deviceId: deviceIdSchema.nullable(),
    }),
  ),
});
export type Overview = z.infer<typeof overviewSchema>;

export const siteQueries = {
  'center.status': { input: emptySchema, output: centerStatusSchema },
  /** A fresh one-time address of the page; null where the host has none. */
  'center.link': { input: emptySchema, output: z.strictObject({ address: z.string().nullable() }) },
  'site.live': { input: siteInput, output: liveStateSchema },
  'site.overview': { input: siteInput, output: overviewSchema },
} as const;

const asPerson = { siteId: siteIdSchema, who: personSchema, surface: surfaceSchema };

export const siteCommands = {
  'site.leaveDemo': {
    input: siteSchema.omit({ id: true, demo: true, provenance: true }).extend({ who: personSchema }),
    output: z.strictObject({ siteId: siteIdSchema }),
  },
  /** Name, place, clock and currency of a home that is not the demo. */
  'site.edit': {
    input: siteSchema
      .omit({ id: true, demo: true, provenance: true })
      .extend({ siteId: siteIdSchema, who: personSchema }),
    output: emptySchema,
  },
  'site.open': { input: siteInput, output: emptySchema },
  'mode.set': { input: z.strictObject({ ...asPerson, mode: modeSchema }), output: emptySchema },
  /** One click, no question; `why` can be typed after with stop.explain. */
  'stop.activate': {
    input: z.strictObject({ ...asPerson, why: z.string().trim().max(400).optional() }),
    output: stopStateSchema,
  },
  'stop.explain': {
    input: z.strictObject({ ...asPerson, why: z.string().trim().min(1).max(400) }),
    output: stopStateSchema,
  },
  /** Only a person ends a stop; the house comes back in Watch. */
  'stop.release': { input: z.strictObject(asPerson), output: emptySchema },
} as const;
