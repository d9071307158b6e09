import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';
import { within } from './bounds.ts';
import { DEFAULT_RHYTHM, rhythmProblems, rhythmShape } from './rhythm.ts';

/** Health, flows, settings, backups: how the application itself is doing. */
export const flowRunSchema = z.strictObject({
  id: z.string(),
  siteId: siteIdSchema,
  flow: z.string(),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  trigger: z.enum(['schedule', 'hand', 'event', 'start']),
  state: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'timed-out', 'interrupted']),
  attempt: z.number().int(),
  /** One readable line a step: what it did, with numbers. */
  report: z.array(
    z.strictObject({
      step: z.string(),
      state: z.enum(['running', 'done', 'failed', 'skipped']),
      sentence: z.string(),
      tookMs: z.number().nullable(),
    }),
  ),
});
export type FlowRun = z.infer<typeof flowRunSchema>;

const flowViewSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  schedule: z.string(),
  nextAt: instantSchema.nullable(),
  running: flowRunSchema.nullable(),
  last: flowRunSchema.nullable(),
});
export type FlowView = z.infer<typeof flowViewSchema>;

const componentHealthSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'failed', 'off']),
  sentence: z.string(),
  since: instantSchema,
});

const pollerHealthSchema = z.strictObject({
  deviceId: z.string(),
  name: z.string(),
  periodMs: z.number(),
  lastOkAt: instantSchema.nullable(),
  lastError: z.string().nullable(),
  consecutiveFailures: z.number().int(),
  nextAt: instantSchema.nullable(),
  polls24h: z.number().int(),
  errors24h: z.number().int(),
  rejected24h: z.number().int(),
  medianMs: z.number().nullable(),
});

/** How far one source could be believed, in per cent of the values that it should have given. */
const sourceQualitySchema = z.strictObject({
  source: z.string(),
  name: z.string(),
  kind: z.enum(['device', 'feed']),
  /** Null while nothing was asked of it that day. */
  todayPct: z.number().nullable(),
  weekPct: z.number().nullable(),
  good: z.number().int(),
  suspect: z.number().int(),
  rejected: z.number().int(),
  missing: z.number().int(),
});
export type SourceQuality = z.infer<typeof sourceQualitySchema>;

const rejectedSampleSchema = z.strictObject({
  name: z.string(),
  channelId: z.string(),
  metric: z.string(),
  at: instantSchema,
  value: z.number().nullable(),
  reason: z.string(),
});

export const healthViewSchema = z.strictObject({
  at: instantSchema,
  components: z.array(componentHealthSchema),
  pollers: z.array(pollerHealthSchema),
  quality: z.array(sourceQualitySchema),
  rejected: z.array(rejectedSampleSchema),
  eventLoop: z.strictObject({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number(), windowMs: z.number() }),
  database: z.strictObject({
    path: z.string(),
    bytes: z.number(),
    readings: z.number().int(),
    schemaVersion: z.number().int(),
    lastBackupAt: instantSchema.nullable(),
    lastBackupOk: z.boolean().nullable(),
    oldestReadingAt: instantSchema.nullable(),
  }),
  memoryBytes: z.number(),
  uptimeMs: z.number(),
  errors24h: z.number().int(),
  /** Features of the host that are missing (tray, notifications, keychain), each one sentence. */
  missing: z.array(z.string()),
});
export type HealthView = z.infer<typeof healthViewSchema>;

const backupSchema = z.strictObject({
  file: z.string(),
  at: instantSchema,
  bytes: z.number(),
  ok: z.boolean(),
  reason: z.string(),
});
export type Backup = z.infer<typeof backupSchema>;

/** Limits and preferences that steer control: they live in the database with an audit trail. */
export const siteSettingsSchema = z.strictObject({
  criticalSocPct: within(0, 100, '%'),
  minimumSocPct: within(0, 100, '%'),
  targetSocPct: within(0, 100, '%'),
  minersPauseBelowSocPct: within(0, 100, '%'),
  minersResumeAboveSocPct: within(0, 100, '%'),
  /** A miner starts only above this battery voltage, V. */
  minersStartVoltageV: within(0, 1_000, 'V'),
  maxGridImportW: within(0, 1_000, 'kW', 1_000),
  maxGridExportW: within(0, 1_000, 'kW', 1_000),
  batteryCapacityKwh: within(0, 10_000, 'kWh').nullable(),
  pvPeakW: within(0, 10_000, 'kW', 1_000).nullable(),
  approvalExpiresMs: within(10, 86_400, 's', 1_000),
  manualHoldMs: within(0, 1_440, 'min', 60_000),
  rawRetentionHours: within(24, 8_760, 'h'),
  hourlyRetentionDays: within(30, 4_000, 'd'),
  fixedImportPerKwh: z.number().nullable(),
  fixedExportPerKwh: z.number().nullable(),
  ...rhythmShape,
});
export type SiteSettings = z.infer<typeof siteSettingsSchema>;
export type SettingName = keyof SiteSettings;

