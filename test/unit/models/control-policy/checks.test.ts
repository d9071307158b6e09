import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../../models/control-policy/checks.ts';
import type { Mode } from '../../../../models/control-policy/modes.ts';
import { policyFault } from '../../../../models/control-policy/policy.ts';
import { clearlyCheaper, tryOut } from '../../../../models/control-policy/trial.ts';
import { madeSeries, POLICY_HOME, partsOf, stubbornPolicy } from '../../../support/models/policy-home.ts';

const series = madeSeries(16, { pv: 2 });
const span = { from: 8 * 24, to: 16 * 24 };
const failedBy = (mode: Mode, home = POLICY_HOME): readonly string[] => {
  const policy = stubbornPolicy(mode, home);
  const checks = checkPolicy(policy, series, span, tryOut(policy, series, span));
  for (const { sentence } of checks) expect(sentence).toMatch(/\.$/);
  return checks.filter(({ passed }) => !passed).map(({ name }) => name);
};

describe('the checks', () => {
  it('let self-consumption pass all but the one about prices', () => {
    expect(failedBy('follow')).toEqual(['follows prices']);
  });
  it('find out who charges always, who does nothing, and who sells what is dear', () => {
    expect(failedBy('charge')).toEqual(['not worse than self-consumption', 'follows prices']);
    expect(failedBy('rest')).toEqual(['not worse than self-consumption', 'follows prices']);
    const seller = { ...POLICY_HOME, battery: { ...POLICY_HOME.battery, toGrid: true } };
    expect(failedBy('sell', seller)).toEqual(expect.arrayContaining(['not worse than no battery', 'follows prices']));
  });
  it('find out a battery that is driven beyond its limits', () => {
    const policy = stubbornPolicy('follow');
    const trial = tryOut(policy, series, span);
    const far = { ...trial, learnt: { ...trial.learnt, batteryKw: trial.learnt.batteryKw.map((kw) => 10 * kw) } };
    const failed = checkPolicy(policy, series, span, far).filter(({ passed }) => !passed);
    expect(failed.map(({ name }) => name)).toContain('limits');
    expect(failed.map(({ name }) => name)).toContain('repeats itself');
  });
});

describe('a trial', () => {
  it('puts the same days before all, and perfect foresight first', () => {
    const { learnt, none, self, plan, prescient } = tryOut(stubbornPolicy('follow'), series, span);
    expect(learnt.cost).toBe(self.cost);
    expect(none.chargedKwh).toBeLessThan(0.2);
    expect(self.cost).toBeLessThan(none.cost);
    expect(plan.cost).toBeLessThan(self.cost);
    expect(prescient.cost).toBeLessThan(plan.cost);
    for (const played of [learnt, none, plan, prescient]) expect(played.dayCosts).toHaveLength(8);
  });
  it('calls cheaper only what is so by more than chance', () => {
    expect(clearlyCheaper([1, 1, 1, 1], [2, 2.1, 1.9, 2])).toBe(true);
    expect(clearlyCheaper([2, 2.1, 1.9, 2], [1, 1, 1, 1])).toBe(false);
    expect(clearlyCheaper([1, 5, 1, 4], [5, 1, 4, 2])).toBe(false);
    expect(clearlyCheaper([1], [2])).toBe(false);
    expect(clearlyCheaper([1, 2], [1])).toBe(false);
  });
});

describe('a policy that is read back', () => {
  it('is refused where it is not of this application', () => {
    const policy = stubbornPolicy('follow');
    expect(policyFault(policy)).toBeNull();
    expect(policyFault({ ...policy, weights: policy.weights.slice(1) })).toContain('weights');
    expect(policyFault({ ...policy, weights: policy.weights.map(() => Number.NaN) })).toContain('not a number');
    expect(policyFault({ ...policy, parts: { ...partsOf(), modes: ['follow'] } })).toContain('modes');
    expect(policyFault({ ...policy, parts: { ...partsOf(POLICY_HOME), features: [] } })).toContain('inputs');
  });
});
