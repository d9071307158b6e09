import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  instantSchema,
  personSchema,
  setpointSchema,
  siteIdSchema,
  siteInput,
  surfaceSchema,
} from './base.ts';
import { deviceRulesSchema } from './devices.ts';

/** A channel by its address. */
export const channelRefSchema = z.strictObject({ deviceId: deviceIdSchema, channelId: channelIdSchema });
export type ChannelRef = z.infer<typeof channelRefSchema>;

/** Local time of the site, `HH:MM`. */
export const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write the time as 22:30.');
/** 1 is Monday, 7 is Sunday, as ISO 8601 counts. */
const weekdaySchema = z.number().int().min(1).max(7);
/** From `from` up to `to`; an end before the start lies on the next day. No days means every day. */
export const dailyWindowSchema = z.strictObject({
  from: clockTimeSchema,
  to: clockTimeSchema,
  days: z.array(weekdaySchema).max(7),
});
export type DailyWindow = z.infer<typeof dailyWindowSchema>;

const itemId = z.string().min(1).max(40);

/** Two things that must not be at the same time. */
const interlockSchema = z.discriminatedUnion('kind', [
  /** `first` never runs while `second` runs, and the other way round. */
  z.strictObject({ id: itemId, kind: z.literal('never-together'), first: channelRefSchema, second: channelRefSchema }),
  /**
   * The battery does not feed this load: its discharge is held to what the rest of the house needs before the load starts,
   * whoever starts it, and until it ends.
   */
  z.strictObject({ id: itemId, kind: z.literal('not-from-battery'), load: channelRefSchema }),
]);

const quietWindowSchema = z.strictObject({
  id: itemId,
  name: z.string().trim().min(1).max(60),
  window: dailyWindowSchema,
  channels: z.array(channelRefSchema).min(1).max(40),
});

/** A measured temperature that keeps channels from running: above `maximumC`, below `minimumC`. */
const temperatureLimitSchema = z.strictObject({
  id: itemId,
  sensor: channelRefSchema,
  minimumC: z.number().min(-50).max(200).nullable(),
  maximumC: z.number().min(-50).max(200).nullable(),
  channels: z.array(channelRefSchema).min(1).max(40),
});

/** A number goes up by no more than this in a minute, in its own unit; the way down to rest is never slowed. */
const rampSchema = z.strictObject({ id: itemId, channel: channelRefSchema, perMinute: z.number().positive() });

/** When a person is asked although the house is in Automate. */
export const approvalPolicySchema = z.strictObject({
  channel: channelRefSchema,
  /** `sometimes`: on the first time, and above the power. */
  ask: z.enum(['always', 'sometimes', 'never']),
  firstTime: z.boolean(),
  abovePowerW: z.number().min(0).max(1_000_000).nullable(),
});
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;

/** A wall button or any input of a device that stops the house. */
const stopInputSchema = z.strictObject({
  id: itemId,
  channel: channelRefSchema,
  /** The state of the input that means STOP. */
  stopsWhen: z.enum(['on', 'off']),
});

/** The envelope as data: what the site may never leave, beside the limits of the settings and the rules of each device. */
export const safetySchema = z.strictObject({
  phases: z.union([z.literal(1), z.literal(3)]),
  /** Main fuse of each phase, A; null while nobody typed it. */
  fuseA: z.number().min(1).max(1_000).nullable(),
  voltageV: z.number().min(100).max(500),
  /** On which phase a channel draws; a channel that is not named draws on all of them evenly. */
  channelPhases: z
    .array(z.strictObject({ channel: channelRefSchema, phase: z.union([z.literal(1), z.literal(2), z.literal(3)]) }))
    .max(100),
  /** What the controllable loads together may draw while the grid meter is silent, W. */
  safeImportW: z.number().min(0).max(1_000_000),
  inverterMaxW: z.number().min(0).max(1_000_000).nullable(),
  batteryMaxChargeW: z.number().min(0).max(1_000_000).nullable(),
  batteryMaxDischargeW: z.number().min(0).max(1_000_000).nullable(),
  /** Battery temperatures outside which automation neither charges nor discharges. */
  batteryMinimumC: z.number().min(-40).max(60).nullable(),
  batteryMaximumC: z.number().min(0).max(100).nullable(),
  /** Miners may run on by the battery's voltage while its charge is not known. */
  minersByVoltage: z.boolean(),
  interlocks: z.array(interlockSchema).max(40),
  quietWindows: z.array(quietWindowSchema).max(40),
  temperatureLimits: z.array(temperatureLimitSchema).max(40),
  ramps: z.array(rampSchema).max(40),
  approvals: z.array(approvalPolicySchema).max(100),
  stopInputs: z.array(stopInputSchema).max(20),
});
export type Safety = z.infer<typeof safetySchema>;

