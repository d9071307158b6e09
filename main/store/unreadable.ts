import type { z } from 'zod';
import type { Log } from '../log.ts';
import { messageOf } from '../result.ts';

/** Counts and reports what cannot be read, so that one bad row never hides the good ones beside it. */
export interface UnreadableRows {
  /** Parses a JSON column; undefined (counted and logged) where it does not fit its schema. */
  json<Value>(schema: z.ZodType<Value>, text: string, where: string): Value | undefined;
  /** Counts and logs a row that is left out for another reason. */
  report(where: string, why: string): void;
  count(): number;
}

export const createUnreadableRows = (log: Log): UnreadableRows => {
  let count = 0;
  const report = (where: string, why: string): void => {
    count += 1;
    log.warn('A stored row was left out.', { where, why });
  };
  return {
    json: (schema, text, where) => {
      try {
        const parsed = schema.safeParse(JSON.parse(text));
        if (parsed.success) return parsed.data;
        report(where, parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
      } catch (thrown) {
        report(where, messageOf(thrown));
      }
      return undefined;
    },
    report,
    count: () => count,
  };
};

/** The values of a list that could be read. */
export const present = <Value>(values: readonly (Value | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== undefined);
