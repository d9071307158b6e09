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
export const deviceRulesSchema = z.strictObject({
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
  /** Password, token or key. */
  password: z.string().max(2_000).optional(),
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
      /** What a controllable channel is set to now; null where it does not say. */
      setpoint: setpointSchema.nullable(),
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
  /** How it speaks unless the person says otherwise; null where encryption is not to be had. */
  encryption: z.enum(['off', 'verify']).nullable(),
  /** True where the device can say what may stand in the driver's own fields. */
  suggests: z.boolean(),
  pollPeriodMs: z.number(),
});
export type DriverView = z.infer<typeof driverViewSchema>;

/** A device that was heard or asked while the network was searched; nothing about it is saved. */
export const foundDeviceSchema = z.strictObject({
  driverId: driverIdSchema,
  label: z.string(),
  name: z.string(),
  model: z.string(),
  identity: z.string().nullable(),
  host: z.string(),
  port: z.number().int(),
  unitId: z.number().int().nullable(),
  how: z.enum(['announced', 'answered']),
  /** The name under which it is already here; null while it is new. */
  knownAs: z.string().nullable(),
});
export type FoundDevice = z.infer<typeof foundDeviceSchema>;

/** A search of the network that a person started, as it goes on. */
export const searchSchema = z.strictObject({
  searchId: z.string(),
  siteId: siteIdSchema,
  state: z.enum(['running', 'done', 'cancelled']),
  found: z.array(foundDeviceSchema),
  /** Which networks are looked at: "192.168.1.0/24". */
  networks: z.array(z.string()),
  sentence: z.string(),
});
export type DeviceSearch = z.infer<typeof searchSchema>;

/** What came of switching a device that is not saved yet, there and back. */
export const trialResult = z.strictObject({
  outcome: z.enum(['works', 'no-effect', 'not-confirmed', 'refused', 'unreachable', 'not-put-back']),
  sentence: z.string(),
  before: setpointSchema.nullable(),
  tried: setpointSchema.nullable(),
  powerBeforeW: z.number().nullable(),
  powerTriedW: z.number().nullable(),
  putBack: z.boolean(),
});
export type TrialResult = z.infer<typeof trialResult>;

/** What the energy balance says of one meter. */
const balanceFindingSchema = z.strictObject({
  deviceId: deviceIdSchema,
  channelId: channelIdSchema,
  name: z.string(),
  role: channelRoleSchema,
  scaleNow: powerScaleSchema,
  scaleFound: powerScaleSchema,
});

export const balanceCheckSchema = z.strictObject({
  /** `right`: nothing to change. `found`: one set of factors closes the balance and no other does. `refused`: say so. */
  outcome: z.enum(['right', 'found', 'refused']),
  sentence: z.string(),
  findings: z.array(balanceFindingSchema),
  samples: z.number().int(),
  /** What is left of pv + grid − battery − load, W, as median of the samples; null where nothing could be summed. */
  residualNowW: z.number().nullable(),
  residualFoundW: z.number().nullable(),
});
export type BalanceCheck = z.infer<typeof balanceCheckSchema>;

/** One line of a list of devices, after it was looked at. */
const csvRowSchema = z.strictObject({
  line: z.number().int(),
  name: z.string(),
  driverId: z.string(),
  state: z.enum(['ready', 'added', 'problem']),
  sentence: z.string(),
});
export const csvReportSchema = z.strictObject({ rows: z.array(csvRowSchema), added: z.number().int() });
export type CsvReport = z.infer<typeof csvReportSchema>;

export const deviceQueries = {
  'devices.list': { input: siteInput, output: z.array(deviceViewSchema) },
  'devices.drivers': { input: emptySchema, output: z.array(driverViewSchema) },
  /** Listens to the meters for a while and says whether signs and units are right, with the proof. */
  'devices.checkBalance': { input: siteInput, output: balanceCheckSchema },
  'devices.exportCsv': { input: siteInput, output: z.strictObject({ csv: z.string() }) },
} as const;

export const deviceCommands = {
  /** Reads the device once and says what is there; saves and writes nothing. */
  'devices.probe': { input: probeInput, output: probeResult },
  /** Starts a search; what it finds comes as `search` events. A scan asks every address of the own networks once. */
  'devices.search': {
    input: z.strictObject({ siteId: siteIdSchema, scan: z.boolean(), who: personSchema }),
    output: z.strictObject({ searchId: z.string() }),
  },
  'devices.endSearch': { input: z.strictObject({ searchId: z.string() }), output: emptySchema },
  /** Lines that the person may choose from for a field of the form, such as the entities of a hub. */
  'devices.suggestOptions': {
    input: probeInput,
    output: z.array(z.strictObject({ field: z.string(), line: z.string(), label: z.string() })),
  },
  /** With consent only: switches a device that is not saved yet, there and back, and says what was measured. */
  'devices.try': {
    input: probeInput.extend({ channelId: channelIdSchema, who: personSchema, consent: z.literal(true) }),
    output: trialResult,
  },
  /** A new address or password for a device that is here; it must be the same device. */
  'devices.reconnect': {
    input: z.strictObject({
      siteId: siteIdSchema,
      deviceId: deviceIdSchema,
      connection: connectionSchema,
      password: z.string().max(2_000).optional(),
      who: personSchema,
    }),
    output: emptySchema,
  },
  /** With `dryRun` nothing is saved; without it every line that is ready is probed and added, and the others are told. */
  'devices.importCsv': {
    input: z.strictObject({
      siteId: siteIdSchema,
      csv: z.string().max(1_000_000),
      dryRun: z.boolean(),
      who: personSchema,
    }),
    output: csvReportSchema,
  },
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
