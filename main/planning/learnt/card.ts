import { z } from 'zod';
import { policyPartsSchema } from '../../../models/control-policy/policy.ts';
import { learntPolicySchema } from '../../../preload/contract/backtest.ts';

const { trial, checks, episodes, sentence } = learntPolicySchema.shape;

/** The card of a version: what it learnt from, what it showed, and what it is made of but for its weights. */
const policyCardSchema = z.strictObject({
  schema: z.literal(1),
  version: z.string(),
  stage: z.enum(['rejected', 'shadow', 'ahead']),
  sentence,
  trainedAt: z.number(),
  tookMs: z.number(),
  backend: z.string(),
  seed: z.number(),
  codeVersion: z.string(),
  /** What was learnt from, chosen by and tried on; and the share of it that was measured, %. */
  data: z.strictObject({ from: z.number(), to: z.number(), heldOutFrom: z.number(), coveragePct: z.number() }),
  checks,
  trial: trial.unwrap(),
  episodes,
  /** Money a day on the days that choose: the best of imitation, and of practice after it. */
  practice: z.strictObject({ imitatedCost: z.number(), practisedCost: z.number().nullable() }),
  parts: policyPartsSchema,
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});
export type PolicyCard = z.infer<typeof policyCardSchema>;

/** The card in a text; undefined for one of another age or a damaged one. */
export const readPolicyCard = (text: string): PolicyCard | undefined => {
  try {
    return policyCardSchema.safeParse(JSON.parse(text)).data;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
};
