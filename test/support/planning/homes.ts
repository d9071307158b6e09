import fc from 'fast-check';
import type { Battery, Problem } from '../../../main/planning/types.ts';

const HOUR_MS = 3_600_000;

/** Six hours of 1 kW with dear evenings and nothing else; `more` replaces fields. Limits are soft. */
export const homeWith = (more: Partial<Problem> = {}): Problem => {
  const steps = more.loadKw?.length ?? 6;
  const flat = (value: number): readonly number[] => Array.from({ length: steps }, () => value);
  return {
    startAt: Date.parse('2026-01-01T17:00:00Z'),
    zone: 'Europe/Berlin',
    stepMs: HOUR_MS,
    loadKw: flat(1),
    pvKw: flat(0),
    importPrice: flat(0.3),
    exportPrice: flat(0.05),
    carbonG: null,
    batteries: [],
    grid: { maxImportKw: 5, maxExportKw: 5 },
    peakTariff: null,
    demandCharges: [],
    flexibleLoads: [],
    modulatingLoads: [],
    heatStores: [],
    weights: { cost: 1, carbon: 0, imported: 0 },
    soft: { perKwh: 20, perKelvinHour: 10, perRunHour: 20 },
    solver: { gap: 0, timeLimitSeconds: 20 },
    ...more,
  };
};

export const batteryWith = (more: Partial<Battery> = {}): Battery => ({
  id: 'cellar',
  capacityKwh: 10,
  minSocPct: 10,
  maxSocPct: 90,
  initialSocPct: 50,
  finalSocPct: null,
  finalValuePerKwh: 0.1,
  maxChargeKw: 3,
  maxDischargeKw: 3,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  standingLossPerHour: 0,
  wearCostPerKwh: 0.01,
  reserveSocPct: null,
  reservePricePerKwh: 0,
  fromGrid: true,
  toGrid: true,
  ...more,
});

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const before = fc.record({ on: fc.boolean(), steps: fc.integer({ min: 0, max: 6 }) });
const chosen = (steps: number) => fc.uniqueArray(fc.integer({ min: 0, max: steps - 1 }), { maxLength: 2 });

const battery = (id: string, steps: number) =>
  fc.record({
    id: fc.constant(id),
    capacityKwh: number(1, 12),
    minSocPct: fc.constantFrom(5, 20, 60),
    maxSocPct: fc.constantFrom(50, 90, 100),
    initialSocPct: fc.integer({ min: 0, max: 100 }),
    finalSocPct: maybe(fc.integer({ min: 0, max: 100 })),
    finalValuePerKwh: number(0, 0.3),
    maxChargeKw: number(0, 4),
    maxDischargeKw: number(0, 4),
    chargeEfficiency: number(0.8, 1),
    dischargeEfficiency: number(0.8, 1),
    standingLossPerHour: fc.constantFrom(0, 0.001, 0.02),
    wearCostPerKwh: number(0, 0.05),
    reserveSocPct: maybe(fc.array(fc.constantFrom(0, 30, 95), { minLength: steps, maxLength: steps })),
    reservePricePerKwh: fc.constantFrom(0, 0.05),
    fromGrid: fc.boolean(),
    toGrid: fc.boolean(),
  });

const onOffLoad = (id: string, steps: number) =>
  fc.record({
    id: fc.constant(id),
    powerKw: number(0.2, 3),
    valuePerKwh: fc.constantFrom(0, 0.25),
    firstStep: fc.integer({ min: 0, max: 2 }),
    endStep: fc.integer({ min: 2, max: steps }),
    runSteps: maybe(fc.integer({ min: 0, max: 5 })),
    minRunSteps: fc.integer({ min: 1, max: 4 }),
    minPauseSteps: fc.integer({ min: 0, max: 4 }),
    maxStarts: maybe(fc.integer({ min: 0, max: 2 })),
    startCost: fc.constantFrom(0, 0.05),
    before,
    mustRun: chosen(steps),
    mustRest: chosen(steps),
  });

const heatStore = (id: string, steps: number) => {
  const each = (value: fc.Arbitrary<number>) => fc.array(value, { minLength: steps, maxLength: steps });
  const flat = (value: fc.Arbitrary<number>) => value.map((kw) => Array.from({ length: steps }, () => kw));
  return fc.record({
    id: fc.constant(id),
    powerKw: number(0.5, 3),
    modulates: fc.boolean(),
    heatPerKwh: flat(fc.constantFrom(1, 3.2, -2.5)),
    capacityKwhPerK: number(0.2, 3),
    lossKwPerK: number(0, 0.1),
    ambientC: each(number(-5, 35)),
    gainKw: each(number(-0.5, 0.5)),
    initialC: number(15, 55),
    minC: flat(number(18, 45)),
    maxC: flat(number(20, 60)),
    minRunSteps: fc.integer({ min: 1, max: 3 }),
    minPauseSteps: fc.integer({ min: 0, max: 3 }),
    startCost: fc.constantFrom(0, 0.05),
    before,
  });
};

