import { planByDynamicProgramming } from '../../../main/planning/fast/dynamic-programming.ts';
import type { Highs } from '../../../main/planning/highs.ts';
import { solveProblem } from '../../../main/planning/solve.ts';
import type { DemandCharge, Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { homeProblem, type RawProblem } from './cases.ts';
import type { BenchData } from './data.ts';

const nowMs = (): number => performance.now();
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const pct = (share: number): string => `${(100 * share).toFixed(4)} %`;
const QUARTERS = 192;

interface Gap {
  readonly ofBill: number;
  readonly ofSaving: number;
  readonly fastMs: number;
}

const gapOf = (highs: Highs, problem: Problem): Gap => {
  const exact = solveProblem(highs, problem, nowMs);
  const without = solveProblem(highs, { ...problem, batteries: [] }, nowMs);
  const before = process.cpuUsage();
  const fast = planByDynamicProgramming(problem, nowMs);
  const fastMs = process.cpuUsage(before).user / 1000;
  if (!exact.ok || !without.ok || !fast.ok) throw new Error('A case of the benchmark has no plan.');
  const wrong = validatePlan(problem, fast.value);
  if (wrong.length > 0) console.log(`  NOT VALID: ${wrong.slice(0, 3).join(' ')}`);
  const apart = fast.value.objective - exact.value.objective;
  return {
    ofBill: apart / Math.abs(exact.value.objective),
    ofSaving: apart / Math.max(1e-9, Math.abs(without.value.objective - exact.value.objective)),
    fastMs,
  };
};

/** 2 a month for each kW of the highest quarter hour. */
const perKw = (problem: Problem): DemandCharge => ({
  ...{ id: 'peak', peaks: 1, apart: 'none', floorKw: 0, measuredKw: [] },
  weight: problem.loadKw.map(() => 1),
  price: { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 2 }] },
});

/** Dynamic programming beside the proven plans of the solver, one battery: as a share of the bill and of the saving. */
export const measureFast = (bench: {
  readonly data: BenchData;
  readonly highs: Highs;
  readonly starts: readonly string[];
  readonly parsed: (raw: RawProblem) => Problem;
}): void => {
  const { data, highs, starts, parsed } = bench;
  const at = (start: string, more: { readonly peaks?: boolean; readonly scale?: number; readonly export?: 'fixed' }) =>
    parsed(homeProblem(data, { start, stepMinutes: 15, steps: QUARTERS, gap: 0, ...more }));
  const cases: readonly (readonly [string, (start: string) => Problem])[] = [
    ['48 h x 15 min', (start) => at(start, {})],
    ['48 h x 15 min, fixed export price', (start) => at(start, { export: 'fixed' })],
    ['48 h x 15 min, tiered peak charge', (start) => at(start, { peaks: true, scale: 2 })],
    [
      '48 h x 15 min, demand charge',
      (start) => {
        const problem = at(start, { scale: 2 });
        return { ...problem, demandCharges: [perKw(problem)] };
      },
    ],
  ];
  for (const [name, problemAt] of cases) {
    const gaps = starts.map((start) => gapOf(highs, problemAt(start)));
    const worst = (of: (gap: Gap) => number): string => pct(Math.max(...gaps.map(of)));
    console.log(
      `dynamic programming, ${name}: at worst ${worst(({ ofBill }) => ofBill)} of the bill, ${worst(({ ofSaving }) => ofSaving)} of the saving; processor ${median(gaps.map(({ fastMs }) => fastMs)).toFixed(1)} ms`,
    );
  }
};
