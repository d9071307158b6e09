import { afterEach, describe, expect, it } from 'vitest';
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

const MINUTE = 60_000;
const MINER = { id: 'miner', powerW: 1_000, config: { name: 'Miner', role: 'miner' as const, ratedPowerW: 1_000 } };
const startOf = (now: number): number => Math.floor(now / QUARTER) * QUARTER;
const flat = (now: number, more: Partial<Problem> = {}): Problem =>
  liveProblem(
    40,
    {},
    {
      startAt: startOf(now),
      batteries: [batteryOf({ initialSocPct: 60 })],
      flexibleLoads: [flexibleOf('miner/switch:0#0')],
      ...more,
    },
  );
/** The quarter of an absolute time since the first plan. */
const quarterOf = (problem: Problem, step: number, origin: number): number =>
  Math.round((problem.startAt - origin) / QUARTER) + step;

describe('a plan in Automate', () => {
  it('holds the battery while the house changes, and writes no more than its budget allows', async () => {
    home = await createLiveHome({
      problem: (now) => flat(now, { importPrice: Array.from({ length: 40 }, (_, step) => (step < 30 ? 0.1 : 0.5)) }),
      solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step >= 30 ? -1 : 0) })),
    });
    await home.start();
    const { meters } = home.meters;
    await home.live(60);
    let worst = 0;
    await home.live(20 * 60, (second) => {
      meters.householdW = 1_000 + (second % 300 < 150 ? 0 : 1_200) + 40 * Math.sin(second);
      if (second > 60 && second % 300 > 45 && second % 300 < 150) worst = Math.max(worst, Math.abs(meters.batteryW));
    });
    // The grid carries the house; the battery rests but for what changes between two looks.
    expect(worst).toBeLessThan(130);
    const writes = home.writesTo('gx').length;
    expect(writes).toBeGreaterThan(4);
    expect(writes).toBeLessThan(41);
  });

  it('charges from the grid at the planned power, whatever the house draws', async () => {
    home = await createLiveHome({
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 4 ? 2 : step < 12 ? -1 : 0) })),
    });
    await home.start();
    await home.live(60);
    expect(home.meters.meters.batteryW).toBeCloseTo(2_000, -2);
    home.meters.meters.householdW = 3_000;
    await home.live(60);
    expect(home.meters.meters.batteryW).toBeCloseTo(2_000, -2);
    const first = home.actions.find(({ deviceId }) => deviceId === 'gx');
    expect(first).toMatchObject({ origin: 'plan', who: 'Plan' });
  });

  it('leaves the inverter to itself where that does the same: nothing is written at all', async () => {
    home = await createLiveHome({
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 20 ? -1 : 0) })),
    });
    await home.start();
    await home.live(10 * 60);
    expect(home.writesTo('gx')).toEqual([]);
    expect(home.meters.meters.batteryW).toBe(-1_000);
  });

  it('gives control back when the meter falls silent, and when the charge is not known', async () => {
    home = await createLiveHome({
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { batteryKw: () => 2 })),
    });
    await home.start();
    await home.live(60);
    expect(Number(home.device('gx').value())).toBeGreaterThan(0);
    home.meters.freeze('soc');
    await home.live(60);
    expect(home.device('gx').value()).toBe(0);
    home.meters.thaw();
    await home.live(120);
    expect(Number(home.device('gx').value())).toBeGreaterThan(0);
  });

  it('switches a load within two seconds of its boundary, while a planner computes for half an hour', async () => {
    let origin: number | null = null;
    let solves = 0;
    home = await createLiveHome({
      loads: [MINER],
      problem: (now) => {
        const problem = flat(now);
        origin ??= problem.startAt;
        return problem;
      },
      solve: (problem, signal) => {
        solves += 1;
        if (solves === 1)
          return ok(planDoing(problem, { on: (_, step) => quarterOf(problem, step, origin ?? 0) % 2 === 1 }));
        // A solver that does not even listen when it is told to give up.
        void signal;
        return new Promise(() => undefined);
      },
    });
    await home.start();
    const from = home.clock.now();
    await home.live(44 * 60);
    const boundaries = [1, 2].map((quarter) => startOf(from) + quarter * QUARTER);
    const at = home.wire.filter(({ deviceId }) => deviceId === 'miner').map((entry) => [entry.value, entry.at]);
    expect(at.map(([value]) => value)).toEqual([true, false]);
    for (const [place, boundary] of boundaries.entries()) {
      const late = Number(at[place]?.[1]) - boundary;
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(2_000);
    }
    expect(solves).toBe(2);
  });

  it('goes by the last good plan until it expires, and then holds nothing', async () => {
    let solves = 0;
    home = await createLiveHome({
      loads: [MINER],
      problem: flat,
      solve: (problem) => {
        solves += 1;
        return solves === 1
          ? ok(planDoing(problem, { on: () => true, batteryKw: () => 1 }))
          : temporary('plan.failed', 'The solver broke off.', 'Try again.');
      },
      ways: {
        tiers: () => temporary('plan.failed', 'No tiers.', 'Try again.'),
        score: () => temporary('plan.failed', 'It cannot be scored.', 'Try again.'),
      },
    });
    await home.start();
    await home.live(50 * 60);
    expect(home.device('miner').value()).toBe(true);
    expect(Number(home.device('gx').value())).toBeGreaterThan(0);
    expect(home.planner().condition(HOME).state).toBe('degraded');
    await home.live(30 * 60);
    expect(home.planner().inForce(HOME)).toBeNull();
    expect(home.planner().view(HOME).state).toBe('stale');
    expect(home.device('miner').value()).toBe(false);
    expect(home.device('gx').value()).toBe(0);
  });

  it("leaves a person's hold alone, and what a rule has borrowed", async () => {
    home = await createLiveHome({
      loads: [MINER],
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { on: () => true })),
    });
    await home.start();
    await home.live(20);
    expect(home.device('miner').value()).toBe(true);
    await home.live(5 * 60);
    await home.act('miner', { setpoint: false, origin: 'manual', who: 'Ada', holdMs: 30 * MINUTE });
    await home.live(20 * 60);
    expect(home.device('miner').value()).toBe(false);
    await home.act('miner', { setpoint: true, origin: 'manual', who: 'Ada', holdMs: MINUTE });
    await home.live(6 * 60);
    await home.act('miner', { setpoint: false, origin: 'rule', who: 'Quiet nights', leaseMs: 40 * MINUTE });
    await home.live(30 * 60);
    expect(home.device('miner').value()).toBe(false);
  });

  it('does not knock again and again where a person holds the setpoint', async () => {
    home = await createLiveHome({
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { batteryKw: (step) => (step < 12 ? 2 : 0) })),
    });
    await home.start();
    await home.live(60);
    await home.act('gx', { setpoint: 500, origin: 'manual', who: 'Ada', holdMs: 20 * MINUTE });
    const before = home.actions.length;
    await home.live(15 * 60);
    expect(home.device('gx').value()).toBe(500);
    expect(home.actions.slice(before)).toEqual([]);
    await home.live(7 * 60);
    expect(home.device('gx').value()).toBe(3_000);
    // What follows later is told apart from what began.
    expect(home.actions.filter(({ reasonCode }) => reasonCode === 'PLAN_FOLLOWS').length).toBeGreaterThan(0);
  });

  it('ends at once with a stop, and begins nothing until a person lets it', async () => {
    home = await createLiveHome({
      loads: [MINER],
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { on: () => true, batteryKw: () => 2 })),
    });
    await home.start();
    await home.live(60);
    expect([home.device('miner').value(), Number(home.device('gx').value()) > 0]).toEqual([true, true]);
    void home.stop().activate(HOME, 'Ada', 'window', null);
    await home.live(3);
    expect([home.device('miner').value(), home.device('gx').value()]).toEqual([false, 0]);
    const before = home.wire.length;
    await home.live(10 * 60);
    expect(home.wire.slice(before).every(({ value }) => value === false || value === 0)).toBe(true);
    home.stop().release(HOME, 'Ada', 'window');
    await home.live(60);
    expect(home.device('miner').value()).toBe(false);
    home.commander().setMode(HOME, 'automate', 'Ada');
    await home.live(6 * 60);
    expect(home.device('miner').value()).toBe(true);
  });

  it('wakes up into what the plan says of that time, without making up for what was missed', async () => {
    let origin: number | null = null;
    home = await createLiveHome({
      loads: [MINER],
      problem: (now) => {
        const problem = flat(now);
        origin ??= problem.startAt;
        return problem;
      },
      solve: (problem) =>
        ok(planDoing(problem, { on: (_, step) => [1, 3].includes(quarterOf(problem, step, origin ?? 0)) })),
    });
    await home.start();
    await home.live(5);
    home.clock.jump(2 * QUARTER + 60_000);
    home.bus.emit('timeJump', { spanMs: 2 * QUARTER });
    await home.live(60);
    expect(home.writesTo('miner')).toEqual([]);
    await home.live(15 * 60);
    expect(home.writesTo('miner')).toEqual([true]);
  });
});

