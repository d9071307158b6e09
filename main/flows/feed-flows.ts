import type { Result } from '../result.ts';
import type { FlowContext, FlowDefinition } from './types.ts';

const MINUTE_MS = 60_000;

/** What the flow of the feeds does, handed in by the center. */
export interface FeedFlowDeps {
  /** Collects a year of weather, prices and carbon; answers a report. */
  readonly collectPast: (context: FlowContext) => Promise<Result<string>>;
}

/**
 * Only what a person starts by hand. The feeds schedule their own questions: each provider says when it publishes and when
 * its answer expires, which no clock of flows knows.
 */
export const feedFlows = (deps: FeedFlowDeps): readonly FlowDefinition[] => [
  {
    name: 'collect-past',
    label: 'Collect a year of weather and prices',
    description:
      'Asks the providers for the past year, as far as they have it, so that the first training has something to learn from.',
    cron: null,
    timeoutMs: 120 * MINUTE_MS,
    attempts: 1,
    backoffMs: MINUTE_MS,
    atStart: false,
    steps: [{ name: 'collect', run: deps.collectPast }],
  },
];
