import type { Clock } from '../../../main/clock.ts';
import type { SimulatedHouse } from '../../../main/devices/simulator/types.ts';
import { createLog, memorySink } from '../../../main/log.ts';
import { decide, type Ways } from '../../../main/planning/live/decide.ts';
import { withPatience } from '../../../main/planning/live/patience.ts';
import { createPlanner, type PlannerDeps } from '../../../main/planning/live/planner.ts';
import type { Planner } from '../../../main/planning/live/types.ts';
import type { PlanPicture } from '../../../main/planning/site/plan-view.ts';
import type { SiteProblem } from '../../../main/planning/site/types.ts';
import type { Plan, PlanStep, Problem } from '../../../main/planning/types.ts';
import { ok, type Result, temporary } from '../../../main/result.ts';
import type { PlanView } from '../../../preload/contract/plan.ts';
import { createGuardedHouse } from '../control/guarded-house.ts';
import type { LoadOptions } from '../control/house.ts';
import { HOME } from '../control/snapshots.ts';
import { planDoing, siteOf } from './live-plans.ts';

export const GRID_SETPOINT: LoadOptions = {
  id: 'gx',
  channelId: 'grid-setpoint',
  value: 0,
  spec: {
    control: { kind: 'number', unit: 'W', minimum: -32_000, maximum: 32_000, step: 10 },
    defaultSafeState: 0,
    defaultRules: { minOnMs: 10_000, minOffMs: 10_000, maxSwitchesPerHour: 240, writeBudgetPerDay: 4_000 },
    effect: { kind: 'none', because: 'the sum counts' },
  },
  config: {
    ...{ role: 'grid', use: 'check', safeState: 0, name: 'Grid setpoint', ratedPowerW: null, priority: 5 },
    rules: { minOnMs: 10_000, minOffMs: 10_000, maxSwitchesPerHour: 240, writeBudgetPerDay: 4_000 },
  },
};

const NO_PICTURE: PlanPicture = { soc: [], totals: null, steps: [], blocks: [], bent: [] };

const emptyView = (state: PlanView['state'], sentence: string): PlanView => ({
  ...{ siteId: HOME, state, sentence, planId: null, madeAt: null, nextAt: null, expiresAt: null, planning: false },
  ...{ gapPct: null, tookMs: null, stepMs: 900_000, reservePct: null, totals: null },
  ...{ soc: [], sun: [], steps: [], lanes: [], blocks: [], bent: [] },
});

/** What a plan costs by its meter alone: the yardstick of these tests. */
const plainScore: Ways['score'] = (problem, steps, bound) => {
  const like = planDoing(problem, {
    batteryKw: (step) => (steps[step]?.chargeKw ?? 0) - (steps[step]?.dischargeKw ?? 0),
    on: (id, step) => (steps[step]?.loads[id] ?? 0) > 0,
  });
  return ok({ ...like, bound, steps });
};

const lowest = (steps: readonly PlanStep[]): number => Math.min(100, ...steps.map(({ socPct }) => socPct ?? 100));

const plainWays = (solve: Ways['solve'], more: Partial<Ways> = {}): Ways => ({
  solve,
  ladder: () => temporary('plan.not-for-ladder', 'No ladder here.', 'Go on.'),
  tiers: (problem) => ok(planDoing(problem)),
  score: plainScore,
  validate: (_, plan) => {
    const least = lowest(plan.steps);
    return least >= -1e-6 ? [] : [`The charge goes down to ${least} %.`];
  },
  ...more,
});

/** Decides in this thread, with the patience of the product; nobody looks at pictures here. */
const makerWith = (ways: Ways, clock: Clock): Pick<PlannerDeps, 'maker' | 'validate'> => ({
  validate: ways.validate,
  maker: {
    decide: async (input, _, life) => {
      const patience = withPatience(clock, life);
      try {
        const decision = await decide(ways, input, patience.signal);
        return decision.ok ? ok({ decision: decision.value, picture: NO_PICTURE }) : decision;
      } finally {
        patience.end();
      }
    },
    picture: async () => NO_PICTURE,
    whatIf: async () => {
      throw new Error('Nobody asks here.');
    },
  },
});

/**
 * A home with a planner over the real commander, guard, envelope and database. Its battery obeys the grid setpoint (or its own
 * power) second by second; the problem is the test's to say.
 */
