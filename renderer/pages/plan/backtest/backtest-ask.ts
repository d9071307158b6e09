import type { BacktestAsk, Policy } from '../../../../preload/contract/backtest.ts';
import { addDays, startOfDay } from '../../../format/time.ts';
import { askedSpan, dateField } from '../../models/evaluation-ask.ts';

/** What stands in the form; days as date fields, the last one counts. */
export interface BacktestFields {
  readonly from: string;
  readonly to: string;
  readonly policies: readonly Policy[];
  readonly baseline: Policy;
  readonly horizonHours: number;
  readonly batteryKwh: number | null;
  readonly batteryKw: number | null;
  /** 1 is the roof as it is. */
  readonly pvFactor: number;
}

const FIRST_DAYS = 7;

/** The last whole week, the plan beside what it has to beat and what is possible. */
export const firstFields = (now: number, zone: string): BacktestFields => ({
  from: dateField(addDays(startOfDay(now, zone), -FIRST_DAYS, zone), zone),
  to: dateField(addDays(startOfDay(now, zone), -1, zone), zone),
  policies: ['none', 'self', 'plan', 'prescient'],
  baseline: 'self',
  horizonHours: 36,
  batteryKwh: null,
  batteryKw: null,
  pvFactor: 1,
});

/** The ask, or what is wrong with it in words. */
export const askOf = (
  fields: BacktestFields,
  now: number,
  zone: string,
): { readonly ask: BacktestAsk } | { readonly problem: string } => {
  const span = askedSpan(fields, now, zone);
  if ('problem' in span) return span;
  if (fields.policies.length === 0) return { problem: 'Choose at least one policy.' };
  const { batteryKwh, batteryKw, pvFactor, horizonHours, baseline } = fields;
  const policies = fields.policies.includes(baseline) ? fields.policies : [...fields.policies, baseline];
  return {
    ask: {
      ...span,
      policies: [...policies],
      baseline,
      horizonHours,
      ...(batteryKwh === null ? {} : { batteryKwh }),
      ...(batteryKw === null ? {} : { batteryKw }),
      ...(pvFactor === 1 ? {} : { pvFactor }),
    },
  };
};
