import type { Policy, PolicyResult } from '../../../../preload/contract/backtest.ts';
import { monthName, shortMonth } from '../../../format/time.ts';

type Month = PolicyResult['months'][number];

export interface MonthRow {
  /** `2026-05`. */
  readonly month: string;
  readonly label: string;
  /** For the axis. */
  readonly short: string;
  readonly of: ReadonlyMap<Policy, Month>;
}

const named = (month: string): { readonly label: string; readonly short: string } => {
  const match = /^(\d{4})-(\d{2})$/.exec(month);
  if (!match) return { label: month, short: month };
  const middle = Date.UTC(Number(match[1]), Number(match[2]) - 1, 15);
  return { label: monthName(middle, 'UTC'), short: shortMonth(middle, 'UTC') };
};

/** The months in order, each with what every policy says of it; one that says nothing is absent, not 0. */
export const monthRows = (results: readonly PolicyResult[]): MonthRow[] => {
  const months = [...new Set(results.flatMap((one) => one.months.map(({ month }) => month)))].sort();
  return months.map((month) => ({
    month,
    ...named(month),
    of: new Map(
      results.flatMap(({ policy, months: said }): [Policy, Month][] => {
        const found = said.find((one) => one.month === month);
        return found ? [[policy, found]] : [];
      }),
    ),
  }));
};
