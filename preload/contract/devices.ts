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

/** What a channel is for the house. */
export const channelRoleSchema = z.enum([
  'pv',
  'battery',
  'grid',
  'load',
  'miner',
  'water-heater',
  'ev',
  'heat-pump',
  'climate',
  'other-load',
  'none',
]);
export type ChannelRole = z.infer<typeof channelRoleSchema>;

/** Loads that may be moved or paused; everything else of the house is its base load. */
const FLEXIBLE_ROLES: ReadonlySet<ChannelRole> = new Set<ChannelRole>([
  'miner',
  'water-heater',
  'ev',
  'heat-pump',
  'climate',
  'other-load',
]);
export const isFlexible = (role: ChannelRole): boolean => FLEXIBLE_ROLES.has(role);

/** Factors that mend a meter mounted the wrong way round or counting in kW. */
export const POWER_SCALES = [1, -1, 1000, -1000, 0.001, -0.001] as const;
const powerScaleSchema = z.union(POWER_SCALES.map((scale) => z.literal(scale)));
export type PowerScale = (typeof POWER_SCALES)[number];

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
  /** What its power is multiplied with, as the energy balance showed; left out where it is right as it comes. */
  powerScale: powerScaleSchema.optional(),
});
export type ChannelConfig = z.infer<typeof channelConfigSchema>;

/** `off`: plain. `verify`: the system's authorities decide. `pinned`: the one certificate that a person agreed to. */
const encryptionSchema = z.enum(['off', 'verify', 'pinned']);

/** Where a device is asked: on the local network, at its vendor's cloud, or where it dials in. Secrets are kept apart. */
export const connectionSchema = z.strictObject({
  host: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65535),
  unitId: z.number().int().min(0).max(247).optional(),
  /** Left out: as the driver does by itself. */
  encryption: encryptionSchema.optional(),
  /** SHA-256 of the certificate that a person agreed to; with `pinned` only. */
  fingerprint: z.string().max(128).optional(),
  /** The driver's own fields by name, such as account, portal id, topics. */
  options: z.record(z.string().max(40), z.string().max(8_000)).optional(),
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
  z.strictObject({
    kind: z.literal('choice'),
    options: z.array(z.strictObject({ value: z.string().min(1).max(60), label: z.string() })).min(2),
  }),
  /** A whole day in slots, written as one (time-table.ts). */
  z.strictObject({ kind: z.literal('time-table'), slots: z.number().int().min(1), maximumW: z.number().positive() }),
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

/** What a person looks for when adding a device. */
export const deviceClassSchema = z.enum(['inverter', 'meter', 'plug', 'miner', 'heating', 'car', 'hub']);
export type DeviceClass = z.infer<typeof deviceClassSchema>;

/** A field of the connection that only this driver has; `lines` is a small document such as topics, one a line. */
export const optionFieldSchema = z.strictObject({
  name: z.string().min(1).max(40),
  label: z.string(),
  help: z.string(),
  kind: z.enum(['text', 'number', 'choice', 'lines']),
  required: z.boolean(),
  default: z.string().optional(),
  choices: z.array(z.strictObject({ value: z.string(), label: z.string() })).optional(),
});
export type OptionField = z.infer<typeof optionFieldSchema>;

/** What the form of a driver asks for. */
const driverViewSchema = z.strictObject({
  id: driverIdSchema,
  label: z.string(),
  vendor: z.string(),
  deviceClass: deviceClassSchema,
  /** `local`: its address is typed or found. `cloud`: the vendor's host is known. `incoming`: it dials us. */
  reach: z.enum(['local', 'cloud', 'incoming']),
  products: z.array(z.string()),
  defaultHost: z.string().nullable(),
  defaultPort: z.number(),
  needsUnitId: z.boolean(),
  takesPassword: z.boolean(),
  /** What the secret is called and where it is found: "Access token: VRM, Preferences, Integrations". */
  secretLabel: z.string(),
  secretHelp: z.string(),
  options: z.array(optionFieldSchema),
  /** True where the network can be searched for it. */
  discoverable: z.boolean(),
  pollPeriodMs: z.number(),
});
export type DriverView = z.infer<typeof driverViewSchema>;

export const deviceQueries = {
  'devices.list': { input: siteInput, output: z.array(deviceViewSchema) },
  'devices.drivers': { input: emptySchema, output: z.array(driverViewSchema) },
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