const demandCharge = (steps: number) =>
  fc.record({
    id: fc.constant('power'),
    weight: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: steps, maxLength: steps }),
    peaks: fc.integer({ min: 1, max: 3 }),
    apart: fc.constantFrom('none' as const, 'day' as const),
    price: fc.oneof(
      fc.constant({
        kind: 'per-kw' as const,
        tiers: [
          { fromKw: 0, perKw: 0.2 },
          { fromKw: 2, perKw: 0.5 },
        ],
      }),
      fc.constant({
        kind: 'per-kw' as const,
        tiers: [
          { fromKw: 0, perKw: 0.5 },
          { fromKw: 2, perKw: 0.2 },
        ],
      }),
      fc.constant({
        kind: 'steps' as const,
        steps: [
          { fromKw: 0, amount: 0.3 },
          { fromKw: 2, amount: 1 },
          { fromKw: 4, amount: 2 },
        ],
      }),
    ),
    floorKw: fc.constantFrom(0, 1),
    measuredKw: fc.array(number(0, 4), { maxLength: 3 }),
  });

/** Homes with everything that a plan can hold, and much that contradicts itself. */
export const arbitraryHome = (options: { readonly soft: boolean }): fc.Arbitrary<Problem> =>
  fc
    .record({ steps: fc.integer({ min: 3, max: 12 }), stepMinutes: fc.constantFrom(15, 60) })
    .chain(({ steps, stepMinutes }) => {
      const series = (min: number, max: number) => fc.array(number(min, max), { minLength: steps, maxLength: steps });
      return fc.record({
        startAt: fc.constantFrom(...['2026-03-29T00:30:00Z', '2026-10-31T18:00:00Z'].map((at) => Date.parse(at))),
        zone: fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe'),
        stepMs: fc.constant(stepMinutes * 60_000),
        loadKw: series(0, 4),
        pvKw: series(0, 5),
        importPrice: series(-0.2, 0.6),
        exportPrice: series(-0.2, 0.5),
        carbonG: maybe(series(0, 600)),
        batteries: fc.oneof(
          fc.constant([]),
          fc.tuple(battery('one', steps)),
          fc.tuple(battery('one', steps), battery('two', steps)),
        ),
        grid: fc.record({ maxImportKw: fc.constantFrom(0, 3, 20), maxExportKw: fc.constantFrom(0, 3, 20) }),
        peakTariff: maybe(
          fc.constant({
            largestDailyPeaks: 2,
            tiers: [
              { upToKw: 2, cost: 0.5 },
              { upToKw: Number.POSITIVE_INFINITY, cost: 2 },
            ],
          }),
        ),
        demandCharges: fc.oneof(fc.constant([]), fc.tuple(demandCharge(steps))),
        flexibleLoads: fc.oneof(
          fc.constant([]),
          fc.tuple(onOffLoad('a', steps)),
          fc.tuple(onOffLoad('a', steps), onOffLoad('b', steps)),
          fc.tuple(onOffLoad('a', steps), before).map(([load, other]) => [
            { ...load, mustRun: [], mustRest: [] },
            { ...load, id: 'b', before: other, mustRun: [], mustRest: [] },
          ]),
        ),
        modulatingLoads: fc.oneof(
          fc.constant([]),
          fc.tuple(
            fc.record({
              id: fc.constant('car'),
              minKw: fc.constantFrom(0, 1.4),
              maxKw: fc.constantFrom(1, 3.7),
              valuePerKwh: fc.constantFrom(0, 0.2),
              firstStep: fc.integer({ min: 0, max: 2 }),
              endStep: fc.integer({ min: 1, max: steps }),
              energyKwh: maybe(number(0, 12)),
            }),
          ),
        ),
        heatStores: fc.oneof(fc.constant([]), fc.tuple(heatStore('tank', steps))),
        weights: fc.constantFrom({ cost: 1, carbon: 0, imported: 0 }, { cost: 1, carbon: 0.1, imported: 0.05 }),
        soft: fc.constant(options.soft ? { perKwh: 20, perKelvinHour: 10, perRunHour: 20 } : null),
        solver: fc.constant({ gap: 0, timeLimitSeconds: 20 }),
      });
    });
