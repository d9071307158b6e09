import fc from 'fast-check';
import type { Battery, DemandCharge, Problem } from '../../../main/planning/types.ts';

/** A number between, with three digits: unlike `fc.double`, which mostly gives numbers near zero. */
export const figure = (min: number, max: number) =>
  fc.integer({ min: Math.round(min * 1000), max: Math.round(max * 1000) }).map((value) => value / 1000);

const battery = (): fc.Arbitrary<Battery> =>
  fc
    .record({
      id: fc.constant('a'),
      capacityKwh: figure(1, 12),
      minSocPct: fc.constantFrom(0, 10),
      maxSocPct: fc.constantFrom(90, 100),
      initialSocPct: fc.integer({ min: 10, max: 90 }),
      finalSocPct: fc.option(fc.integer({ min: 10, max: 60 }), { nil: null }),
      finalValuePerKwh: fc.constantFrom(0, 0.1, 0.25),
      maxChargeKw: figure(0, 5),
      maxDischargeKw: figure(0, 5),
      chargeEfficiency: figure(0.85, 1),
      dischargeEfficiency: figure(0.85, 1),
      standingLossPerHour: fc.constantFrom(0, 0.001, 0.02),
      wearCostPerKwh: fc.constantFrom(0, 0.01, 0.04),
      reservePricePerKwh: fc.constantFrom(0, 0.05),
      fromGrid: fc.boolean(),
      toGrid: fc.boolean(),
    })
    .map((each) => ({ ...each, reserveSocPct: null }));

const demandCharge = (steps: number): fc.Arbitrary<DemandCharge> =>
  fc
    .record({
      id: fc.constant('demand'),
      weight: fc.array(fc.constantFrom(0, 0.5, 1, 1), { minLength: steps, maxLength: steps }),
      peaks: fc.integer({ min: 1, max: 3 }),
      apart: fc.constantFrom('none', 'day'),
      price: fc.constantFrom<DemandCharge['price']>(
        { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 0.4 }] },
        {
          kind: 'per-kw',
          tiers: [
            { fromKw: 0, perKw: 0.2 },
            { fromKw: 2, perKw: 0.6 },
          ],
        },
        {
          kind: 'steps',
          steps: [
            { fromKw: 0, amount: 0.2 },
            { fromKw: 2, amount: 0.7 },
            { fromKw: 4, amount: 1.5 },
          ],
        },
      ),
      floorKw: fc.constantFrom(0, 1),
      measuredKw: fc.constantFrom<readonly number[]>([], [1.5], [3, 1]),
    })
    .map((charge) => ({ ...charge, peaks: charge.apart === 'none' ? 1 : charge.peaks }));

/** Problems of one battery; with `peaks` each has a tiered charge or a demand charge. */
export const oneBattery = (options: {
  readonly peaks: boolean;
  readonly soft: boolean;
  readonly prices?: 'usual' | 'any';
}): fc.Arbitrary<Problem> =>
  fc.integer({ min: 2, max: 24 }).chain((steps) => {
    const series = (min: number, max: number) => fc.array(figure(min, max), { minLength: steps, maxLength: steps });
    const usual = options.prices === 'usual';
    return fc
      .record({
        startAt: fc.constantFrom(
          ...['2026-03-28T23:00:00Z', '2026-10-25T00:00:00Z', '2026-06-30T15:00:00Z'].map(Date.parse),
        ),
        zone: fc.constantFrom('Europe/Berlin', 'America/St_Johns'),
        stepMs: fc.constantFrom(15, 60, 180).map((minutes) => minutes * 60_000),
        loadKw: series(0, 5),
        pvKw: fc.oneof(series(0, 6), fc.constant(new Array<number>(steps).fill(0))),
        importPrice: usual ? series(0.1, 0.6) : series(-0.3, 0.6),
        exportPrice: usual ? series(0, 0.1) : series(-0.3, 0.5),
        carbonG: fc.option(series(0, 600), { nil: null }),
        batteries: fc.tuple(battery()),
        grid: fc.record({ maxImportKw: fc.constantFrom(5, 8, 20), maxExportKw: fc.constantFrom(0, 3, 20) }),
        peakTariff: options.peaks
          ? fc.record({
              largestDailyPeaks: fc.integer({ min: 1, max: 3 }),
              tiers: fc.constant([
                { upToKw: 2, cost: 0.5 },
                { upToKw: 4, cost: 1.2 },
                { upToKw: Number.POSITIVE_INFINITY, cost: 3 },
              ]),
            })
          : fc.constant(null),
        demandCharges: options.peaks ? fc.array(demandCharge(steps), { maxLength: 1 }) : fc.constant([]),
        flexibleLoads: fc.constant([]),
        modulatingLoads: fc.constant([]),
        heatStores: fc.constant([]),
        weights: fc.constantFrom({ cost: 1, carbon: 0, imported: 0 }, { cost: 1, carbon: 0.1, imported: 0.02 }),
        soft: fc.constant(options.soft ? { perKwh: 30, perKelvinHour: 1, perRunHour: 1 } : null),
        solver: fc.constant({ gap: 0, timeLimitSeconds: 20 }),
      })
      .map((problem) => ({
        ...problem,
        // Either kind of charge; nobody asks for both.
        peakTariff: problem.demandCharges.length > 0 ? null : problem.peakTariff,
        weights: problem.carbonG === null ? { ...problem.weights, carbon: 0 } : problem.weights,
        batteries: problem.batteries.map((each) => ({
          ...each,
          reserveSocPct: options.soft ? problem.loadKw.map((_, step) => 15 + 10 * (step % 3)) : null,
        })),
      }));
  });
