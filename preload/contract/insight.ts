import { z } from 'zod';
import { instantSchema, siteIdSchema } from './base.ts';
import { type ModelKind, modelKindSchema } from './models.ts';

/** Forecasts, history and prices: what was, what is expected, and how far to trust it. */
const forecastKindSchema = modelKindSchema;
export type ForecastKind = ModelKind;

/** One interval named by its start, in the unit of its view. */
const bandPointSchema = z.strictObject({ at: instantSchema, p10: z.number(), p50: z.number(), p90: z.number() });
export type BandPoint = z.infer<typeof bandPointSchema>;

/** `value` null marks a gap: it is drawn hatched and never bridged. */
const pointSchema = z.strictObject({ at: instantSchema, value: z.number().nullable() });
export type Point = z.infer<typeof pointSchema>;

/** Errors in the unit of the view that they stand in. */
const metricsSchema = z.strictObject({
  rmse: z.number(),
  mae: z.number(),
  nrmsePct: z.number().nullable(),
  r2: z.number().nullable(),
  coveragePct: z.number().nullable(),
  count: z.number().int(),
});
export type ForecastMetrics = z.infer<typeof metricsSchema>;

export const forecastViewSchema = z.strictObject({
  siteId: siteIdSchema,
  kind: forecastKindSchema,
  /** Of all values and errors below: W for powers, currency per kWh for the price. */
  unit: z.string(),
  issuedAt: instantSchema.nullable(),
  stepMs: z.number(),
  modelVersion: z.string().nullable(),
  /**
   * `baseline`: the best simple forecast. `physical`: the sun on a roof of the entered size. `standard-profile`: an ordinary
   * household, before two days were measured.
   */
  servedBy: z.enum(['model', 'baseline', 'seasonal-naive', 'physical', 'standard-profile', 'none']),
  /** Why this source serves, one sentence: a lost model is said, not hidden. */
  servedBecause: z.string(),
  points: z.array(bandPointSchema),
  measured: z.array(pointSchema),
  yesterday: z.strictObject({
    issuedAt: instantSchema.nullable(),
    expected: z.array(bandPointSchema),
    measured: z.array(pointSchema),
    expectedKwh: z.number().nullable(),
    measuredKwh: z.number().nullable(),
  }),
  accuracy: z.strictObject({
    days: z.number().int(),
    model: metricsSchema.nullable(),
    seasonalNaive: metricsSchema.nullable(),
    baseline: metricsSchema.nullable(),
    /** Less error than naive in per cent, by lead time in hours. */
    skillByLead: z.array(z.strictObject({ leadHours: z.number(), skillPct: z.number() })),
  }),
  /** Null for a price, which is no power. */
  todayKwh: z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() }).nullable(),
  tomorrowKwh: z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() }).nullable(),
});
export type ForecastView = z.infer<typeof forecastViewSchema>;

export const batteryProjectionSchema = z.strictObject({
  siteId: siteIdSchema,
  issuedAt: instantSchema.nullable(),
  stepMs: z.number(),
  capacityKwh: z.number().nullable(),
  minimumPct: z.number(),
  /** SOC in per cent at the start of each step. */
  soc: z.array(bandPointSchema),
  measured: z.array(pointSchema),
});
export type BatteryProjection = z.infer<typeof batteryProjectionSchema>;

/** The quantities of a site that history keeps. Powers are means in W, SOC in %. */
const historySeriesSchema = z.enum(['pv', 'load', 'grid', 'battery', 'soc', 'household']);
export type HistorySeries = z.infer<typeof historySeriesSchema>;
const historyStepSchema = z.enum(['raw', '15min', 'hour', 'day']);

export const historyViewSchema = z.strictObject({
  siteId: siteIdSchema,
  from: instantSchema,
  to: instantSchema,
  step: historyStepSchema,
  /** Column store: one entry a step; null is a gap. */
  at: z.array(instantSchema),
  series: z.partialRecord(historySeriesSchema, z.array(z.number().nullable())),
  /** Per-channel power of controllable loads, keyed `deviceId/channelId`. */
  channels: z.record(z.string(), z.strictObject({ name: z.string(), values: z.array(z.number().nullable()) })),
  totals: z.strictObject({
    pvKwh: z.number().nullable(),
    loadKwh: z.number().nullable(),
    importKwh: z.number().nullable(),
    exportKwh: z.number().nullable(),
    chargeKwh: z.number().nullable(),
    dischargeKwh: z.number().nullable(),
    selfConsumptionPct: z.number().nullable(),
    selfSufficiencyPct: z.number().nullable(),
    cost: z.number().nullable(),
    coveragePct: z.number(),
  }),
  /** True where the shown span holds measurements of another year mapped onto this calendar (the demo). */
  mapped: z.boolean(),
});
export type HistoryView = z.infer<typeof historyViewSchema>;

export const priceViewSchema = z.strictObject({
  siteId: siteIdSchema,
  currency: z.string(),
  source: z.string().nullable(),
  prices: z.array(
    z.strictObject({ at: instantSchema, stepMs: z.number(), importPerKwh: z.number(), exportPerKwh: z.number() }),
  ),
});
export type PriceView = z.infer<typeof priceViewSchema>;

export const insightQueries = {
  'forecast.get': {
    input: z.strictObject({
      siteId: siteIdSchema,
      kind: forecastKindSchema,
      hours: z.union([z.literal(24), z.literal(48), z.literal(72)]).default(48),
    }),
    output: forecastViewSchema,
  },
  'forecast.battery': { input: z.strictObject({ siteId: siteIdSchema }), output: batteryProjectionSchema },
  'history.get': {
    input: z
      .strictObject({
        siteId: siteIdSchema,
        from: instantSchema,
        to: instantSchema,
        step: historyStepSchema,
        channels: z.boolean().default(false),
      })
      .refine((input) => input.to > input.from, { message: 'The end lies before the start.', path: ['to'] }),
    output: historyViewSchema,
  },
  'prices.get': {
    input: z.strictObject({ siteId: siteIdSchema, from: instantSchema, to: instantSchema }),
    output: priceViewSchema,
  },
} as const;
