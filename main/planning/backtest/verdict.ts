import type { Account } from './accounts.ts';
import type { PolicyResult } from './types.ts';

/** Puts the savings into an account: against a baseline, and as a share of what perfect foresight saves over no battery. */
export const resultOf = (
  account: Account,
  baseline: Account,
  bounds: { readonly none: Account; readonly prescient: Account | null },
): PolicyResult => {
  const possible = bounds.prescient === null ? 0 : bounds.none.cost - bounds.prescient.cost;
  const costs = new Map(baseline.months.map(({ month, cost }) => [month, cost]));
  return {
    ...account,
    saving: baseline.cost - account.cost,
    ofPossiblePct: possible > 1e-9 ? (100 * (bounds.none.cost - account.cost)) / possible : null,
    months: account.months.map((each) => ({ ...each, saving: (costs.get(each.month) ?? 0) - each.cost })),
  };
};

/** Share of the played steps that were measured, 0 to 1. */
export const coverageOf = (past: {
  readonly measured: Uint8Array;
  readonly first: number;
  readonly end: number;
}): number =>
  past.end <= past.first
    ? 0
    : past.measured.subarray(past.first, past.end).reduce((sum, each) => sum + each, 0) / (past.end - past.first);
