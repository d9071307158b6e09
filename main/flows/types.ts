import type { FlowRun, FlowView, SiteSettings } from '../../preload/contract/house.ts';
import type { SiteId } from '../ids.ts';
import type { Result } from '../result.ts';

/** One step of a flow. A step that fails does not keep its neighbours from running unless they say that they need it. */
export interface FlowStep {
  readonly name: string;
  /** Steps of the same flow that must have succeeded. */
  readonly needs?: readonly string[];
  /** Answers one readable sentence with numbers for the report. */
  run(context: FlowContext): Promise<Result<string>>;
}

export interface FlowContext {
  readonly siteId: SiteId;
  readonly signal: AbortSignal;
  progress(sentence: string): void;
}

/** The settings that say when flows run. */
export type FlowRhythm = Pick<SiteSettings, 'featuresAt' | 'trainingAt' | 'backupAt' | 'forecastEveryHours'>;

export interface FlowDefinition {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** Cron of the site's local time, e.g. `0 2 * * *`, or made from the site's settings; null runs only by hand or event. */
  readonly cron: string | null | ((rhythm: FlowRhythm) => string);
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly backoffMs: number;
  /** True: also once at start, a little after the house is up. */
  readonly atStart: boolean;
  readonly steps: readonly FlowStep[];
}

export interface FlowRunner {
  start(signal: AbortSignal): void;
  stop(): Promise<void>;
  list(siteId: SiteId): readonly FlowView[];
  runs(siteId: SiteId, limit: number, flow?: string): readonly FlowRun[];
  run(
    siteId: SiteId,
    flow: string,
    trigger: FlowRun['trigger'],
  ): Result<{ readonly runId: string; readonly done: Promise<FlowRun> }>;
  cancel(runId: string): Result<void>;
}
