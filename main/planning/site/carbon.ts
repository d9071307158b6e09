import type { StoredCarbon } from '../../store/feed-types.ts';
import { HOUR_MS, perStep, STEP_MS, type Steps } from './grid-of-steps.ts';

const DAY_MS = 24 * HOUR_MS;

/**
 * g CO2 per imported kWh of each step. What is not forecast yet is as at the same time of the day before, then as on the
 * mean. Null where nothing at all is known.
 */
export const stepCarbon = (rows: readonly StoredCarbon[], steps: Steps): readonly number[] | null => {
  if (rows.length === 0) return null;
  const average = rows.reduce((all, { gPerKwh }) => all + gPerKwh, 0) / rows.length;
  const at = new Map<number, number>();
  for (const row of rows)
    for (let quarter = Math.floor(row.at / STEP_MS) * STEP_MS; quarter < row.at + row.stepMs; quarter += STEP_MS)
      at.set(quarter, row.gPerKwh);
  return perStep(steps, (start) => at.get(start) ?? at.get(start - DAY_MS) ?? at.get(start - 2 * DAY_MS) ?? average);
};
