import type { Result } from '../result.ts';
import type { FlowContext, FlowDefinition } from './types.ts';

const MINUTE_MS = 60_000;

type FlowWork = (context: FlowContext) => Promise<Result<string>>;

/** What the flows of advice do, handed in by the center. */
export interface AdviceFlowDeps {
  readonly findAdvice: FlowWork;
  readonly settleAdvice: FlowWork;
  readonly savings: FlowWork;
}

/** Advice every six hours, and after midnight what the day before cost and saved. */
export const adviceFlows = (deps: AdviceFlowDeps): readonly FlowDefinition[] => [
  {
    name: 'recommend',
    label: 'Recommendations',
    description: 'Looks for what would be cheaper or cleaner at another time, and whether earlier advice came true.',
    cron: '20 */6 * * *',
    timeoutMs: 5 * MINUTE_MS,
    attempts: 2,
    backoffMs: MINUTE_MS,
    atStart: false,
    steps: [
      { name: 'look back', run: deps.settleAdvice },
      { name: 'look ahead', run: deps.findAdvice },
    ],
  },
  {
    name: 'savings',
    label: 'Savings',
    description:
      'Works out what yesterday cost against the battery on self-consumption only, and catches up up to 30 days.',
    cron: '25 0 * * *',
    timeoutMs: 15 * MINUTE_MS,
    attempts: 2,
    backoffMs: 5 * MINUTE_MS,
    atStart: true,
    steps: [{ name: 'work out', run: deps.savings }],
  },
];
