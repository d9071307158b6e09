import type { Result } from '../result.ts';
import { cronAt } from './cron.ts';
import type { FlowContext, FlowDefinition } from './types.ts';

const MINUTE_MS = 60_000;
/** After the trainings and the search of the night, so that they do not share the machine. */
const LATER_MINUTES = 185;
const SUNDAY = 0;

/** Once a week a policy is learnt and compared with the plan; `train` is handed in by the center. */
export const policyFlow = (train: (context: FlowContext) => Promise<Result<string>>): FlowDefinition => ({
  name: 'policy',
  label: 'Learn a control policy',
  description:
    'Lets a policy learn on the past of the home, checks it, and compares it with the plan on weeks that it has not seen.',
  cron: ({ trainingAt }) => cronAt(trainingAt, LATER_MINUTES, SUNDAY),
  timeoutMs: 40 * MINUTE_MS,
  attempts: 1,
  backoffMs: MINUTE_MS,
  atStart: false,
  steps: [{ name: 'train', run: train }],
});
