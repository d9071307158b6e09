import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scorePlan } from '../../../main/planning/score.ts';
import type { Plan, PlanStep, Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { arbitraryHome, batteryWith, homeWith } from '../../support/planning/homes.ts';
import { planFor, solve } from '../../support/planning/problems.ts';

const soft = arbitraryHome({ soft: true });
/** What a sum of money of these sizes may be off by. */
const near = (objective: number): number => 1e-5 * Math.max(1, Math.abs(objective));

describe('a home with soft limits', () => {
  it('always has a plan, which can be carried out as it says and says what it bends', async () => {
    let bending = 0;
    await fc.assert(
      fc.asyncProperty(soft, async (problem) => {
        const plan = await planFor(problem);
        expect(validatePlan(problem, plan)).toEqual([]);
        expect(plan.status).toBe('optimal');
        if (plan.bent.length > 0) bending += 1;
        for (const { sentence } of plan.bent) expect(sentence).toMatch(/^("|The ).*\.$/);
      }),
      { numRuns: 25, seed: 21 },
    );
    expect(bending).toBeGreaterThan(10);
  });

  it('is never planned worse than an earlier plan would do on the same data', async () => {
    const factor = fc.double({ min: 0.9, max: 1.1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(soft, factor, factor, async (problem, load, sun) => {
        const earlier = await planFor({
          ...problem,
          loadKw: problem.loadKw.map((kw) => kw * load),
          pvKw: problem.pvKw.map((kw) => kw * sun),
        });
        const score = scorePlan(problem, earlier);
        const plan = await planFor(problem);
        if (!score.ok) throw new Error(score.error.message);
        expect(plan.objective).toBeLessThanOrEqual(score.value.objective + near(plan.objective));
      }),
      { numRuns: 12, seed: 22 },
    );
  });

  it('never costs more where a limit is looser', async () => {
    await fc.assert(
      fc.asyncProperty(soft, async (problem) => {
        const narrow = await planFor(problem);
        const wide = await planFor({
          ...problem,
          grid: { maxImportKw: problem.grid.maxImportKw + 1, maxExportKw: problem.grid.maxExportKw + 1 },
          batteries: problem.batteries.map((battery) => ({ ...battery, fromGrid: true, toGrid: true })),
          flexibleLoads: problem.flexibleLoads.map((load) => ({ ...load, mustRest: [], maxStarts: null })),
          heatStores: problem.heatStores.map((store) => ({ ...store, maxC: store.maxC.map((max) => max + 1) })),
        });
        expect(wide.objective).toBeLessThanOrEqual(narrow.objective + near(narrow.objective));
      }),
      { numRuns: 12, seed: 23 },
    );
  });

  it('is planned the same to the last digit twice', async () => {
    await fc.assert(
      fc.asyncProperty(soft, async (problem) => {
        const [one, other] = [await planFor(problem), await planFor(problem)];
        expect(JSON.stringify({ ...one, seconds: 0 })).toBe(JSON.stringify({ ...other, seconds: 0 }));
      }),
      { numRuns: 6, seed: 24 },
    );
  });
});

describe('a home with hard limits', () => {
  it('has a plan that keeps them, or a reason why there is none', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHome({ soft: false }), async (problem) => {
        const plan = await solve(problem);
        if (!plan.ok) return plan.error.code === 'plan.infeasible' && plan.error.message.startsWith('No plan keeps');
        expect(validatePlan(problem, plan.value)).toEqual([]);
        return plan.value.bent.length === 0;
      }),
      { numRuns: 40, seed: 25 },
    );
  });
});

const mutated = (plan: Plan, place: number, change: (step: PlanStep) => PlanStep): Plan => ({
  ...plan,
  steps: plan.steps.map((step, at) => (at === place ? change(step) : step)),
});
const CHANGES: readonly ((value: number) => number)[] = [
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  (value) => value * 3 + 1,
  (value) => -value - 1,
  (value) => value + 0.01,
];

describe('the validator', () => {
  const home: Problem = homeWith({
    pvKw: [0, 3, 4, 0, 0, 0],
    importPrice: [0.1, 0.3, 0.3, 0.5, 0.6, 0.3],
    batteries: [batteryWith(), batteryWith({ id: 'attic', capacityKwh: 4, initialSocPct: 20 })],
    modulatingLoads: [{ id: 'car', minKw: 1, maxKw: 3, valuePerKwh: 0, firstStep: 0, endStep: 6, energyKwh: 4 }],
    heatStores: [
      {
        id: 'tank',
        powerKw: 2,
        modulates: false,
        heatPerKwh: Array.from({ length: 6 }, () => 1),
        capacityKwhPerK: 0.2,
        lossKwPerK: 0.01,
        ambientC: Array.from({ length: 6 }, () => 20),
        gainKw: Array.from({ length: 6 }, () => -0.5),
        initialC: 50,
        minC: Array.from({ length: 6 }, () => 45),
        maxC: Array.from({ length: 6 }, () => 65),
        minRunSteps: 2,
        minPauseSteps: 1,
        startCost: 0.02,
        before: { on: false, steps: 9 },
      },
    ],
  });

  it('refuses a plan with any figure of it made wrong', async () => {
    const plan = await planFor(home);
    expect(validatePlan(home, plan)).toEqual([]);
    const names = ['importKw', 'exportKw', 'chargeKw', 'dischargeKw', 'curtailKw', 'socPct'] as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(...names, 'car', 'tank', 'temperature', 'cellar', 'attic'),
        fc.constantFrom(...CHANGES),
        fc.constantFrom('chargeKw' as const, 'dischargeKw' as const, 'socPct' as const),
        (place, what, change, figure) => {
          const wrong = mutated(plan, place, (step) => {
            if (what === 'car' || what === 'tank')
              return { ...step, loads: { ...step.loads, [what]: change(step.loads[what] ?? 0) } };
            if (what === 'temperature')
              return { ...step, temperatures: { tank: change(step.temperatures?.['tank'] ?? 0) } };
            if (what !== 'cellar' && what !== 'attic') return { ...step, [what]: change(step[what] ?? 0) };
            const own = step.batteries?.[what] ?? { chargeKw: 0, dischargeKw: 0, socPct: 0 };
            return { ...step, batteries: { ...step.batteries, [what]: { ...own, [figure]: change(own[figure]) } } };
          });
          expect(validatePlan(home, wrong)).not.toEqual([]);
        },
      ),
      { numRuns: 300, seed: 26 },
    );
  });

  it('refuses a plan that drains a battery below its floor, whatever the plan says that it bends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0, 0.02),
        async (minSocPct, initialSocPct, standingLossPerHour) => {
          const dear = { importPrice: [0.1, 0.9, 0.9, 0.9, 0.9, 0.9], loadKw: Array.from({ length: 6 }, () => 3) };
          const battery = batteryWith({ minSocPct: 0, initialSocPct, finalValuePerKwh: 0, standingLossPerHour });
          const drained = await planFor(homeWith({ ...dear, batteries: [battery] }));
          const low = drained.steps.some(
            ({ socPct, dischargeKw }) => dischargeKw > 0.01 && (socPct ?? 0) < minSocPct - 0.01,
          );
          const problem = homeWith({ ...dear, batteries: [{ ...battery, minSocPct }] });
          const said = {
            limit: 'soc' as const,
            id: 'cellar',
            from: problem.startAt,
            to: problem.startAt + 6 * problem.stepMs,
            by: 100,
            sentence: 'It has to be.',
          };
          if (low) {
            expect(validatePlan(problem, drained)).not.toEqual([]);
            expect(validatePlan(problem, { ...drained, bent: [said] }).join(' ')).toContain('it is drained to');
          }
          const plan = await planFor(problem);
          expect(validatePlan(problem, plan)).toEqual([]);
          for (const { socPct, dischargeKw } of plan.steps)
            if ((socPct ?? 0) < minSocPct - 1e-6) expect(dischargeKw).toBe(0);
        },
      ),
      { numRuns: 15, seed: 27 },
    );
  });
});
