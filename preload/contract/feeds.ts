import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';
import { optionFieldSchema } from './devices.ts';

/** The feeds: who says what about weather, price, carbon and sun for a home, how old it is, and what it may cost. */
export const feedTopicSchema = z.enum(['weather', 'price', 'carbon', 'solar', 'commodity']);
export type FeedTopic = z.infer<typeof feedTopicSchema>;

const providerIdSchema = z.string().min(1).max(60);

/** One provider of a topic as chosen for a home. The order of the list is the order in which they are asked. */
export const feedSourceSchema = z.strictObject({
  provider: providerIdSchema,
  enabled: z.boolean(),
  /** Another address than the provider's own; null for its own. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .nullable(),
  options: z.record(z.string().max(40), z.string().max(20_000)),
});
export type FeedSource = z.infer<typeof feedSourceSchema>;

/** What a person chose. A topic that is left out takes the defaults; keys are kept elsewhere. */
export const feedConfigSchema = z.strictObject({
  topics: z.partialRecord(feedTopicSchema, z.array(feedSourceSchema).max(20)),
});
export type FeedConfig = z.infer<typeof feedConfigSchema>;

const attributionSchema = z.strictObject({ text: z.string(), url: z.string() });

/** A provider as the form shows it. */
const feedProviderViewSchema = z.strictObject({
  id: providerIdSchema,
  topic: feedTopicSchema,
  label: z.string(),
  attribution: attributionSchema,
  defaultBaseUrl: z.string(),
  /** Null where no key is needed; else where a person gets one. */
  keyHelp: z.string().nullable(),
  options: z.array(optionFieldSchema),
  refreshMs: z.number(),
  history: z.boolean(),
});
export type FeedProviderView = z.infer<typeof feedProviderViewSchema>;

const feedProviderStatusSchema = z.strictObject({
  provider: providerIdSchema,
  label: z.string(),
  /** serving: its data are used. standby: steps in when those before it fail. waiting: left alone for a while. refused: cannot serve this home. */
  state: z.enum(['serving', 'standby', 'waiting', 'refused']),
  /** Why it cannot serve this home. */
  refusal: z.string().nullable(),
  okAt: instantSchema.nullable(),
  nextAskAt: instantSchema.nullable(),
  /** End of the newest interval that it gave. */
  newestAt: instantSchema.nullable(),
  failedAt: instantSchema.nullable(),
  failure: z.string().nullable(),
  failures: z.number().int(),
  /** Rows left out because they cannot be true. */
  rejected: z.number().int(),
  quota: z.array(z.strictObject({ calls: z.number(), perMs: z.number(), used: z.number(), left: z.number() })),
  attribution: attributionSchema,
});

const feedTopicStatusSchema = z.strictObject({
  topic: feedTopicSchema,
  servedBy: z.string().nullable(),
  /** Since the provider last answered well. */
  ageMs: z.number().nullable(),
  nextAskAt: instantSchema.nullable(),
  /** True where nobody's data cover the present and an assumption stands in. */
  assumed: z.boolean(),
  /** Who serves, how old it is, or what stands in: one sentence. */
  sentence: z.string(),
  providers: z.array(feedProviderStatusSchema),
});
export type FeedTopicStatus = z.infer<typeof feedTopicStatusSchema>;

const backfillStatusSchema = z.strictObject({
  running: z.boolean(),
  done: z.number().int(),
  total: z.number().int(),
  sentence: z.string(),
});
export type BackfillStatus = z.infer<typeof backfillStatusSchema>;

export const feedStatusSchema = z.strictObject({
  siteId: siteIdSchema,
  topics: z.array(feedTopicStatusSchema),
  backfill: backfillStatusSchema.nullable(),
  /** Newest rows that were kept apart. */
  rejects: z.array(
    z.strictObject({ topic: feedTopicSchema, provider: z.string(), foundAt: instantSchema, reason: z.string() }),
  ),
});
export type FeedStatus = z.infer<typeof feedStatusSchema>;

const feedConfigViewSchema = z.strictObject({
  siteId: siteIdSchema,
  topics: z.array(
    z.strictObject({
      topic: feedTopicSchema,
      /** False while the defaults hold. */
      chosen: z.boolean(),
      sources: z.array(feedSourceSchema.extend({ hasKey: z.boolean() })),
    }),
  ),
});
export type FeedConfigView = z.infer<typeof feedConfigViewSchema>;

const known = z.number().nullable();

/** Means over [at, at + stepMs). */
const weatherPointSchema = z.strictObject({
  at: instantSchema,
  stepMs: z.number(),
  tempC: known,
  cloudPct: known,
  ghiWm2: known,
  dniWm2: known,
  dhiWm2: known,
  ghiP10Wm2: known,
  ghiP90Wm2: known,
  windMs: known,
  windFromDeg: known,
  humidityPct: known,
  pressureHpa: known,
  precipitationMm: known,
  snowDepthM: known,
  provider: z.string(),
  issuedAt: instantSchema,
  /** True where irradiance was computed from cloud and sun position. */
  irradianceEstimated: z.boolean(),
  /** True where no provider says anything: clear sky times the home's own history. */
  assumed: z.boolean(),
});
export type WeatherPoint = z.infer<typeof weatherPointSchema>;

const carbonPointSchema = z.strictObject({
  at: instantSchema,
  stepMs: z.number(),
  gPerKwh: z.number(),
  kind: z.enum(['forecast', 'measured']),
  provider: z.string(),
});

const YEAR_MS = 370 * 86_400_000;
const spanInput = z
  .strictObject({ siteId: siteIdSchema, from: instantSchema, to: instantSchema })
  .refine((input) => input.to > input.from, { message: 'The end lies before the start.', path: ['to'] })
  .refine((input) => input.to - input.from <= YEAR_MS, { message: 'At most one year at once.', path: ['to'] });

export const feedQueries = {
  'feeds.status': { input: siteInput, output: feedStatusSchema },
  'feeds.config': { input: siteInput, output: feedConfigViewSchema },
  'feeds.providers': { input: emptySchema, output: z.array(feedProviderViewSchema) },
  'weather.get': {
    input: spanInput,
    output: z.strictObject({
      siteId: siteIdSchema,
      rows: z.array(weatherPointSchema),
      attributions: z.array(attributionSchema),
    }),
  },
  'carbon.get': {
    input: spanInput,
    output: z.strictObject({
      siteId: siteIdSchema,
      rows: z.array(carbonPointSchema),
      attributions: z.array(attributionSchema),
    }),
  },
} as const;

export const feedCommands = {
  /** Sets the providers of one topic and their order; null takes the defaults again. A key can be set and cleared, never read. */
  'feeds.configure': {
    input: z.strictObject({
      siteId: siteIdSchema,
      who: personSchema,
      topic: feedTopicSchema,
      sources: z
        .array(
          feedSourceSchema.extend({
            /** Left out: as it is. Null: cleared. */
            key: z.string().trim().min(1).max(500).nullable().optional(),
          }),
        )
        .max(20)
        .nullable(),
    }),
    output: emptySchema,
  },
  /** Asks now, as far as quotas and requests to wait allow; answers what came of it, a sentence a topic. */
  'feeds.refresh': {
    input: z.strictObject({ siteId: siteIdSchema, topic: feedTopicSchema.nullable().default(null) }),
    output: z.strictObject({ sentences: z.array(z.string()) }),
  },
  /** Begins to collect the past for training; `feeds.status` tells how far it is. */
  'feeds.backfill': {
    input: z.strictObject({
      siteId: siteIdSchema,
      topics: z.array(feedTopicSchema).min(1).default(['weather', 'price', 'carbon']),
      years: z.number().min(0.01).max(5).default(1),
    }),
    output: emptySchema,
  },
  'feeds.cancelBackfill': { input: siteInput, output: emptySchema },
} as const;

/** New rows of a topic came, or the chain or its configuration changed. */
export const feedEventSchema = z.strictObject({ siteId: siteIdSchema, topic: feedTopicSchema, at: instantSchema });
