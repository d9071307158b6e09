import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createAutomation } from '../../../../main/automation/automation.ts';
import { createLog, memorySink } from '../../../../main/log.ts';
import type { Problem } from '../../../../main/planning/types.ts';
import { ok, temporary } from '../../../../main/result.ts';
import { HOME } from '../../../support/control/snapshots.ts';
import { createLiveHome, type LiveHome } from '../../../support/planning/live-home.ts';
import { batteryOf, flexibleOf, liveProblem, planDoing, QUARTER } from '../../../support/planning/live-plans.ts';

let home: LiveHome | null = null;
afterEach(() => {
  home?.close();
  home = null;
});

const FLOOR_PCT = 20;
/** What the largest discharge takes out until a low charge is seen and the end of it is written. */
const SLACK_PCT = 0.3;
const startOf = (now: number): number => Math.floor(now / QUARTER) * QUARTER;
const problemAt = (now: number, more: Partial<Problem> = {}): Problem =>
  liveProblem(40, {}, { startAt: startOf(now), batteries: [batteryOf({ initialSocPct: 60 })], ...more });

/** A plan that sells the battery although there is nothing in it: its optimiser had a bad cache. */
const selling = (batteryKw: number) => ({
  problem: problemAt,
  solve: (problem: Problem) => ok(planDoing(problem, { batteryKw: () => batteryKw })),
  ways: { validate: () => [] },
});

describe('the floor of the battery', () => {
  it(
    'holds whatever the plan says, and whenever planner and program are killed',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.double({ min: 19, max: 24, noNaN: true }),
          fc.integer({ min: -5, max: -1 }),
          fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 3 }),
          async (socPct, batteryKw, lives) => {
            home?.close();
            home = await createLiveHome(selling(batteryKw));
            const { meters } = home.meters;
            meters.socPct = socPct;
            meters.householdW = 0;
            let lowest = socPct;
            const watch = (): void => {
              lowest = Math.min(lowest, meters.socPct ?? 0);
            };
            for (const seconds of lives) {
              await home.start();
              await home.live(seconds, watch);
              await home.kill();
            }
            await home.start();
            await home.live(120, watch);
            expect(lowest).toBeGreaterThan(Math.min(socPct, FLOOR_PCT) - SLACK_PCT);
          },
        ),
        { numRuns: 6 },
      ),
    60_000,
  );

  it('is not passed by a plan that the validator refuses: nothing of it is done', async () => {
    home = await createLiveHome({
      problem: problemAt,
      solve: (problem) => ok(planDoing(problem, { batteryKw: () => -5 })),
      ways: { tiers: () => temporary('plan.none', 'No plan.', 'Wait.') },
    });
    await home.start();
    await home.live(120);
    expect(home.wire).toEqual([]);
    expect(home.planner().condition(HOME)).toMatchObject({ state: 'degraded' });
  });
});

describe('what an earlier run left', () => {
  const charging = {
    problem: problemAt,
    solve: (problem: Problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 12 ? 2 : 0) })),
  };

  it('is taken up before the first new plan, and goes on as it was', async () => {
    let solves = 0;
    home = await createLiveHome({
      ...charging,
      solve: (problem) => {
        solves += 1;
        return solves === 1 ? charging.solve(problem) : new Promise(() => undefined);
      },
    });
    await home.start();
    await home.live(60);
    const { id } = home.planner().inForce(HOME) ?? {};
    await home.kill();
    await home.start();
    await home.live(60);
    expect(home.planner().inForce(HOME)?.id).toBe(id);
    expect(Number(home.device('gx').value())).toBeGreaterThan(2_000);
  });

  it.each([
    ['is no JSON', '{"site":', '{'],
    ['is another thing', '{"decision":{}}', '[]'],
    ['goes below nothing', null, null],
  ])('is not taken up where it %s', async (_, input, plan) => {
    home = await createLiveHome({ ...charging, solve: () => new Promise(() => undefined) });
    const at = home.clock.now();
    if (input !== null && plan !== null)
      home
        .store()
        .plans.add({ id: 'bad', siteId: HOME, madeAt: at, expiresAt: at + 3_600_000, state: 'ready', input, plan });
    else {
      const problem = problemAt(at);
      const stored = planDoing(problem, { batteryKw: () => -5 });
      const row = {
        input: JSON.stringify({ problem, lanes: [], parts: [], decision: { before: null, keepUnlessBetterBy: 0 } }),
        plan: JSON.stringify({
          ...stored,
          decision: { planId: 'bad', chosen: 'new', by: 'solver', intents: [], otherObjective: null, troubles: [] },
        }),
      };
      home
        .store()
        .plans.add({ id: 'bad', siteId: HOME, madeAt: at, expiresAt: at + 3_600_000, state: 'ready', ...row });
    }
    await home.start();
    await home.live(60);
    expect(home.planner().inForce(HOME)).toBeNull();
    expect(home.wire).toEqual([]);
    expect(home.sink.lines.some((line) => line.includes('is not taken up'))).toBe(true);
  });
});

