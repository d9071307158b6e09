import type { Policy, PolicyResult } from '../../../../preload/contract/backtest.ts';

/** The policies in the order from nothing to everything known, with their plain meaning. */
export const POLICIES: readonly { readonly policy: Policy; readonly label: string; readonly means: string }[] = [
  {
    policy: 'none',
    label: 'No battery',
    means: 'The home as if it had no battery: what all savings are measured from.',
  },
  {
    policy: 'self',
    label: 'Self-consumption only',
    means: 'What the sun leaves over goes in, what is missing comes out. What most inverters do by themselves.',
  },
  { policy: 'rules', label: 'Price rules', means: 'Charges below and discharges above fixed price levels of the day.' },
  { policy: 'tiers', label: 'Tiers', means: 'Fixed tiers by the lowest charge that is expected ahead.' },
  {
    policy: 'plan',
    label: 'The plan',
    means: 'The planner with the forecasts as they would have been issued then: it never looks ahead.',
  },
  { policy: 'learnt', label: 'Learnt policy', means: 'The policy that was trained in the simulator on this home.' },
  {
    policy: 'prescient',
    label: 'Perfect foresight',
    means: 'The planner with everything known in advance. Nobody can do better, so it marks what is possible.',
  },
];

export const policyLabel = (policy: Policy): string => POLICIES.find((one) => one.policy === policy)?.label ?? policy;

export const inPolicyOrder = (results: readonly PolicyResult[]): PolicyResult[] =>
  POLICIES.flatMap(({ policy }) => results.filter((one) => one.policy === policy));
