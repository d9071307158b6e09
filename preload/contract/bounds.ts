import { z } from 'zod';

/** A number within bounds that are given, and told, in `unit`; one of them is `unitSize` of what is stored. */
export const within = (least: number, most: number, unit: string, unitSize = 1) =>
  z
    .number()
    .min(least * unitSize, `At least ${least} ${unit}.`)
    .max(most * unitSize, `At most ${most} ${unit}.`);
