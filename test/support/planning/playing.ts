import { expect } from 'vitest';
import type { Account } from '../../../main/planning/backtest/accounts.ts';
import { runPolicy } from '../../../main/planning/backtest/run.ts';
import type { Past, Played, PolicyName, RawSeries, SimSite } from '../../../main/planning/backtest/types.ts';
import { RUN } from './made-past.ts';

/** Those that could act in a house without knowing what comes. */
const POLICIES: readonly PolicyName[] = ['none', 'self', 'rules', 'tiers', 'plan'];

/** A past as a policy plays it. */
export const played = async (
  name: PolicyName,
  past: Past,
  site: SimSite,
): Promise<{ account: Account; played: Played }> => {
  const ran = await runPolicy(name, past, site, RUN);
  if (!ran.ok || ran.value === null) throw new Error(ran.ok ? 'ended' : ran.error.message);
  return ran.value;
};

/** Every policy keeps every limit, and none is cheaper than perfect foresight. */
export const expectUnbeaten = async (past: Past, site: SimSite): Promise<void> => {
  const best = await played('prescient', past, site);
  expect(best.account.violations).toBe(0);
  for (const name of POLICIES) {
    const { account } = await played(name, past, site);
    expect({ name, violations: account.violations }).toEqual({ name, violations: 0 });
    expect({ name, under: Math.max(0, best.account.cost - account.cost - 1e-5) }).toEqual({ name, under: 0 });
    expect(account.months.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(account.cost, 9);
  }
};

/** The same measurements up to step `cut`, others after it; prices are others only from the end of what may be known by then. */
export const changedFrom = (raw: RawSeries, other: RawSeries, cut: number): RawSeries => {
  const splice = (one: Float64Array, two: Float64Array, from: number): Float64Array =>
    one.map((value, step) => (step < from ? value : (two[step] ?? 0)));
  return {
    ...raw,
    loadKw: splice(raw.loadKw, other.loadKw, cut),
    pvKw: splice(raw.pvKw, other.pvKw, cut),
    importPrice: splice(raw.importPrice, other.importPrice, cut + 48),
    exportPrice: splice(raw.exportPrice, other.exportPrice, cut + 48),
  };
};
