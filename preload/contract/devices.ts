import { z } from 'zod';
import {
  channelIdSchema,
  deviceIdSchema,
  emptySchema,
  instantSchema,
  measureSchema,
  metricSchema,
  originSchema,
  personSchema,
  setpointSchema,
  siteIdSchema,
  siteInput,
} from './base.ts';

/** What a channel is for the house. `flexible` kinds (miner, water-heater, other-load) may be moved or paused. */
export const channelRoleSchema = z.enum([
  'pv',
  'battery',
  'grid',
  'load',
  'miner',
  'water-heater',
  'other-load',
  'none',
]);
export type ChannelRole = z.infer<typeof channelRoleSchema>;

/** `primary` channels of a role are summed into the site's state; `check` channels only confirm or stand in. */
const channelUseSchema = z.enum(['primary', 'check']);

/** The limits that hold whoever asks. Elapsed times survive restarts and replans. */
const deviceRulesSchema = z.strictObject({
  minOnMs: z.number().min(0),
  minOffMs: z.number().min(0),
  maxSwitchesPerHour: z.number().int().min(1),
  writeBudgetPerDay: z.number().int().min(1),
});
export type DeviceRules = z.infer<typeof deviceRulesSchema>;

export const channelConfigSchema = z.strictObject({
  channelId: channelIdSchema,
  name: z.string().min(1).max(80),
  role: channelRoleSchema,
  use: channelUseSchema,
  /** Flexible loads: 1 is kept longest. */
  priority: z.number().int().min(1).max(9),
  /** Where the channel goes at STOP and when nothing is known; null where nothing can be controlled. */
  safeState: setpointSchema.nullable(),
  /** Power that the load is expected to draw when on, W; learnt from measurement later. */
  ratedPowerW: z.number().min(0).nullable(),
  rules: deviceRulesSchema.nullable(),
  /** False until the person allows control of this channel. */
  controllable: z.boolean(),
});
export type ChannelConfig = z.infer<typeof channelConfigSchema>;

/** `address` is host:port on the local network; secrets are kept apart and never read back. */
export const connectionSchema = z.strictObject({
  host: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65535),
  unitId: z.number().int().min(0).max(247).optional(),
});
export type Connection = z.infer<typeof connectionSchema>;

/** Vendor ids as in the registry: `victron-gx`, `solark`, `shelly-gen2`. */
const driverIdSchema = z.string().min(1).max(40);

const controlKindSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('switch') }),
  z.strictObject({
    kind: z.literal('number'),
    unit: z.string(),
    minimum: z.number(),
    maximum: z.number(),
    step: z.number().positive(),
  }),
]);
export type ControlKind = z.infer<typeof controlKindSchema>;

/** Four steps of a command as the screen draws them. */
export const commandStepSchema = z.enum(['checked', 'sent', 'read', 'moved']);

/** What we know of a commanded channel after reading it back. */
const verdictSchema = z.enum(['confirmed', 'limited', 'settling', 'not-confirmed', 'foreign-change', 'unreachable']);
export type Verdict = z.infer<typeof verdictSchema>;

export const holdSchema = z.strictObject({
  owner: z.string(),
  origin: originSchema,
  reason: z.string(),
  since: instantSchema,
  until: instantSchema,
});
export type Hold = z.infer<typeof holdSchema>;

const channelViewSchema = channelConfigSchema.extend({
  control: controlKindSchema.nullable(),
  measures: z.partialRecord(metricSchema, measureSchema),
  /** The newest read-back of the controllable value; null when never read or too old. */
  setpoint: setpointSchema.nullable(),
  setpointSince: instantSchema.nullable(),
  energyTodayKwh: z.number().nullable(),
  hold: holdSchema.nullable(),
  /** The command on its way, with the step that it has reached. */
  pending: z
    .strictObject({ actionId: z.string(), value: setpointSchema, step: commandStepSchema, since: instantSchema })
    .nullable(),
  /** The last outcome that needs a person's eye: not confirmed, foreign change. */
  trouble: z
    .strictObject({ actionId: z.string(), verdict: verdictSchema, sentence: z.string(), at: instantSchema })
    .nullable(),
});
export type ChannelView = z.infer<typeof channelViewSchema>;

const deviceStateSchema = z.enum(['starting', 'online', 'late', 'offline']);

export const deviceViewSchema = z.strictObject({
  id: deviceIdSchema,
  siteId: siteIdSchema,
  driverId: driverIdSchema,
  driverLabel: z.string(),
  name: z.string(),
  identity: z.string().nullable(),
  connection: connectionSchema,
  state: deviceStateSchema,
  lastSeenAt: instantSchema.nullable(),
  /** Why it is offline and when it is asked again. */
  problem: z.strictObject({ message: z.string(), advice: z.string(), since: instantSchema }).nullable(),
  nextPollAt: instantSchema.nullable(),
  channels: z.array(channelViewSchema),
});
export type DeviceView = z.infer<typeof deviceViewSchema>;

const probeInput = z.strictObject({
  siteId: siteIdSchema,
  driverId: driverIdSchema,
  connection: connectionSchema,
  password: z.string().max(200).optional(),
});

export const probeResult = z.strictObject({
  identity: z.string(),
  model: z.string(),
  channels: z.array(
    z.strictObject({
      channelId: channelIdSchema,
      suggestedName: z.string(),
      suggestedRole: channelRoleSchema,
      control: controlKindSchema.nullable(),
      readings: z.array(z.strictObject({ metric: metricSchema, value: z.number(), unit: z.string() })),
    }),
  ),
});
export type ProbeResult = z.infer<typeof probeResult>;

export const deviceQueries = {
  'devices.list': { input: siteInput, output: z.array(deviceViewSchema) },
  'devices.drivers': {
    input: emptySchema,
    output: z.array(
      z.strictObject({
        id: driverIdSchema,
        label: z.string(),
        defaultPort: z.number(),
        needsUnitId: z.boolean(),
        takesPassword: z.boolean(),
      }),
    ),
  },
} as const;

export const deviceCommands = {
  /** Reads the device once and says what is there; saves and writes nothing. */
  'devices.probe': { input: probeInput, output: probeResult },
  'devices.add': {
    input: probeInput.extend({
      name: z.string().trim().min(1).max(80),
      who: personSchema,
      channels: z.array(channelConfigSchema),
    }),
    output: z.strictObject({ deviceId: deviceIdSchema }),
  },
  'devices.remove': {
    input: z.strictObject({ siteId: siteIdSchema, deviceId: deviceIdSchema, who: personSchema }),
    output: emptySchema,
  },
  'devices.configure': {
    input: z.strictObject({
      siteId: siteIdSchema,
      deviceId: deviceIdSchema,
      who: personSchema,
      channel: channelConfigSchema,
    }),
    output: emptySchema,
  },
} as const;
