// npm run bench:plan: how long the optimiser takes on measured days, and how near it proves to be. Figures, no assertions.
import { loadSolver } from '../../../main/planning/highs.ts';
import { problemOf } from '../../../main/planning/problem.ts';
import { solveProblem } from '../../../main/planning/solve.ts';
import type { Plan, Problem } from '../../../main/planning/types.ts';
import { validatePlan } from '../../../main/planning/validate.ts';
import { equalMiners, equalTasks, homeProblem, mixedLoads, type RawProblem, unequalMiners } from './cases.ts';
import { createData, dataIsThere } from './data.ts';
import { measureFast } from './fast.ts';
import { measureMainThread } from './main-thread.ts';

const only = process.argv[2] ?? '';
if ('main thread'.includes(only)) await measureMainThread();
if (only === 'main thread') process.exit(0);
if (!dataIsThere()) {
  console.error('The development sets are not beside the repository: nothing can be measured.');
  process.exit(1);
}
const data = createData();
const highs = await loadSolver();

const parsed = (raw: RawProblem): Problem => {
  const problem = problemOf(raw);
  if (!problem.ok) throw new Error(problem.error.message);
  return problem.value;
};
const solved = (problem: Problem): Plan => {
  const plan = solveProblem(highs, problem, () => performance.now());
  if (!plan.ok) throw new Error(plan.error.message);
  const violations = validatePlan(problem, plan.value);
  if (violations.length > 0) console.log(`  NOT VALID: ${violations.slice(0, 3).join(' ')}`);
  return plan.value;
};
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const pct = (share: number): string => `${(100 * share).toFixed(4)} %`;

/** Solves a kind of problem on several starts and prints one row. */
const measure = (name: string, raws: readonly RawProblem[]): void => {
  if (!name.includes(only)) return;
  const timed = raws.map((raw) => {
    const before = process.cpuUsage();
    const plan = solved(parsed(raw));
    return { plan, cpu: process.cpuUsage(before).user / 1e6 };
  });
  const plans = timed.map(({ plan }) => plan);
  const seconds = plans.map((plan) => plan.seconds);
  const optimal = plans.filter(({ status }) => status === 'optimal').length;
  console.log(
    `${name.padEnd(52)} ${optimal}/${plans.length} proven  median ${median(seconds).toFixed(2)} s  longest ${Math.max(...seconds).toFixed(2)} s  (processor ${median(timed.map(({ cpu }) => cpu)).toFixed(2)} s, ${Math.max(...timed.map(({ cpu }) => cpu)).toFixed(2)} s)  worst gap ${pct(Math.max(...plans.map(({ gap }) => gap)))}`,
  );
};

const STARTS = ['2024-04-10', '2024-06-01', '2024-08-15', '2024-10-05', '2024-12-10', '2025-01-20', '2025-03-12'].map(
  (day) => `${day}T00:00:00Z`,
);
const quarters = (hours: number) => ({ stepMinutes: 15, steps: hours * 4 });

for (const [name, loads] of [['24 h x 15 min, 2 loads', (start: string) => mixedLoads(start, 2)]] as const)
  measure(
    name,
    STARTS.map((start) => homeProblem(data, { start, ...quarters(24), loads: loads(start) })),
  );
for (const [name, loads] of [
  ['4 loads of 4 kinds', (start: string) => mixedLoads(start, 4)],
  ['4 equal miners', () => equalMiners(4)],
  ['4 unequal miners', () => unequalMiners(4)],
  ['4 equal tasks', () => equalTasks(4)],
] as const) {
  measure(
    `48 h x 15 min, ${name}`,
    STARTS.map((start) => homeProblem(data, { start, ...quarters(48), loads: loads(start) })),
  );
  measure(
    `48 h x 15 min, ${name}, peak charge`,
    STARTS.map((start) => homeProblem(data, { start, ...quarters(48), loads: loads(start), peaks: true, scale: 2 })),
  );
}
measure(
  '48 h x 15 min, battery alone',
  STARTS.map((start) => homeProblem(data, { start, ...quarters(48) })),
);
measure(
  '48 h x 15 min, battery alone, fixed export price',
  STARTS.map((start) => homeProblem(data, { start, ...quarters(48), export: 'fixed' })),
);
measure(
  '30 days of hours, peak charge',
  STARTS.slice(0, 3).map((start) => homeProblem(data, { start, stepMinutes: 60, steps: 720, peaks: true, scale: 3 })),
);
measure('a year of hours', [homeProblem(data, { start: STARTS[0] ?? '', stepMinutes: 60, steps: 8760 })]);
measure('a year of hours, 12 peak charges', [
  homeProblem(data, { start: '2024-03-31T22:00:00Z', stepMinutes: 60, steps: 8760, peaks: true, scale: 3 }),
]);

if ('dynamic programming'.includes(only)) measureFast({ data, highs, starts: STARTS, parsed });
