import { expect, it } from 'vitest';
import { runPolicy } from '../../../../main/planning/backtest/run.ts';
import type { PolicyName } from '../../../../main/planning/backtest/types.ts';
import { caseOf } from '../../../support/planning/demo-past.ts';
import { RUN } from '../../../support/planning/made-past.ts';

/**
 * What the plan saves on measured weeks of the demo home. The figures are exact to 0.1 %: whoever changes the planner or its
 * forecasts sees here what that costs or brings, and writes the new figure down.
 */
const costs = async (name: Parameters<typeof caseOf>[0], policies: readonly PolicyName[]) => {
  const { past, site } = caseOf(name);
  const found = new Map<PolicyName, number>();
  for (const policy of policies) {
    const ran = await runPolicy(policy, past, site, RUN);
    if (!ran.ok || ran.value === null) throw new Error('not played');
    expect(ran.value.account.violations).toBe(0);
    found.set(policy, ran.value.account.cost);
  }
  const cost = (policy: PolicyName): number => found.get(policy) ?? Number.NaN;
  return {
    saving: (policy: PolicyName): number => cost('none') - cost(policy),
    // Of what perfect foresight saves.
    share: (policy: PolicyName): number => (cost('none') - cost(policy)) / (cost('none') - cost('prescient')),
  };
};
const ALL: readonly PolicyName[] = ['none', 'self', 'rules', 'tiers', 'plan', 'prescient'];

it.each([
  ['autumn', 9.175271, 0.9],
  ['winter with peak charge', 7.206013, 0.9],
] as const)('saves what it did, and most of what is possible: %s', async (name, saving, share) => {
  const found = await costs(name, ALL);
  expect(found.saving('plan')).toBeGreaterThan(found.saving('self'));
  expect(found.saving('plan')).toBeGreaterThan(found.saving('rules'));
  expect(found.saving('plan')).toBeGreaterThan(found.saving('tiers'));
  expect(found.share('plan')).toBeGreaterThan(share);
  expect(Math.abs(found.saving('plan') / saving - 1)).toBeLessThan(0.001);
});
