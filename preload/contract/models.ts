import { z } from 'zod';
import { emptySchema, instantSchema, personSchema, siteIdSchema, siteInput } from './base.ts';

/**
 * The life of models: what was learnt, from what, how good it is beside simple forecasts, what serves and why. Errors and
 * values are in the `unit` that stands beside them: W for powers, currency per kWh for prices. Shares are in per cent.
 */
export const modelKindSchema = z.enum(['solar', 'wind', 'load', 'price']);
export type ModelKind = z.infer<typeof modelKindSchema>;

/** candidate: trained and judged. shadow: forecasts beside production without serving. production: serves while it wins. */
export const modelStageSchema = z.enum(['candidate', 'shadow', 'production', 'archived']);
export type ModelStage = z.infer<typeof modelStageSchema>;

const textSchema = z.string();
const kindInput = z.strictObject({ siteId: siteIdSchema, kind: modelKindSchema });
const settingsSchema = z.record(z.string(), z.number());

/** Errors of one forecast over hours that were measured, in the unit beside them. */
export const modelErrorsSchema = z.strictObject({
  count: z.number().int(),
  rmse: z.number(),
  mae: z.number(),
  r2: z.number().nullable(),
  /** RMSE in per cent: of the largest value for solar and wind, of the mean size for load and price. */
  nrmsePct: z.number().nullable(),
  /** Less RMSE than the naive forecast on the same hours. */
  skillPct: z.number().nullable(),
  /** Mean pinball loss of p10, p50 and p90. */
  pinball: z.number().nullable(),
  /** How often the truth lay inside the 80 % band. */
  coveragePct: z.number().nullable(),
});
export type ModelErrors = z.infer<typeof modelErrorsSchema>;

/** `leadHours` counts from 1 and may name a span, such as `4-6`. */
export const leadErrorsSchema = z.strictObject({
  leadHours: z.string(),
  count: z.number().int(),
  rmse: z.number(),
  rmseNaive: z.number().nullable(),
  rmseBaseline: z.number().nullable(),
  skillPct: z.number().nullable(),
});

/** All three on the same hours; null where a forecast knew nothing. */
export const comparisonSchema = z.strictObject({
  model: modelErrorsSchema,
  naive: modelErrorsSchema.nullable(),
  baseline: modelErrorsSchema.nullable(),
});

export type Comparison = z.infer<typeof comparisonSchema>;
export type LeadErrors = z.infer<typeof leadErrorsSchema>;

/** One version as a list shows it. */
export const modelSummarySchema = z.strictObject({
  version: z.string(),
  kind: modelKindSchema,
  stage: modelStageSchema,
  /** Why it has this stage. */
  sentence: textSchema,
  stagedAt: instantSchema,
  /** A person took it out of production: it does not come back by itself. */
  rolledBack: z.boolean(),
  /** False where its files were removed or another version of the application wrote them: only the card is left. */
  usable: z.boolean(),
  unit: z.string(),
  trainedAt: instantSchema,
  tookMs: z.number(),
  data: z.strictObject({
    from: instantSchema,
    to: instantSchema,
    days: z.number().int(),
    /** Pairs of an origin and an hour that were learnt from. */
    rows: z.number().int(),
    /** Of everything that the training read. */
    sha256: z.string(),
  }),
  /** Hyper-parameters that differ from the model's own. */
  settings: settingsSchema,
  seed: z.number().int(),
  codeVersion: z.string(),
  backend: z.string(),
  /** Day-ahead on the newest whole days, by a fit that had not seen them. */
  judged: z.strictObject({
    from: instantSchema,
    to: instantSchema,
    days: z.number().int(),
    errors: comparisonSchema,
    byLead: z.array(leadErrorsSchema),
  }),
  /** The error in per cent (see nrmsePct) above which no version of this kind serves. */
  thresholdPct: z.number(),
});
export type ModelSummary = z.infer<typeof modelSummarySchema>;

