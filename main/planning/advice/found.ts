import { z } from 'zod';
import { channelIdSchema, deviceIdSchema, instantSchema } from '../../../preload/contract/base.ts';
import type { Recommendation } from '../../../preload/contract/plan.ts';

/** What advice was made from, kept with it: whether it came true is judged by this. */
const basisSchema = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('run'),
    /** Null where it is any machine: nobody measures it. */
    load: z.strictObject({ deviceId: deviceIdSchema, channelId: channelIdSchema }).nullable(),
    energyKwh: z.number(),
    /** When it would have run without advice. */
    elseAt: instantSchema,
  }),
  z.strictObject({ is: z.literal('peak'), capKw: z.number() }),
  /** `expectedKwh`: what the home would have used in the time anyway. */
  z.strictObject({ is: z.literal('surplus'), expectedKwh: z.number(), mostKwh: z.number(), valuePerKwh: z.number() }),
  z.strictObject({ is: z.literal('charge'), energyKwh: z.number() }),
  z.strictObject({ is: z.literal('storm'), keepPct: z.number(), stormAt: instantSchema }),
]);
export type Basis = z.infer<typeof basisSchema>;

/** As it is stored beside a recommendation. */
export const keptBasisSchema = z.strictObject({ expiresAt: instantSchema, basis: basisSchema });

/** Advice that was found and nobody has seen yet. */
export interface Found
  extends Pick<
    Recommendation,
    'kind' | 'title' | 'sentence' | 'laneId' | 'startAt' | 'endAt' | 'saving' | 'carbonSavedG' | 'confidencePct'
  > {
  readonly basis: Basis;
  /** After this it cannot be followed any more. */
  readonly expiresAt: number;
}
