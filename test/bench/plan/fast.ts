import { planByDynamicProgramming } from '../../../main/planning/fast/dynamic-programming.ts';
import type { Highs } from '../../../main/planning/highs.ts';
import { solveProblem } from '../../../main/planning/solve.ts';
import type { Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { homeProblem, type RawProblem } from './cases.ts';
import type { BenchData } from './data.ts';

const nowMs = (): number => performance.now();
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const pct = (share: number): string => `${(100 * share).toFixed(4)} %`;

interface Gap {
  readonly ofBill: number;
  readonly ofSaving: number;
  readonly fastMs: number;
}

const gapOf = (highs: Highs, problem: Problem): Gap => {
  const exact = solveProblem(highs, problem, nowMs);
  const without = solveProblem(highs, { ...problem, batteries: [] }, nowMs);
  const fast = planByDynamicProgramming(problem, nowMs);
  if (!exact.ok || !without.ok || !fast.ok) throw new Error('A case of the benchmark has no plan.');
  const wrong = validatePlan(problem, fast.value);
  if (wrong.length > 0) console.log(`  NOT VALID: ${wrong.slice(0, 3).join(' ')}`);
  const apart = fast.value.objective - exact.value.objective;
  return {
    ofBill: apart / Math.abs(exact.value.objective),
    ofSaving: apart / Math.max(1e-9, Math.abs(without.value.objective - exact.value.objective)),
    fastMs: fast.value.seconds * 1000,
  };
};

/** Dynamic programming beside the proven plans of the solver, one battery: as a share of the bill and of the saving. */
export const measureFast = (bench: {
  readonly data: BenchData;
  readonly highs: Highs;
  readonly starts: readonly string[];
  readonly parsed: (raw: RawProblem) => Problem;
}): void => {
  const { data, highs, starts, parsed } = bench;
  const cases = [
    ['48 h x 15 min', {}],
    ['48 h x 15 min, fixed export price', { export: 'fixed' }],
  ] as const;
  for (const [name, more] of cases) {
    const gaps = starts.map((start) =>
      gapOf(highs, parsed(homeProblem(data, { start, stepMinutes: 15, steps: 192, gap: 0, ...more }))),
    );
    const worst = (of: (gap: Gap) => number): string => pct(Math.max(...gaps.map(of)));
    console.log(
      `dynamic programming, ${name}: at worst ${worst(({ ofBill }) => ofBill)} of the bill, ${worst(({ ofSaving }) => ofSaving)} of the saving; median ${median(gaps.map(({ fastMs }) => fastMs)).toFixed(1)} ms`,
    );
  }
};