export const DEFAULT_SAFETY: Safety = {
  phases: 1,
  fuseA: null,
  voltageV: 230,
  channelPhases: [],
  safeImportW: 4_000,
  inverterMaxW: null,
  batteryMaxChargeW: null,
  batteryMaxDischargeW: null,
  batteryMinimumC: 0,
  batteryMaximumC: 50,
  minersByVoltage: false,
  interlocks: [],
  quietWindows: [],
  temperatureLimits: [],
  ramps: [],
  approvals: [],
  stopInputs: [],
};

/** What each channel has used up of its rules: a visible counter. */
const channelUseOfRulesSchema = z.strictObject({
  channel: channelRefSchema,
  name: z.string(),
  rules: deviceRulesSchema,
  writesToday: z.number().int(),
  switchesLastHour: z.number().int(),
  /** What the device itself says that it can, for the forms; null where it has no range. */
  range: z.strictObject({ unit: z.string(), minimum: z.number(), maximum: z.number() }).nullable(),
  /** The observed period of its newest values and the limit of age that follows from it, ms. */
  freshness: z.strictObject({ observedMs: z.number().nullable(), limitMs: z.number() }).nullable(),
});
export type ChannelUseOfRules = z.infer<typeof channelUseOfRulesSchema>;

/** What a drill of the emergency stop found; nothing was switched. */
export const drillSchema = z.strictObject({
  siteId: siteIdSchema,
  at: instantSchema,
  who: z.string(),
  surface: surfaceSchema,
  tookMs: z.number(),
  devices: z.array(
    z.strictObject({
      channel: channelRefSchema,
      name: z.string(),
      now: setpointSchema.nullable(),
      wouldGoTo: setpointSchema.nullable(),
      result: z.enum(['ready', 'already-safe', 'no-answer', 'no-safe-state']),
      answeredAfterMs: z.number().nullable(),
    }),
  ),
  sentence: z.string(),
});
export type Drill = z.infer<typeof drillSchema>;

export const safetyQueries = {
  'safety.get': {
    input: siteInput,
    output: z.strictObject({
      safety: safetySchema,
      use: z.array(channelUseOfRulesSchema),
      lastDrill: drillSchema.nullable(),
    }),
  },
} as const;

export const safetyCommands = {
  /** The whole envelope at once; unsafe values are refused with the field and the reason, and nothing is changed. */
  'safety.set': {
    input: z.strictObject({ siteId: siteIdSchema, who: personSchema, safety: safetySchema }),
    output: safetySchema,
  },
  /** Goes through the emergency stop without switching anything. */
  'stop.drill': {
    input: z.strictObject({ siteId: siteIdSchema, who: personSchema, surface: surfaceSchema }),
    output: drillSchema,
  },
  /**
   * Keeps the hash (SHA-256) of a secret with which `POST /stop` stops the house, under a name; null takes it back, and
   * without a name all of them. Only from the terminal, where the secret is made and shown once.
   */
  'stop.setToken': {
    input: z.strictObject({
      who: personSchema,
      name: personSchema.nullable(),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
    output: z.strictObject({ names: z.array(z.string()) }),
  },
} as const;
