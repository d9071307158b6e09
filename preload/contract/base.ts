import { z } from 'zod';

/** Branded ids: a device's id is never taken for a site's. */
export const siteIdSchema = z.string().min(1).max(64).brand<'SiteId'>();
export type SiteId = z.infer<typeof siteIdSchema>;
export const deviceIdSchema = z.string().min(1).max(64).brand<'DeviceId'>();
export type DeviceId = z.infer<typeof deviceIdSchema>;
/** A channel is one measurable or controllable end of a device: `switch:0`, `battery`, `pv:1`. */
export const channelIdSchema = z.string().min(1).max(64).brand<'ChannelId'>();
export type ChannelId = z.infer<typeof channelIdSchema>;

/** UTC epoch milliseconds. */
export const instantSchema = z.number().int().min(0).max(8.64e15);
/** The name of the person who asks: kept in the log. */
export const personSchema = z.string().trim().min(1, 'Type a name: it is kept in the log.').max(80);

/** What is measured; the unit stands in the name. `on` is 0 or 1. */
export const METRIC_UNITS = {
  powerW: 'W',
  energyKwh: 'kWh',
  energyImportKwh: 'kWh',
  energyExportKwh: 'kWh',
  socPct: '%',
  sohPct: '%',
  voltageV: 'V',
  currentA: 'A',
  tempC: '°C',
  frequencyHz: 'Hz',
  on: '',
  setpointW: 'W',
  limitA: 'A',
  minSocPct: '%',
  capacityKwh: 'kWh',
  chargeLimitA: 'A',
  dischargeLimitA: 'A',
  stateCode: '',
  faultCode: '',
  hashrateThs: 'TH/s',
  efficiencyJTh: 'J/TH',
  targetTempC: '°C',
  targetSocPct: '%',
  powerLimitW: 'W',
  humidityPct: '%',
  valvePct: '%',
  fanRpm: 'rpm',
  irradianceWm2: 'W/m²',
} as const;
export type Metric = keyof typeof METRIC_UNITS;
export const metricSchema = z.enum(Object.keys(METRIC_UNITS) as [Metric, ...Metric[]]);

/** `good`: as measured. `suspect`: implausible, kept but not used to decide. `estimated`: computed. `demo`: from measured data of another time. */
const qualitySchema = z.enum(['good', 'suspect', 'estimated', 'demo']);
export type Quality = z.infer<typeof qualitySchema>;

/** fresh: within the limit. late: beyond the usual period, still usable to look at. stale: beyond the limit, never decided on. absent: no value. */
const freshnessSchema = z.enum(['fresh', 'late', 'stale', 'absent']);
export type Freshness = z.infer<typeof freshnessSchema>;

/** A value with its unit and age. `value` is null exactly when freshness is `absent`: absence is never 0. */
export const measureSchema = z.strictObject({
  value: z.number().nullable(),
  unit: z.string(),
  measuredAt: instantSchema.nullable(),
  limitMs: z.number(),
  freshness: freshnessSchema,
});
export type Measure = z.infer<typeof measureSchema>;

/** Watch: looks only. Suggest: asks before each action. Automate: acts inside the envelope. */
export const modeSchema = z.enum(['watch', 'suggest', 'automate']);
export type Mode = z.infer<typeof modeSchema>;

/**
 * Who wants it, in falling priority. `safety` is the guard of the house (overload, silent meter, interlock): it may only
 * take power away, and comes before a person since a breaker does not ask who wished it.
 */
export const originSchema = z.enum(['stop', 'safety', 'manual', 'rule', 'plan', 'advisor']);
export type Origin = z.infer<typeof originSchema>;

/** The surface a person used. */
export const surfaceSchema = z.enum([
  'window',
  'tray',
  'notification',
  'palette',
  'keyboard',
  'cli',
  'http',
  'mqtt',
  'input',
  'ntfy',
  'telegram',
  'email',
  'sms',
  'system',
]);
export type Surface = z.infer<typeof surfaceSchema>;

/**
 * A value asked of a controllable channel: a switch takes a boolean, a number one in the channel's unit, a choice the
 * name of one of its options, a time table its canonical text (time-table.ts). Equal settings are equal values.
 */
export const setpointSchema = z.union([z.boolean(), z.number(), z.string().max(2_000)]);
export type Setpoint = z.infer<typeof setpointSchema>;

/** What a person reads when something did not work. */
export const problemSchema = z.strictObject({
  code: z.string(),
  kind: z.enum(['temporary', 'permanent']),
  message: z.string(),
  advice: z.string(),
  /** For forms: the field that is wrong, and why. */
  fields: z.record(z.string(), z.string()).optional(),
  /** SHA-256 of a certificate that nobody vouches for: the person may compare it and agree to it. */
  fingerprint: z.string().optional(),
  retryAfterMs: z.number().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const emptySchema = z.strictObject({});
export const siteInput = z.strictObject({ siteId: siteIdSchema });
