import type { PolicyCheck } from '../../../models/control-policy/checks.ts';
import type { PolicyCard } from './card.ts';

/** What a training has shown. Costs are money on the held-out days. */
export interface Shown {
  readonly checks: readonly PolicyCheck[];
  readonly days: number;
  readonly policyCost: number;
  readonly planCost: number;
  /** Cheaper than the plan by more than chance. */
  readonly beatsPlan: boolean;
  readonly powerCharged: boolean;
}

/**
 * How far a version may go. It serves only if it passed all checks and beat the planner itself, in a home whose tariff it sees
 * the whole of; one that passed is watched beside the plan, any other is put away.
 */
export const judge = (shown: Shown): Pick<PolicyCard, 'stage' | 'sentence'> => {
  const { checks, days, policyCost, planCost, beatsPlan, powerCharged } = shown;
  const apart = Math.abs(planCost - policyCost).toFixed(2);
  const wins = policyCost < planCost ? 'The learnt policy' : 'The plan';
  const figures = `${wins} wins by ${apart} on ${days} days that neither had seen: ${policyCost.toFixed(2)} by the policy, ${planCost.toFixed(2)} by the plan.`;
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0)
    return {
      stage: 'rejected',
      sentence: `It is put away, since it failed a check (${failed.join(', ')}). ${figures}`,
    };
  if (!beatsPlan) return { stage: 'shadow', sentence: `${figures} It stays a comparison.` };
  if (powerCharged)
    return {
      stage: 'shadow',
      sentence: `${figures} It stays a comparison, since it does not see what peaks cost here.`,
    };
  return { stage: 'ahead', sentence: `${figures} The plan goes on steering; this one is shown as the better.` };
};
