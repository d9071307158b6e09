import type { Clock } from '../clock.ts';
import type { Commander } from '../control/types.ts';
import type { EventBus } from '../events.ts';
import type { Feeds } from '../feeds/service-types.ts';
import type { Tariffs } from '../feeds/tariff/types.ts';
import type { SiteId } from '../ids.ts';
import type { Learning } from '../learning/types.ts';
import type { Log } from '../log.ts';
import { createAdvice } from '../planning/advice/advice.ts';
import { createBacktests } from '../planning/backtest/backtests.ts';
import { createLearntPolicies } from '../planning/learnt/learnt.ts';
import { createPlanMaker } from '../planning/live/plan-maker.ts';
import { createPlanner } from '../planning/live/planner.ts';
import { createPlanClient } from '../planning/plan-client.ts';
import { overTurns } from '../planning/site/in-pieces.ts';
import { createPastPeaks } from '../planning/site/past-peaks.ts';
import { pinOf } from '../planning/site/pins.ts';
import { createPlanSettings } from '../planning/site/plan-settings.ts';
import { emptyPlanView, planViewOf } from '../planning/site/plan-view.ts';
import { siteProblemInPieces } from '../planning/site/site-problem.ts';
import { validatePlan } from '../planning/validate.ts';
import { permanent, type Result } from '../result.ts';
import type { Store } from '../store/types.ts';
import type { Telemetry } from '../telemetry/types.ts';

export interface PlanningRoomsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly commander: Commander;
  readonly telemetry: Telemetry;
  readonly learning: Learning;
  readonly feeds: Feeds;
  readonly tariffs: Tariffs;
  siteIds(): readonly SiteId[];
  readonly dataFolder: string;
  readonly version: string;
  /** The entries of the threads that solve, play the past again, and learn. */
  readonly workers: Readonly<Record<'planning' | 'backtest' | 'policy', URL>>;
}

/**
 * Builds what plans a home and acts on it, and what says how good that is: the planner, its settings, advice and savings,
 * backtests, and the policy that is learnt.
 */
export const createPlanningRooms = (deps: PlanningRoomsDeps) => {
  const { store, clock, log, bus, commander, feeds, tariffs, workers } = deps;
  const client = createPlanClient({ workerUrl: workers.planning, clock });
  const siteDeps = { ...deps, pastPeaks: createPastPeaks(store) };
  const problemAt = (siteId: SiteId, now: number) => overTurns(siteProblemInPieces(siteDeps, siteId, now));
  const planner = createPlanner({
    ...deps,
    maker: createPlanMaker({ client, clock }),
    validate: validatePlan,
    site: {
      problem: problemAt,
      view: planViewOf,
      emptyView: emptyPlanView,
      pinOf,
    },
  });
  /** The home's problem now, for who asks about it beside the plan. */
  const problemOf = (siteId: SiteId) => problemAt(siteId, clock.now());
  /** Moves the next run of a load in the plan in force to a start. */
  const moveRun = (wish: {
    readonly siteId: SiteId;
    readonly laneId: string;
    readonly startAt: number;
    readonly who: string;
  }): Result<void> => {
    const { siteId, laneId, startAt, who } = wish;
    const blocks = planner.inForce(siteId)?.blocks ?? [];
    const run = blocks.find((block) => block.laneId === laneId && block.does === 'run' && block.to > clock.now());
    return run
      ? planner.pin(siteId, { blockId: run.id, pin: 'move', toAt: startAt, who })
      : permanent('plan.pin', 'The plan has no run of this load.', 'Say under Plan what it is to do.');
  };
  const advice = createAdvice({
    ...{ store, clock, bus, log, problemOf },
    mode: (id) => commander.mode(id),
    planSettingsOf: (id) => store.plans.settings(id),
    carbonOf: (id, from, to) => feeds.carbonFor(id, from, to),
    tariffAt: (id, at) => tariffs.tariffAt(id, at),
    pin: async (wish) => moveRun(wish),
    windOf: (id, from, to) => {
      const rows = feeds.weatherFor(id, from, to);
      return (at) => rows.find((row) => row.at <= at && at < row.at + row.stepMs)?.windMs ?? null;
    },
  });
  const learntPolicy = createLearntPolicies({
    ...{ store, tariffs, clock, bus, log, dataFolder: deps.dataFolder, version: deps.version },
    workerUrl: workers.policy,
  });
  const backtests = createBacktests({
    ...{ store, tariffs, clock, bus, log },
    workerUrl: workers.backtest,
    weatherFor: (...asked) => feeds.weatherFor(...asked),
    carbonOf: (id, from, to) => feeds.carbonFor(id, from, to),
    learntOf: (id) => learntPolicy.newest(id),
  });
  return { planner, planSettings: createPlanSettings(siteDeps), advice, learntPolicy, backtests };
};