export const featureSchema = z.strictObject({ name: z.string(), unit: z.string(), doc: z.string() });

/** One version in full. */
export const modelCardSchema = modelSummarySchema.extend({
  features: z.array(featureSchema),
  /** How much worse the error gets when an input is shuffled, in per cent of the error; most first. */
  importances: z.array(z.strictObject({ name: z.string(), errorRisePct: z.number() })),
  /** The share of each learner and simple expert in the forecast. */
  shares: z.array(z.strictObject({ member: z.string(), sharePct: z.number() })),
  stages: z.array(z.strictObject({ at: instantSchema, stage: modelStageSchema, sentence: textSchema })),
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

const modelListSchema = z.strictObject({
  siteId: siteIdSchema,
  kinds: z.array(
    z.strictObject({
      kind: modelKindSchema,
      label: z.string(),
      unit: z.string(),
      /** What serves now and why, or what is missing. */
      sentence: textSchema,
      /** What is odd about the measurements, such as a charger that hides in the household; empty where nothing is. */
      findings: z.array(textSchema),
      /** When enough will have been measured to learn from; null where it is enough or nothing is measured. */
      learningStartsAt: instantSchema.nullable(),
      /** Days of measurements so far. */
      measuredDays: z.number(),
      production: modelSummarySchema.nullable(),
      shadow: modelSummarySchema.nullable(),
      /** Newest first, like all lists of versions. */
      candidates: z.array(modelSummarySchema),
      archived: z.array(modelSummarySchema),
      /** The version that a roll back would bring back. */
      rollBackTo: z.string().nullable(),
    }),
  ),
});
export type ModelList = z.infer<typeof modelListSchema>;

/** `accuracy`: it errs more than it did or than the baseline. `coverage`: the 80 % band lies outside 70 to 90 %. `inputs`: they look unlike those that were learnt from. */
export const driftAlertSchema = z.strictObject({
  kind: z.enum(['accuracy', 'coverage', 'inputs']),
  level: z.enum(['info', 'attention']),
  since: instantSchema,
  sentence: textSchema,
});

const driftWindowSchema = z.strictObject({
  days: z.number().int(),
  hours: z.number().int(),
  rmseModel: z.number().nullable(),
  rmseBaseline: z.number().nullable(),
  rmseNaive: z.number().nullable(),
  coveragePct: z.number().nullable(),
});
export type DriftWindow = z.infer<typeof driftWindowSchema>;

export const driftInputSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  psi: z.number(),
  meanNow: z.number(),
  meanThen: z.number(),
  /** In standard deviations of then. */
  shiftSd: z.number(),
});

const driftSchema = z.strictObject({
  siteId: siteIdSchema,
  kind: modelKindSchema,
  unit: z.string(),
  /** When it was last checked; null before the first check. */
  checkedAt: instantSchema.nullable(),
  version: z.string().nullable(),
  /** Local days that are over, by what was issued for them at their start; oldest first. */
  days: z.array(driftWindowSchema.omit({ days: true }).extend({ at: instantSchema })),
  lastWeek: driftWindowSchema,
  lastFourWeeks: driftWindowSchema,
  /** RMSE over the days on which the version was judged. */
  rmseAtTraining: z.number().nullable(),
  alerts: z.array(driftAlertSchema),
  /** Population stability index and shift of the mean of the newest four weeks against those that were learnt from. */
  inputs: z.array(driftInputSchema),
});
export type ModelDrift = z.infer<typeof driftSchema>;

/** The versions and the simple forecasts, each as issued at the same moment, on hours that all of them forecast. */
const abSchema = z.strictObject({
  siteId: siteIdSchema,
  kind: modelKindSchema,
  unit: z.string(),
  sentence: textSchema,
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  contestants: z.array(
    z.strictObject({
      role: z.enum(['production', 'shadow', 'baseline', 'naive']),
      version: z.string().nullable(),
      errors: modelErrorsSchema.nullable(),
      /** Days on which it erred least of all. */
      daysWon: z.number().int(),
    }),
  ),
  /** RMSE of a local day; null where it had no forecast. */
  days: z.array(
    z.strictObject({
      at: instantSchema,
      production: z.number().nullable(),
      shadow: z.number().nullable(),
      baseline: z.number().nullable(),
      naive: z.number().nullable(),
    }),
  ),
});
export type ModelComparison = z.infer<typeof abSchema>;