/** Defaults of DOMAIN.md. */
export const DEFAULT_SETTINGS: SiteSettings = {
  criticalSocPct: 20,
  minimumSocPct: 30,
  targetSocPct: 80,
  minersPauseBelowSocPct: 50,
  minersResumeAboveSocPct: 80,
  minersStartVoltageV: 51,
  maxGridImportW: 11_000,
  maxGridExportW: 10_000,
  batteryCapacityKwh: null,
  pvPeakW: null,
  approvalExpiresMs: 300_000,
  manualHoldMs: 1_800_000,
  rawRetentionHours: 72,
  hourlyRetentionDays: 400,
  fixedImportPerKwh: null,
  fixedExportPerKwh: null,
  ...DEFAULT_RHYTHM,
};

/** Rules between fields; answers the field that is wrong with a sentence. */
export const settingsProblems = (settings: SiteSettings): Partial<Record<SettingName, string>> => {
  const problems: Partial<Record<SettingName, string>> = rhythmProblems(settings);
  if (settings.minimumSocPct < settings.criticalSocPct)
    problems.minimumSocPct = `The minimum must not lie below the critical ${settings.criticalSocPct} %.`;
  if (settings.targetSocPct < settings.minimumSocPct)
    problems.targetSocPct = `The target must not lie below the minimum of ${settings.minimumSocPct} %.`;
  if (settings.minersPauseBelowSocPct < settings.minimumSocPct)
    problems.minersPauseBelowSocPct = `Miners must pause above the minimum of ${settings.minimumSocPct} %.`;
  if (settings.minersResumeAboveSocPct <= settings.minersPauseBelowSocPct)
    problems.minersResumeAboveSocPct = `Resume must lie above the pause at ${settings.minersPauseBelowSocPct} %, or miners would flap.`;
  return problems;
};

export const settingChangeSchema = z.strictObject({
  name: z.string(),
  before: z.string().nullable(),
  after: z.string(),
  who: z.string(),
  at: instantSchema,
});

export const noticeSchema = z.strictObject({
  id: z.string(),
  at: instantSchema,
  level: z.enum(['info', 'attention', 'critical']),
  title: z.string(),
  text: z.string(),
  /** A stable name of a trouble that lasts until a notice of it is `recovered`. Left out: it happened once. */
  subject: z.string().optional(),
  recovered: z.boolean().optional(),
});
export type Notice = z.infer<typeof noticeSchema>;

export const houseQueries = {
  'flows.list': { input: siteInput, output: z.array(flowViewSchema) },
  'flows.runs': {
    input: z.strictObject({
      siteId: siteIdSchema,
      flow: z.string().optional(),
      limit: z.number().int().min(1).max(200).default(30),
    }),
    output: z.array(flowRunSchema),
  },
  'health.get': { input: siteInput, output: healthViewSchema },
  'settings.get': { input: siteInput, output: siteSettingsSchema },
  'settings.audit': { input: siteInput, output: z.array(settingChangeSchema) },
  'backups.list': { input: emptySchema, output: z.array(backupSchema) },
  'notices.list': { input: siteInput, output: z.array(noticeSchema) },
} as const;

export const houseCommands = {
  'flows.run': {
    input: z.strictObject({ siteId: siteIdSchema, flow: z.string(), who: personSchema }),
    output: z.strictObject({ runId: z.string() }),
  },
  'flows.cancel': {
    input: z.strictObject({ siteId: siteIdSchema, runId: z.string(), who: personSchema }),
    output: emptySchema,
  },
  'settings.set': {
    input: z.strictObject({ siteId: siteIdSchema, who: personSchema, changes: siteSettingsSchema.partial() }),
    output: siteSettingsSchema,
  },
  'settings.reset': { input: z.strictObject({ siteId: siteIdSchema, who: personSchema }), output: siteSettingsSchema },
  'backups.create': { input: z.strictObject({ who: personSchema }), output: backupSchema },
} as const;