describe('a plan in Suggest', () => {
  it('asks once for a stretch of the battery, and once for a load', async () => {
    home = await createLiveHome({
      mode: 'suggest',
      loads: [MINER],
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { on: () => true, batteryKw: (step) => (step < 8 ? 2 : 0) })),
    });
    await home.start();
    await home.live(4 * 60, (second) => {
      if (home) home.meters.meters.householdW = 1_000 + 300 * Math.sin(second / 20);
    });
    const asked = home.commander().pending(HOME);
    expect(asked.map(({ deviceId }) => deviceId).toSorted()).toEqual(['gx', 'miner']);
    expect(home.wire).toEqual([]);
    for (const { id } of asked) home.commander().approve(id, 'Ada', 'window');
    await home.live(40 * 60);
    // Renewed without another question, beyond a lease and several replans.
    expect(home.commander().pending(HOME)).toEqual([]);
    expect([home.writesTo('gx').length, home.writesTo('miner').length]).toEqual([1, 1]);
    expect(home.device('gx').value()).toBe(3_000 + 1_000);
  });
});

describe('a plan in Watch', () => {
  it('is shown and nothing is asked', async () => {
    home = await createLiveHome({
      mode: 'watch',
      loads: [MINER],
      problem: flat,
      solve: (problem) => ok(planDoing(problem, { on: () => true, batteryKw: () => 2 })),
    });
    await home.start();
    await home.live(10 * 60);
    expect(home.wire).toEqual([]);
    expect(home.actions).toEqual([]);
    expect(home.planner().view(HOME).state).toBe('kept');
    expect(home.planner().nextSteps(HOME)).toEqual([]);
  });
});