describe('tiers and plan', () => {
  it('do not fight over a miner: it is the plan’s while the plan is in force, and the tiers’ again afterwards', async () => {
    let plans = true;
    const MINER = {
      id: 'miner',
      powerW: 1_000,
      config: { name: 'Miner', role: 'miner' as const, priority: 1, ratedPowerW: 1_000 },
    };
    const failing = { tiers: () => temporary('plan.none', 'No plan.', 'Wait.') };
    home = await createLiveHome({
      loads: [MINER],
      problem: (now) => problemAt(now, { flexibleLoads: [flexibleOf('miner/switch:0#0')] }),
      solve: (problem) => (plans ? ok(planDoing(problem)) : temporary('plan.failed', 'It broke off.', 'Wait.')),
      ways: failing,
    });
    home.meters.meters.socPct = 90;
    await home.start();
    const tiers = createAutomation({
      ...{ store: home.store(), clock: home.clock, log: createLog(memorySink(), home.clock), bus: home.bus },
      ...{ commander: home.commander(), telemetry: home.meters.telemetry, siteIds: () => [HOME] },
      coveredByPlan: (siteId, deviceId, channelId) => home?.planner().covers(siteId, deviceId, channelId) ?? false,
    });
    const life = new AbortController();
    await home.live(10);
    tiers.start(life.signal);
    const rows = () => home?.actions.filter(({ deviceId }) => deviceId === 'miner').length ?? 0;
    await home.live(20 * 60, () => {
      if (home) home.meters.meters.socPct = 90;
    });
    // Full, and the tiers would start it: but the plan lets it rest.
    expect(home.writesTo('miner')).toEqual([]);
    expect(tiers.explain(HOME)).toEqual([]);
    // Looked at for 20 min, and asked for nothing: it rests already.
    expect(rows()).toBe(0);
    plans = false;
    await home.live(75 * 60, () => {
      if (home) home.meters.meters.socPct = 90;
    });
    expect(home.writesTo('miner')).toEqual([true]);
    life.abort();
  }, 30_000);

  it('hand a running miner over without a switch, and without asking again and again', async () => {
    const MINER = {
      id: 'miner',
      powerW: 1_000,
      config: { name: 'Miner', role: 'miner' as const, priority: 1, ratedPowerW: 1_000 },
    };
    let plans = false;
    home = await createLiveHome({
      loads: [MINER],
      problem: (now) => problemAt(now, { flexibleLoads: [flexibleOf('miner/switch:0#0')] }),
      solve: (problem) =>
        plans ? ok(planDoing(problem, { on: () => true })) : temporary('plan.failed', 'It broke off.', 'Wait.'),
      ways: { tiers: () => temporary('plan.none', 'No plan.', 'Wait.') },
    });
    const full = (): void => {
      if (home) home.meters.meters.socPct = 90;
    };
    full();
    await home.start();
    const tiers = createAutomation({
      ...{ store: home.store(), clock: home.clock, log: createLog(memorySink(), home.clock), bus: home.bus },
      ...{ commander: home.commander(), telemetry: home.meters.telemetry, siteIds: () => [HOME] },
      coveredByPlan: (siteId, deviceId, channelId) => home?.planner().covers(siteId, deviceId, channelId) ?? false,
    });
    const life = new AbortController();
    tiers.start(life.signal);
    await home.live(6 * 60, full);
    expect(home.writesTo('miner')).toEqual([true]);
    plans = true;
    home.planner().planNow(HOME, 'The solver is back.');
    await home.live(45 * 60, full);
    // Beyond the lease of the tiers: the plan has taken it over, in a handful of rows.
    expect(home.writesTo('miner')).toEqual([true]);
    expect(home.store().channelControl.get(home.device('miner').id, home.device('miner').channel)?.lease?.owner).toBe(
      'plan: Plan',
    );
    expect(new Set(home.actions.filter(({ deviceId }) => deviceId === 'miner').map(({ id }) => id)).size).toBeLessThan(
      9,
    );
    life.abort();
  }, 30_000);
});
