import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadSolver } from '../../../../main/planning/highs.ts';
import { type Decision, decide, type Standing } from '../../../../main/planning/live/decide.ts';
import { temporary } from '../../../../main/result.ts';
import { flexibleOf, siteOf } from '../../../support/planning/live-plans.ts';
import {
  decided,
  homeAt,
  jitter,
  playStoredDecisions,
  standing,
  WAYS,
} from '../../../support/planning/stored-decisions.ts';

beforeAll(async () => {
  await loadSolver();
});

const NEVER = new AbortController().signal;
const KEEP = 0.05;

const modesOf = ({ intents, plan }: Decision): string =>
  `${intents[0]?.does} ${Object.values(plan.steps[0]?.loads ?? {})
    .map((kw) => (kw > 0 ? 'on' : 'off'))
    .join(' ')}`;

describe('a plan that is made again and again', () => {
  it('changes its modes 5 times at most in 200 cycles in which load, sun and charge jitter by 3 %', async () => {
    const shake = jitter(7);
    const loads = {
      flexibleLoads: [flexibleOf('miner/switch:0#0', { valuePerKwh: 0.28, minRunSteps: 2, minPauseSteps: 2 })],
    };
    let before: Standing | null = null;
    let mode = '';
    let changes = -1;
    // Without the plan in force they change some 60 times.
    for (let cycle = 0; cycle < 200; cycle += 1) {
      const problem = homeAt(44, shake(55), shake, loads);
      const decision = await decided({ site: siteOf(problem), before, keepUnlessBetterBy: KEEP });
      if (modesOf(decision) !== mode) changes += 1;
      mode = modesOf(decision);
      before = standing(decision, problem);
    }
    expect(changes).toBeLessThanOrEqual(5);
  }, 60_000);

  it('never resets the clock of a load: runs and pauses last as long as they must, over plans on a cloudy day', async () => {
    const shake = jitter(11);
    const least = 3;
    /** What really happened, quarter by quarter. */
    const ran: boolean[] = [];
    let before: Standing | null = null;
    for (let quarter = 0; quarter < 28; quarter += 1) {
      const now = 36 + quarter;
      const on = ran.at(-1) ?? false;
      const turned = ran.findLastIndex((each) => each !== on);
      const steps = turned < 0 ? 100 : ran.length - 1 - turned;
      const flexibleLoads = [
        flexibleOf('miner/switch:0#0', {
          ...{ valuePerKwh: 0.15, powerKw: 1.5, minRunSteps: least, minPauseSteps: least },
          before: { on, steps },
        }),
      ];
      // Clouds come and go, and each forecast says that it stays as it is now.
      const sunKw = Math.sin(quarter * 2.4) > 0 ? 0 : 3;
      const plain = homeAt(now, 50, shake, { flexibleLoads, batteries: [] });
      const problem = { ...plain, pvKw: plain.pvKw.map(() => sunKw) };
      const decision = await decided({ site: siteOf(problem), before, keepUnlessBetterBy: 0 });
      before = standing(decision, problem);
      ran.push((decision.plan.steps[0]?.loads['miner/switch:0#0'] ?? 0) > 0);
    }
    const lengths = ran.reduce<{ on: boolean; steps: number }[]>((all, on) => {
      const last = all.at(-1);
      if (last?.on === on) last.steps += 1;
      else all.push({ on, steps: 1 });
      return all;
    }, []);
    expect(lengths.length).toBeGreaterThan(3);
    // The first one began before, and the last one goes on.
    for (const { steps } of lengths.slice(1, -1)) expect(steps).toBeGreaterThanOrEqual(least);
  }, 30_000);

  it(
    'never takes a plan that is worse than the one in force on the same data, and none for less than the threshold',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 100_000 }),
          fc.integer({ min: 0, max: 95 }),
          fc.double({ min: 15, max: 100, noNaN: true }),
          fc.double({ min: 0, max: 0.3, noNaN: true }),
          async (seed, quarter, socPct, keepUnlessBetterBy) => {
            const shake = jitter(seed);
            const first = homeAt(quarter, socPct, shake);
            const made = await decided({ site: siteOf(first), before: null, keepUnlessBetterBy });
            const later = homeAt(quarter + (seed % 3), Math.min(100, socPct + (seed % 7) - 3), shake);
            const before = standing(made, first);
            const decision = await decided({ site: siteOf(later), before, keepUnlessBetterBy });
            expect(WAYS.validate(later, decision.plan)).toEqual([]);
            if (decision.other === null) return;
            const gain = decision.other.objective - decision.plan.objective;
            if (decision.chosen === 'new') expect(gain).toBeGreaterThan(0);
            else expect(-gain).toBeLessThanOrEqual(keepUnlessBetterBy);
          },
        ),
        { numRuns: 20 },
      ),
    60_000,
  );

  it('goes to dynamic programming when the solver breaks, then to what the house does by itself, and says so', async () => {
    const broken = { ...WAYS, solve: async () => temporary('plan.failed', 'The solver broke off.', 'Try again.') };
    const problem = homeAt(40, 50, (value) => value, { soft: null });
    const input = { site: siteOf(problem), before: null, keepUnlessBetterBy: KEEP };
    const ladder = await decide(broken, input, NEVER);
    expect(ladder).toMatchObject({ ok: true, value: { by: 'ladder', troubles: ['The solver broke off.'] } });
    const loads = { ...problem, flexibleLoads: [flexibleOf('miner/switch:0#0')] };
    const tiers = await decide(broken, { ...input, site: siteOf(loads) }, NEVER);
    expect(tiers).toMatchObject({ ok: true, value: { by: 'tiers' } });
    // As soon as the solver is back its plan takes the place of what stood in, even where it is hardly better.
    if (!tiers.ok) throw new Error('no plan');
    const before = standing(tiers.value, loads);
    const back = await decided({ site: siteOf(loads), before, keepUnlessBetterBy: 10 });
    expect(back).toMatchObject({ by: 'solver', chosen: 'new' });
  });

  it('lets nothing pass that the validator refuses, wherever it comes from', async () => {
    const problem = homeAt(40, 50, (value) => value);
    const bent = { ...WAYS, validate: () => ['Step 0: the charge is −247 %.'] };
    const input = { site: siteOf(problem), before: null, keepUnlessBetterBy: KEEP };
    expect(await decide(bent, input, NEVER)).toMatchObject({ ok: false, error: { code: 'plan.none' } });
  });
});

describe('a stored decision', () => {
  // A thousand of them are made again in test/long.
  it('is made again to the same answer, bit for bit', async () => {
    const { again, stored, chosen } = await playStoredDecisions(80);
    expect(again).toEqual(stored);
    expect(chosen).toEqual(['before', 'new']);
  }, 30_000);
});