const trainingJobSchema = z.strictObject({
  kind: modelKindSchema,
  /** Null while it waits. */
  startedAt: instantSchema.nullable(),
  share: z.number().min(0).max(1),
  sentence: textSchema,
});

const trainingSchema = z.strictObject({
  siteId: siteIdSchema,
  running: trainingJobSchema.nullable(),
  queued: z.array(modelKindSchema),
  /** The next time by the schedule. */
  next: z.array(z.strictObject({ kind: modelKindSchema, at: instantSchema.nullable() })),
});
export type TrainingState = z.infer<typeof trainingSchema>;

export const experimentSchema = z.strictObject({
  id: z.string(),
  kind: modelKindSchema,
  purpose: z.enum(['training', 'search', 'evaluation']),
  at: instantSchema,
  tookMs: z.number(),
  data: z.strictObject({ from: instantSchema, to: instantSchema, sha256: z.string() }),
  settings: settingsSchema,
  seed: z.number().int(),
  codeVersion: z.string(),
  unit: z.string(),
  errors: comparisonSchema.nullable(),
  version: z.string().nullable(),
  outcome: textSchema,
});
export type Experiment = z.infer<typeof experimentSchema>;

export const trialSchema = z.strictObject({
  number: z.number().int(),
  settings: settingsSchema,
  /** Null where the trial failed. */
  rmse: z.number().nullable(),
  tookMs: z.number(),
});

