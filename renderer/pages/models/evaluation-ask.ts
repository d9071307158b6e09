import { addDays, instantOf, localParts, startOfDay } from '../../format/time.ts';

/** The form of an evaluation: days as the date field writes them, both included. */
export interface EvaluationFields {
  readonly from: string;
  readonly to: string;
  readonly horizonHours: number;
  readonly refitDays: number;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** 2026-06-18, as a date field wants it. */
export const dateField = (at: number, zone: string): string => {
  const { year, month, day } = localParts(at, zone);
  return `${year}-${pad(month)}-${pad(day)}`;
};

/** Local midnight of a date field; null where it is empty or no date. */
const midnightOf = (field: string, zone: string): number | null => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(field);
  return match ? instantOf(zone, Number(match[1]), Number(match[2]), Number(match[3])) : null;
};

/** The four weeks up to yesterday: long enough to say something, short enough to wait for. */
export const firstFields = (now: number, zone: string): EvaluationFields => {
  const midnight = startOfDay(now, zone);
  return {
    from: dateField(addDays(midnight, -28, zone), zone),
    to: dateField(addDays(midnight, -1, zone), zone),
    horizonHours: 24,
    refitDays: 7,
  };
};

/** The span from the first midnight to the one after the last day, or what is wrong with it. */
export const askedSpan = (
  { from, to }: Pick<EvaluationFields, 'from' | 'to'>,
  now: number,
  zone: string,
): { readonly from: number; readonly to: number } | { readonly problem: string } => {
  const first = midnightOf(from, zone);
  const last = midnightOf(to, zone);
  if (first === null || last === null) return { problem: 'Choose both days.' };
  if (last < first) return { problem: 'The last day lies before the first.' };
  const end = addDays(last, 1, zone);
  if (end > now) return { problem: 'The last day is not over yet: choose yesterday or earlier.' };
  return { from: first, to: end };
};
