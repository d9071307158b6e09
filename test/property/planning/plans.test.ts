import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, PlanStep, Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { arbitraryProblem, planFor, problemFrom, rawProblem, solve } from '../../support/planning/problems.ts';

const everything = arbitraryProblem({ loads: true, peaks: true });

describe('plans', () => {
  it('are carried out as they say, or there is a reason why there is none', async () => {
    let plans = 0;
    await fc.assert(
      fc.asyncProperty(everything, async (raw) => {
        const problem = problemFrom(raw);
        const plan = await solve(problem);
        if (!plan.ok) return plan.error.code === 'plan.infeasible' && plan.error.message.startsWith('No plan keeps');
        plans += 1;
        expect(validatePlan(problem, plan.value)).toEqual([]);
        expect(plan.value).toMatchObject({ status: 'optimal' });
        expect(plan.value.gap).toBeLessThan(1e-5);
        return true;
      }),
      { numRuns: 80, seed: 7 },
    );
    expect(plans).toBeGreaterThan(25);
  });

  it('never cost more where a limit is looser, nor less than their bound', async () => {
    await fc.assert(
      fc.asyncProperty(everything, async (raw) => {
        const narrow = await solve(problemFrom(raw));
        if (!narrow.ok) return;
        const battery = raw.battery === null ? null : { ...raw.battery, maxChargeKw: raw.battery.maxChargeKw + 1 };
        const grid = { maxImportKw: raw.grid.maxImportKw + 2, maxExportKw: raw.grid.maxExportKw + 2 };
        const wide = await planFor(problemFrom({ ...raw, battery, grid }));
        expect(wide.objective).toBeLessThanOrEqual(narrow.value.objective + 1e-5);
      }),
      { numRuns: 30, seed: 8 },
    );
  });

  it('are the same twice', async () => {
    await fc.assert(
      fc.asyncProperty(everything, async (raw) => {
        const [one, other] = [await solve(problemFrom(raw)), await solve(problemFrom(raw))];
        const seconds = 0;
        expect(one.ok ? { ...one.value, seconds } : one).toEqual(other.ok ? { ...other.value, seconds } : other);
      }),
      { numRuns: 8, seed: 9 },
    );
  });

  it('treat equal loads as well as loads that differ by nothing but a trifle', async () => {
    await fc.assert(
      fc.asyncProperty(everything, async (raw) => {
        const [first] = raw.flexibleLoads;
        if (first === undefined) return;
        const loads = ['a', 'b', 'c'].map((id) => ({ ...first, id }));
        const merged = await solve(problemFrom({ ...raw, flexibleLoads: loads }));
        const apart = await solve(
          problemFrom({
            ...raw,
            flexibleLoads: loads.map((load, place) => ({ ...load, powerKw: load.powerKw * (1 + 1e-9 * place) })),
          }),
        );
        expect(merged.ok).toBe(apart.ok);
        if (merged.ok && apart.ok) expect(merged.value.objective).toBeCloseTo(apart.value.objective, 4);
      }),
      { numRuns: 20, seed: 10 },
    );
  });
});

/** One figure of one step, changed by so much that it matters. */
const FIGURES = ['importKw', 'exportKw', 'chargeKw', 'dischargeKw', 'curtailKw', 'socPct'] as const;

describe('the validator', () => {
  const problem: Problem = problemFrom(
    rawProblem({ flexibleLoads: [{ id: 'a', powerKw: 1, runMinutes: 120, minRunMinutes: 120 }] }),
  );
  const corrupted = (plan: Plan, place: number, change: (step: PlanStep) => PlanStep): Plan => ({
    ...plan,
    steps: plan.steps.map((step, at) => (at === place ? change(step) : step)),
  });

  it('refuses a plan with any figure of a step changed, or no number', async () => {
    const plan = await planFor(problem);
    expect(validatePlan(problem, plan)).toEqual([]);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(...FIGURES),
        fc.oneof(
          fc.double({ min: 0.001, max: 50, noNaN: true }),
          fc.constantFrom(-0.5, Number.NaN, Number.POSITIVE_INFINITY),
        ),
        (place, figure, change) => {
          const wrong = corrupted(plan, place, (step) => ({ ...step, [figure]: (step[figure] ?? 0) + change }));
          expect(validatePlan(problem, wrong)).not.toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses wrong sums, times, loads and bounds', async () => {
    const plan = await planFor(problem);
    const wrong: readonly Plan[] = [
      { ...plan, objective: plan.objective + 0.01 },
      { ...plan, bound: plan.objective + 0.01 },
      { ...plan, steps: plan.steps.slice(1) },
      ...(['energy', 'peak', 'wear', 'total', 'earned', 'stored'] as const).map((name) => ({
        ...plan,
        costs: { ...plan.costs, [name]: plan.costs[name] + 0.01 },
      })),
      corrupted(plan, 1, (step) => ({ ...step, start: '2026-01-01T00:30:00.000Z' })),
      corrupted(plan, 1, (step) => ({ ...step, loads: {} })),
      corrupted(plan, 1, (step) => ({ ...step, loads: { ...step.loads, b: 0 } })),
      corrupted(plan, 1, (step) => ({ ...step, loads: { a: Number.NaN } })),
    ];
    for (const each of wrong) expect(validatePlan(problem, each)).not.toEqual([]);
  });

  it('refuses limits that are passed even where everything adds up', async () => {
    const plan = await planFor(problem);
    const a = { id: 'a', powerKw: 1, valuePerKwh: 0 };
    const stricter: readonly Problem[] = [
      { ...problem, grid: { ...problem.grid, maxImportKw: 1 } },
      ...[
        { minSocPct: 1 },
        { maxSocPct: 5 },
        { maxChargeKw: 0.1 },
        { maxDischargeKw: 0.1 },
        { finalSocPct: 50 },
        { chargeEfficiency: 0.89 },
        { standingLossPerHour: 0.01 },
        { initialSocPct: 2 },
      ].map((more) => ({ ...problem, batteries: problem.batteries.map((battery) => ({ ...battery, ...more })) })),
      ...[{ runSteps: 3 }, { minRunSteps: 3 }, { maxStarts: 0 }, { firstStep: 3 }, { endStep: 1 }, { powerKw: 2 }].map(
        (more) => ({ ...problem, flexibleLoads: problem.flexibleLoads.map((load) => ({ ...load, ...a, ...more })) }),
      ),
    ];
    for (const each of stricter) expect(validatePlan(each, plan)).not.toEqual([]);
  });
});
