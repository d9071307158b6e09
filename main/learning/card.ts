import { z } from 'zod';
import { metricsSchema } from '../../preload/contract/insight.ts';

/**
 * The card of a model version: what it learnt from, how it was judged, and all that serving needs beside the weights. Kept
 * as card.json in the version's folder and, the same text, in the database.
 */
const numbers = z.array(z.number());
const standardiser = z.strictObject({ mean: numbers, spread: numbers });

const cardSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.enum(['solar', 'load']),
  version: z.string(),
  trainedAt: z.number(),
  backend: z.string(),
  seed: z.number(),
  /** What it saw: first and last hour, rows (origin and hour pairs) and days. */
  data: z.strictObject({ from: z.number(), to: z.number(), rows: z.number(), days: z.number() }),
  test: z.strictObject({ from: z.number(), to: z.number(), days: z.number() }),
  features: z.array(z.strictObject({ name: z.string(), unit: z.string(), doc: z.string() })),
  standardiser,
  /**
   * The networks that were judged: they saw nothing at or after `from`, so they can be judged again on later days which the
   * serving ones have learnt from. Null in a version that was written without them.
   */
  past: z.strictObject({ from: z.number(), standardiser }).nullable().default(null),
  widenings: z.array(z.strictObject({ low: z.number(), high: z.number() })),
  metrics: z.strictObject({
    model: metricsSchema,
    seasonalNaive: metricsSchema,
    physical: metricsSchema.nullable(),
    second: metricsSchema.nullable(),
    pinballW: z.number(),
    skillByLead: z.array(z.strictObject({ leadHours: z.number(), skillPct: z.number() })),
  }),
  promoted: z.boolean(),
  bestBaseline: z.enum(['seasonalNaive', 'physical']),
  sentence: z.string(),
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