const searchSchema = z.strictObject({
  siteId: siteIdSchema,
  kind: modelKindSchema,
  /** paused: the night's time is used up; it goes on the next night, or by hand. */
  state: z.enum(['never', 'running', 'paused', 'finished', 'stopped']),
  unit: z.string(),
  trialsDone: z.number().int(),
  trialsWanted: z.number().int(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  /** The trial that runs now, 0 to 1. */
  share: z.number().nullable(),
  best: trialSchema.nullable(),
  /** RMSE of the model's own settings on the same days. */
  rmseOfDefaults: z.number().nullable(),
  /** What came of the best settings: the next training takes them only if they win on other days. */
  verdict: z.enum(['none', 'waiting', 'adopted', 'rejected']),
  sentence: textSchema,
  space: z.array(
    z.strictObject({
      name: z.string(),
      doc: z.string(),
      low: z.number(),
      high: z.number(),
      scale: z.enum(['linear', 'log']),
      whole: z.boolean(),
    }),
  ),
  /** In the order in which they ran. */
  trials: z.array(trialSchema),
});
export type SearchView = z.infer<typeof searchSchema>;

const evaluationAskSchema = z.strictObject({
  kind: modelKindSchema,
  from: instantSchema,
  to: instantSchema,
  horizonHours: z.number().int(),
  refitDays: z.number().int(),
});

/** A rolling evaluation on the person's own history: at each local midnight, from data strictly earlier. */
const evaluationSchema = z.strictObject({
  siteId: siteIdSchema,
  state: z.enum(['none', 'running', 'done', 'failed', 'cancelled']),
  asked: evaluationAskSchema.nullable(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  share: z.number().min(0).max(1),
  sentence: textSchema,
  result: z
    .strictObject({
      unit: z.string(),
      errors: comparisonSchema,
      byLead: z.array(leadErrorsSchema),
      refits: z.number().int(),
      fitSeconds: z.number(),
      /** Of one forecast, the middle one. */
      predictMs: z.number(),
      days: z.array(
        z.strictObject({
          at: instantSchema,
          rmseModel: z.number().nullable(),
          rmseBaseline: z.number().nullable(),
          rmseNaive: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
});
export type EvaluationView = z.infer<typeof evaluationSchema>;

/** What moved one forecast hour: `base` and the contributions add up to `mean`. */
export const forecastExplanationSchema = z.strictObject({
  siteId: siteIdSchema,
  kind: modelKindSchema,
  at: instantSchema,
  unit: z.string(),
  /** Null where no model says why; then the sentence does. */
  base: z.number().nullable(),
  mean: z.number().nullable(),
  contributions: z.array(featureSchema.extend({ value: z.number() })),
  sentence: textSchema,
});
export type ForecastExplanation = z.infer<typeof forecastExplanationSchema>;

export const modelQueries = {
  'models.list': { input: siteInput, output: modelListSchema },
  'models.card': {
    input: z.strictObject({ siteId: siteIdSchema, version: z.string().max(120) }),
    output: modelCardSchema,
  },
  'models.drift': {
    input: kindInput.extend({ days: z.number().int().min(7).max(366).default(60) }),
    output: driftSchema,
  },
  'models.ab': { input: kindInput.extend({ days: z.number().int().min(1).max(366).default(28) }), output: abSchema },
  'models.training': { input: siteInput, output: trainingSchema },
  'models.experiments': {
    input: siteInput.extend({
      kind: modelKindSchema.optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.array(experimentSchema),
  },
  'models.search': { input: kindInput, output: searchSchema },
  'models.evaluation': { input: siteInput, output: evaluationSchema },
  'forecast.explain': { input: kindInput.extend({ at: instantSchema }), output: forecastExplanationSchema },
} as const;

const kindByPerson = kindInput.extend({ who: personSchema });
const versionByPerson = siteInput.extend({ version: z.string().max(120), who: personSchema });

/** Those that take long answer once they are under way; `models` events tell the rest. */
export const modelCommands = {
  'models.train': {
    input: siteInput.extend({ kind: z.union([modelKindSchema, z.literal('all')]), who: personSchema }),
    output: z.strictObject({ queued: z.array(modelKindSchema) }),
  },
  /** Ends the training that runs and forgets those that wait. */
  'models.cancel': { input: siteInput.extend({ who: personSchema }), output: emptySchema },
  /** Takes a version into production by hand; at each forecast it still has to win to serve. */
  'models.promote': { input: versionByPerson, output: emptySchema },
  /** The version before serves again; the one that served is not promoted again by itself. */
  'models.rollBack': { input: kindByPerson, output: z.strictObject({ version: z.string() }) },
  /** Starts a search, or goes on with one that is paused or was stopped. */
  'models.searchStart': {
    input: kindByPerson.extend({ trials: z.number().int().min(1).max(500).default(50) }),
    output: emptySchema,
  },
  'models.searchStop': { input: kindByPerson, output: emptySchema },
  'models.evaluate': {
    input: z
      .strictObject({
        siteId: siteIdSchema,
        who: personSchema,
        kind: modelKindSchema,
        from: instantSchema,
        to: instantSchema,
        horizonHours: z.number().int().min(1).max(72).default(24),
        refitDays: z.number().int().min(1).max(366).default(7),
      })
      .refine((input) => input.to > input.from, { message: 'The end lies before the start.', path: ['to'] }),
    output: emptySchema,
  },
  'models.evaluateCancel': { input: siteInput.extend({ who: personSchema }), output: emptySchema },
} as const;

/** Something about the models of a site changed: how far a job is, or that its views are to be asked for again. */
export const modelEventSchema = z.strictObject({
  siteId: siteIdSchema,
  about: z.enum(['training', 'search', 'evaluation', 'versions', 'drift', 'battery', 'decision']),
  kind: modelKindSchema.nullable(),
  /** Null where nothing runs any more. */
  share: z.number().min(0).max(1).nullable(),
  sentence: textSchema,
});
export type ModelEvent = z.infer<typeof modelEventSchema>;
