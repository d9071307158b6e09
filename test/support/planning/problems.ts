import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { loadSolver } from '../../../main/planning/highs.ts';
import { problemOf } from '../../../main/planning/problem.ts';
import { solveProblem } from '../../../main/planning/solve.ts';
import type { Plan, Problem } from '../../../main/planning/types.ts';

export type RawProblem = Readonly<Record<string, unknown>>;

/** The worker of the product, from source. */
export const PLANNING_WORKER = new URL('../../../main/planning/planning-worker.ts', import.meta.url);
export const CLI = fileURLToPath(new URL('../../../main/cli.ts', import.meta.url));

export const BATTERY = {
  capacityKwh: 4,
  minSocPct: 0,
  maxSocPct: 100,
  initialSocPct: 0,
  maxChargeKw: 2,
  maxDischargeKw: 2,
  chargeEfficiency: 0.9,
  dischargeEfficiency: 0.9,
  standingLossPerHour: 0,
  wearCostPerKwh: 0.01,
};

/** Four hours of 1 kW with a battery that is worth using; `more` replaces fields. */
export const rawProblem = (more: RawProblem = {}): RawProblem => ({
  start: '2026-01-01T00:00:00+01:00',
  zone: 'Europe/Berlin',
  stepMinutes: 60,
  loadKw: [1, 1, 1, 1],
  pvKw: [0, 0, 2, 0],
  importPrice: [0.1, 0.4, 0.4, 0.5],
  exportPrice: [0.05, 0.05, 0.05, 0.05],
  battery: BATTERY,
  grid: { maxImportKw: 10, maxExportKw: 10 },
  solver: { gap: 0 },
  ...more,
});

export const problemFrom = (raw: RawProblem): Problem => {
  const problem = problemOf(raw);
  if (!problem.ok) throw new Error(problem.error.message);
  return problem.value;
};

const solver = loadSolver();
/** Solves in this thread; the worker is tested by itself. */
export const solve = async (problem: Problem) => solveProblem(await solver, problem, () => performance.now());

export const planFor = async (problem: Problem): Promise<Plan> => {
  const plan = await solve(problem);
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const flexibleLoad = (id: string) =>
  fc.record({
    id: fc.constant(id),
    powerKw: number(0.1, 3),
    valuePerKwh: maybe(number(0, 0.5)),
    runMinutes: maybe(fc.integer({ min: 0, max: 90 })),
    minRunMinutes: maybe(fc.constantFrom(0, 30)),
    minPauseMinutes: maybe(fc.constantFrom(0, 45)),
    maxStarts: maybe(fc.integer({ min: 1, max: 3 })),
  });

/** Small problems with everything in them: negative prices, little grid, peaks, flexible loads. Some have no plan. */
export const arbitraryProblem = (options: { readonly loads: boolean; readonly peaks: boolean }) =>
  fc
    .record({
      steps: fc.integer({ min: 1, max: 16 }),
      stepMinutes: fc.constantFrom(15, 30, 60),
      start: fc.constantFrom('2026-03-29T00:30:00Z', '2026-10-25T00:00:00Z', '2026-06-30T20:00:00Z'),
    })
    .chain(({ steps, stepMinutes, start }) => {
      const series = (min: number, max: number) => fc.array(number(min, max), { minLength: steps, maxLength: steps });
      const soc = fc.integer({ min: 10, max: 90 });
      return fc.record({
        start: fc.constant(start),
        zone: fc.constantFrom('Europe/Berlin', 'UTC', 'America/St_Johns'),
        stepMinutes: fc.constant(stepMinutes),
        loadKw: series(0, 4),
        pvKw: series(0, 5),
        importPrice: series(-0.3, 0.6),
        exportPrice: series(-0.3, 0.5),
        carbon: maybe(series(0, 600)),
        battery: maybe(
          fc.record({
            capacityKwh: number(0.5, 12),
            minSocPct: fc.constant(10),
            maxSocPct: fc.constantFrom(90, 100),
            initialSocPct: soc,
            finalSocPct: maybe(soc),
            finalValuePerKwh: maybe(number(0, 0.4)),
            maxChargeKw: number(0, 5),
            maxDischargeKw: number(0, 5),
            chargeEfficiency: number(0.8, 1),
            dischargeEfficiency: number(0.8, 1),
            standingLossPerHour: fc.constantFrom(0, 0.001, 0.02),
            wearCostPerKwh: number(0, 0.05),
          }),
        ),
        grid: fc.record({ maxImportKw: fc.constantFrom(4, 8, 20), maxExportKw: fc.constantFrom(0, 3, 20) }),
        peakTariff: options.peaks
          ? maybe(
              fc.record({
                largestDailyPeaks: fc.integer({ min: 1, max: 3 }),
                tiers: fc.constant([
                  { upToKw: 2, cost: 0.5 },
                  { upToKw: 5, cost: 1 },
                  { upToKw: null, cost: 2 },
                ]),
              }),
            )
          : fc.constant(null),
        flexibleLoads: options.loads
          ? fc.oneof(
              fc.tuple(flexibleLoad('a'), flexibleLoad('b')).map((loads) => [...loads]),
              flexibleLoad('a').map((load) => [load, { ...load, id: 'b' }, { ...load, id: 'c' }]),
            )
          : fc.constant([]),
        solver: fc.constant({ gap: 0, timeLimitSeconds: 20 }),
      });
    })
    .filter((raw) => problemOf(raw).ok);