export const createLiveHome = async (options: {
  readonly loads?: readonly LoadOptions[];
  readonly mode?: 'watch' | 'suggest' | 'automate';
  readonly problem: (now: number) => Problem;
  readonly solve: (problem: Problem, signal: AbortSignal) => Promise<Result<Plan>> | Result<Plan>;
  readonly ways?: Partial<Ways>;
  readonly site?: Partial<PlannerDeps['site']>;
  readonly startAt?: number;
  /** A real driver with a simulated house behind it, in place of the grid setpoint that obeys at once. */
  readonly real?: { readonly device: LoadOptions; readonly physics: () => SimulatedHouse };
}) => {
  const { real } = options;
  const house = await createGuardedHouse([real?.device ?? GRID_SETPOINT, ...(options.loads ?? [])], {
    mode: options.mode ?? 'automate',
    ...(options.startAt === undefined ? {} : { startAt: options.startAt }),
  });
  const { meters } = house.meters;
  Object.assign(meters, { pvW: 0, householdW: 1_000, socPct: 60 });
  // A setpoint draws nothing itself.
  house.devices[0]?.draws(0);
  house.store().settings.set(HOME, { batteryCapacityKwh: 10, minimumSocPct: 20, criticalSocPct: 10 }, 'Ada', 0);
  const sink = memorySink();
  const problems: Problem[] = [];
  const build = (): Planner =>
    createPlanner({
      store: house.store(),
      clock: house.clock,
      log: createLog(sink, house.clock),
      bus: house.bus,
      telemetry: house.meters.telemetry,
      commander: house.commander(),
      siteIds: () => [HOME],
      ...makerWith(
        plainWays(async (problem, signal) => options.solve(problem, signal), options.ways),
        house.clock,
      ),
      site: {
        problem: async (_, now): Promise<Result<SiteProblem>> => {
          const problem = options.problem(now);
          problems.push(problem);
          return ok(siteOf(problem, {}, now));
        },
        view: ({ state, planId, plan }) => ({ ...emptyView(state, 'A plan.'), planId, gapPct: plan.gap * 100 }),
        emptyView: (_, state, sentence) => emptyView(state, sentence),
        pinOf: () => ok(null),
        ...options.site,
      },
    });
  let planner: Planner | null = null;
  let life = new AbortController();
  const loadW = (): number => meters.householdW + house.devices.reduce((sum, device) => sum + device.powerW(), 0);
  /** The inverter holds the meter at its setpoint, as far as the battery goes. */
  const obey = (): void => {
    if (real) {
      const { pvW, householdW, batteryW, socPct } = real.physics().state();
      Object.assign(meters, { pvW, householdW, batteryW, socPct });
      return;
    }
    const net = loadW() - meters.pvW;
    const setpoint = Number(house.device('gx').value());
    const room = (meters.socPct ?? 0) < 100 ? 5_000 : 0;
    const stock = (meters.socPct ?? 0) > 5 ? -5_000 : 0;
    meters.batteryW = Math.min(room, Math.max(stock, setpoint - net));
    if (meters.socPct !== null) meters.socPct += (meters.batteryW / 1_000 / 3_600 / 10) * 100;
  };
  const current = (): Planner => {
    if (!planner) throw new Error('The planner is not there.');
    return planner;
  };
  return {
    ...house,
    sink,
    problems,
    planner: current,
    start: async (): Promise<void> => {
      await house.start();
      life = new AbortController();
      planner = build();
      planner.start(life.signal);
    },
    /** As a kill does: neither planner nor commander says goodbye. */
    kill: async (): Promise<void> => {
      life.abort();
      planner = null;
      await house.kill();
    },
    live: async (seconds: number, each: (second: number) => void = () => undefined): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        each(second);
        obey();
        house.meters.poll();
        if (second % 5 === 0) house.bus.emit('live', house.meters.telemetry.live(HOME));
        await house.clock.advance(1_000);
        // Sockets need real time.
        if (real) for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    writesTo: (id: string) => house.wire.filter((entry) => entry.deviceId === id).map((entry) => entry.value),
    close: (): void => {
      life.abort();
      house.close();
    },
  };
};
export type LiveHome = Awaited<ReturnType<typeof createLiveHome>>;
