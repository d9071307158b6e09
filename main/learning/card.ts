import { z } from 'zod';
import { comparisonSchema, leadErrorsSchema, modelKindSchema } from '../../preload/contract/models.ts';

/** Squared errors of one local day, forecast at its start, summed over the hours that all three forecast. */
const judgedDaySchema = z.strictObject({
  at: z.number(),
  hours: z.number(),
  model: z.number(),
  baseline: z.number(),
  naive: z.number(),
});
export type JudgedDay = z.infer<typeof judgedDaySchema>;

/** How an input was spread over the weeks before the training: tenths of it, to see whether it changed since. */
const inputSpreadSchema = z.strictObject({
  name: z.string(),
  unit: z.string(),
  mean: z.number(),
  spread: z.number(),
  /** The nine values between the tenths. */
  edges: z.array(z.number()),
  /** The share of the hours in each tenth: a tenth, but for values that come often. */
  shares: z.array(z.number()),
});
export type InputSpread = z.infer<typeof inputSpreadSchema>;

/**
 * The card of a model version: what it learnt from, how it was judged, and what later judgements need. Kept as card.json in
 * the version's folder and, the same text, in the database.
 */
const cardSchema = z.strictObject({
  schema: z.literal(2),
  kind: modelKindSchema,
  version: z.string(),
  unit: z.string(),
  trainedAt: z.number(),
  tookMs: z.number(),
  backend: z.string(),
  seed: z.number(),
  codeVersion: z.string(),
  settings: z.record(z.string(), z.number()),
  data: z.strictObject({ from: z.number(), to: z.number(), days: z.number(), rows: z.number(), sha256: z.string() }),
  judged: z.strictObject({
    from: z.number(),
    to: z.number(),
    days: z.number(),
    errors: comparisonSchema,
    byLead: z.array(leadErrorsSchema),
    /** Made by a fit that had not seen these days. */
    record: z.array(judgedDaySchema),
  }),
  /** What the version that was in production did on the same days. */
  rival: z.strictObject({ version: z.string(), record: z.array(judgedDaySchema) }).nullable(),
  thresholdPct: z.number(),
  /** Whether it beat production and both simple forecasts and stayed under the threshold. */
  won: z.boolean(),
  sentence: z.string(),
  features: z.array(z.strictObject({ name: z.string(), unit: z.string(), doc: z.string() })),
  shares: z.array(z.strictObject({ member: z.string(), share: z.number() })),
  importances: z.array(z.strictObject({ name: z.string(), errorRisePct: z.number() })),
  inputs: z.array(inputSpreadSchema),
  /** Every other file of the folder with the SHA-256 of its bytes. */
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});
export type Card = z.infer<typeof cardSchema>;

/** The card in a text; undefined for a text of another age or a damaged one. */
export const readCard = (text: string): Card | undefined => {
  try {
    const parsed = cardSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
};
