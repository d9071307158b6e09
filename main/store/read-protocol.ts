import { z } from 'zod';

/** What crosses between the main thread and the read worker. Columns instead of rows: they move without being copied. */

const span = { from: z.number(), to: z.number() };

export const readQuestionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rollups'),
    step: z.enum(['15min', 'hour', 'day']),
    seriesIds: z.array(z.number().int()),
    ...span,
  }),
  z.strictObject({ kind: z.literal('readings'), seriesIds: z.array(z.number().int()), ...span }),
]);
export type ReadQuestion = z.infer<typeof readQuestionSchema>;

/** Rollups of one series in [from, to), in order. `energyKwh` is NaN where there is none; quality codes as stored. */
export interface RollupColumns {
  readonly seriesId: number;
  readonly at: Float64Array;
  readonly mean: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly count: Float64Array;
  readonly energyKwh: Float64Array;
  readonly quality: Uint8Array;
}

/** Raw readings of one series in [from, to), in order. */
export interface ReadingColumns {
  readonly seriesId: number;
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
}

export interface ReadRequest {
  readonly id: number;
  readonly databasePath: string;
  readonly question: ReadQuestion;
}

export type ReadReply =
  | { readonly id: number; readonly kind: 'rollups'; readonly columns: readonly RollupColumns[] }
  | { readonly id: number; readonly kind: 'readings'; readonly columns: readonly ReadingColumns[] }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };
