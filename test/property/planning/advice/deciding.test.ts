import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeAdvice, stormAdvice } from '../../../../main/planning/advice/battery-advice.ts';
import { chooseAdvice, LEAST_SAVING, MOST_OPEN } from '../../../../main/planning/advice/choosing.ts';
import type { Found } from '../../../../main/planning/advice/found.ts';
import { courseOf, middleOf, type Outlook, scenariosOf } from '../../../../main/planning/advice/outlook.ts';
import { amountOf, peakAdvice } from '../../../../main/planning/advice/peak-advice.ts';
import { bestStart, shiftOf } from '../../../../main/planning/advice/shifts.ts';
import { surplusAdvice } from '../../../../main/planning/advice/surplus-advice.ts';
import type { DemandCharge } from '../../../../main/planning/types.ts';
import { OUTLOOK_BATTERY, outlook } from '../../../support/planning/outlooks.ts';
import { recommendationOf } from '../../../support/store/records.ts';
import { NOW } from '../../../support/store/temp-store.ts';

const STEPS = 144;
const kw = (most: number) => fc.double({ min: 0, max: most, noNaN: true });
const bands = (most: number) =>
  fc.array(
    fc.tuple(kw(most), kw(1), kw(1)).map(([p50, down, up]) => ({ p10: p50 * down, p50, p90: p50 * (1 + up) })),
    { minLength: STEPS, maxLength: STEPS },
  );
const prices = (least: number, most: number) =>
  fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: STEPS, maxLength: STEPS });

const world: fc.Arbitrary<Outlook> = fc
  .record({
    importPrice: prices(-0.1, 0.6),
    sold: kw(1),
    carbonG: fc.option(prices(20, 600)),
    pvKw: bands(6),
    loadKw: bands(3),
    socPct: fc.option(fc.integer({ min: 0, max: 100 })),
    maxExportKw: fc.constantFrom(0, 3, 100),
  })
  .map(({ sold, socPct, ...more }) =>
    outlook(NOW, {
      ...more,
      exportPrice: more.importPrice.map((price) => price * sold - 0.01),
      battery: socPct === null ? null : { ...OUTLOOK_BATTERY, initialSocPct: socPct },
    }),
  );
const run = fc.record({
  energyKwh: fc.double({ min: 0.3, max: 8, noNaN: true }),
  durationMs: fc.integer({ min: 1, max: 32 }).map((quarters) => quarters * 900_000),
  usualMinute: fc.option(fc.integer({ min: 0, max: 1439 })),
});

describe('the hours ahead', () => {
  it('balance in every step and scenario, and the battery keeps its limits', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 24 }), (home, pick) => {
        const scenario = scenariosOf(home)[pick] ?? middleOf(home);
        const course = courseOf(home, scenario);
        const { battery } = home;
        let storedKwh = ((battery?.initialSocPct ?? 0) / 100) * (battery?.capacityKwh ?? 0);
        for (const [step, bought] of course.importKwh.entries()) {
          const [sold, lost] = [course.exportKwh[step] ?? 0, course.lostKwh[step] ?? 0];
          expect(Math.min(bought, sold, lost)).toBeGreaterThanOrEqual(0);
          expect(Math.min(bought, sold + lost)).toBe(0);
          expect(sold).toBeLessThanOrEqual(home.maxExportKw / 4 + 1e-9);
          const intoBattery = bought - sold - lost + ((scenario.pvKw[step] ?? 0) - (scenario.loadKw[step] ?? 0)) / 4;
          if (battery === null) {
            expect(intoBattery).toBeCloseTo(0, 9);
            continue;
          }
          const left = storedKwh * (1 - battery.standingLossPerHour / 4);
          storedKwh = left + (intoBattery > 0 ? intoBattery * 0.95 : intoBattery / 0.95);
          expect(course.socPct[step]).toBeCloseTo((100 * storedKwh) / battery.capacityKwh, 6);
          expect(storedKwh).toBeLessThanOrEqual(battery.capacityKwh + 1e-9);
          expect(storedKwh).toBeGreaterThanOrEqual(Math.min(left, battery.capacityKwh / 10) - 1e-9);
          expect(Math.abs(intoBattery)).toBeLessThanOrEqual(battery.maxChargeKw / 4 + 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('scenarios lie between p10 and p90, with the middle among them', () => {
    fc.assert(
      fc.property(world, (home) => {
        const all = scenariosOf(home);
        expect(all).toHaveLength(25);
        expect(all).toContainEqual(middleOf(home));
        for (const { pvKw } of all)
          for (const [step, value] of pvKw.entries()) {
            expect(value).toBeGreaterThanOrEqual((home.pvKw[step]?.p10 ?? 0) - 1e-9);
            expect(value).toBeLessThanOrEqual((home.pvKw[step]?.p90 ?? 0) + 1e-9);
          }
      }),
      { numRuns: 10 },
    );
  });
});

describe('a run at another time', () => {
  it('is never dearer than at any other time of the next day, and ends within what is known', () => {
    fc.assert(
      fc.property(world, run, fc.integer({ min: 0, max: 95 }), (home, typical, other) => {
        const choice = bestStart(home, typical);
        const steps = typical.durationMs / 900_000;
        if (choice === null) throw new Error('It fits.');
        const power = typical.energyKwh / (steps / 4);
        const costAt = (start: number): number =>
          courseOf(home, middleOf(home), { extraKw: (step) => (step >= start && step < start + steps ? power : 0) })
            .cost;
        expect(choice.saving).toBeGreaterThanOrEqual(0);
        expect(costAt(choice.best)).toBeLessThanOrEqual(costAt(other) + 1e-8);
        expect(choice.saving).toBeCloseTo(costAt(choice.usual) - costAt(choice.best), 9);
        expect(choice.best + steps).toBeLessThanOrEqual(STEPS);
      }),
      { numRuns: 25 },
    );
  });

  it('goes where CO2 is least when that is what counts', () => {
    const carbonG = Array.from({ length: STEPS }, (_, step) => (step >= 40 && step < 48 ? 50 : 400));
    const home = outlook(NOW, { carbonG, perKgCo2: 1 });
    expect(bestStart(home, { energyKwh: 1, durationMs: 2 * 3_600_000, usualMinute: null })?.best).toBe(40);
  });

  it('is sure where nothing is open, and says nothing where one price holds', () => {
    const machine = {
      load: null,
      laneId: null,
      name: 'the dishwasher',
      run: { energyKwh: 1, durationMs: 3_600_000, usualMinute: 19 * 60 },
    };
    expect(shiftOf(outlook(NOW), machine)).toBeNull();
    // 09:00 UTC is 10:00 in Berlin; 12:30 is ten quarters on, 19:00 is 36.
    const importPrice = Array.from({ length: STEPS }, (_, step) =>
      step >= 10 && step < 14 ? 0.1 : step === 36 ? 0.6 : 0.4,
    );
    const advice = shiftOf(outlook(NOW, { importPrice, carbonG: importPrice.map((price) => price * 1000) }), machine);
    expect(advice).toMatchObject({
      kind: 'shift',
      title: 'Run the dishwasher at 12:30',
      sentence: '€0.35 cheaper and 350 g less CO2 than at 19:00, when it usually runs. It uses about 1.0 kWh.',
      confidencePct: 100,
      startAt: NOW + 10 * 900_000,
      endAt: NOW + 14 * 900_000,
    });
    expect(advice?.saving).toBeCloseTo(0.35, 9);
  });

  it('is less sure the more often it would not pay', () => {
    // At noon the sun is uncertain: it carries the machine in most courses between p10 and p90, not in all.
    const pvKw = Array.from({ length: STEPS }, (_, step) =>
      step >= 10 && step < 14 ? { p10: 0, p50: 1.4, p90: 3 } : { p10: 0, p50: 0, p90: 0 },
    );
    const importPrice = Array.from({ length: STEPS }, (_, step) => (step >= 10 && step < 14 ? 0.45 : 0.3));
    const machine = {
      load: null,
      laneId: null,
      name: 'x',
      run: { energyKwh: 1, durationMs: 3_600_000, usualMinute: null },
    };
    const advice = shiftOf(outlook(NOW, { pvKw, importPrice }), machine);
    expect(advice?.startAt).toBe(NOW + 10 * 900_000);
    expect(advice?.confidencePct).toBeGreaterThan(20);
    expect(advice?.confidencePct).toBeLessThan(100);
  });
});

const charge = (more: Partial<DemandCharge> = {}): DemandCharge => ({
  ...{ id: 'c', weight: Array.from({ length: STEPS }, () => 1), peaks: 3, apart: 'day', floorKw: 0 },
  price: { kind: 'per-kw', tiers: [{ fromKw: 0, perKw: 5 }] },
  measuredKw: [6, 5, 4],
  ...more,
});

describe('the peak of the month', () => {
  const home = (loads: readonly number[], more: Partial<DemandCharge> = {}): Outlook =>
    outlook(NOW, {
      loadKw: Array.from({ length: STEPS }, (_, step) => {
        const load = loads[step] ?? 0.4;
        return { p10: load, p50: load, p90: load };
      }),
      demandCharges: [charge(more)],
    });

  it('costs no more when the advice is kept, and more above it', () => {
    fc.assert(
      fc.property(
        fc.array(kw(12), { minLength: STEPS, maxLength: STEPS }),
        fc.constantFrom('none' as const, 'day' as const),
        fc.boolean(),
        (loads, apart, inSteps) => {
          const price = inSteps
            ? ({
                kind: 'steps',
                steps: [
                  { fromKw: 0, amount: 10 },
                  { fromKw: 5.5, amount: 20 },
                  { fromKw: 9, amount: 40 },
                ],
              } as const)
            : charge().price;
          const one = charge({ apart, price });
          const advice = peakAdvice(home(loads, { apart, price }));
          const already = amountOf(one, one.measuredKw);
          const with_ = (capKw: number): number => {
            const days = apart === 'none' ? loads.map((load) => [load]) : [loads.slice(0, 56), loads.slice(56)];
            return amountOf(one, [...one.measuredKw, ...days.map((day) => Math.min(capKw, Math.max(...day)))]);
          };
          if (advice === null) {
            expect(with_(Number.POSITIVE_INFINITY)).toBeCloseTo(already, 6);
            return;
          }
          if (advice.basis.is !== 'peak') throw new Error('It is about a peak.');
          const { capKw } = advice.basis;
          expect(with_(capKw)).toBeCloseTo(already, 6);
          expect(with_(capKw + 0.01)).toBeGreaterThan(already);
          expect(advice.saving).toBeCloseTo(with_(Number.POSITIVE_INFINITY) - already, 6);
          expect(advice.endAt).toBeGreaterThan(advice.startAt);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is told in words, and not while the month has too few peaks or the window does not count', () => {
    const loads = Array.from({ length: STEPS }, (_, step) => (step >= 36 && step < 40 ? 8 : 1));
    expect(peakAdvice(home(loads))).toMatchObject({
      title: 'Stay below 4.0 kW from 19:00 to 20:00',
      sentence:
        'About 8.0 kW are expected from the grid then. That would raise the charge for the month’s peak by €6.67. Leave for later what can wait.',
      confidencePct: 100,
    });
    expect(peakAdvice(home(loads, { measuredKw: [6, 5] }))).toBeNull();
    expect(peakAdvice(home(loads, { weight: loads.map((load) => (load > 4 ? 0 : 1)) }))).toBeNull();
  });
});

describe('sun that nobody takes', () => {
  it('is worth no more than what it replaces, and nothing is said where selling pays better', () => {
    fc.assert(
      fc.property(world, (home) => {
        const advice = surplusAdvice(home);
        if (advice === null) return;
        const course = courseOf(home, middleOf(home));
        const over = course.exportKwh.map((kwh, step) => kwh + (course.lostKwh[step] ?? 0));
        if (advice.basis.is !== 'surplus') throw new Error('It is about surplus.');
        expect(advice.basis.mostKwh).toBeLessThanOrEqual(over.reduce((sum, kwh) => sum + kwh, 0) + 1e-9);
        expect(advice.saving).toBeLessThanOrEqual(
          2 * (Math.max(...home.importPrice) - Math.min(0, ...home.exportPrice)) + 1e-9,
        );
        expect(advice.endAt - NOW).toBeLessThanOrEqual(24 * 3_600_000);
      }),
      { numRuns: 40 },
    );
  });

  it('is told with its price, or that it would be lost', () => {
    const pvKw = Array.from({ length: STEPS }, (_, step) => ({ p10: 0, p50: step < 8 ? 2 : 0, p90: step < 8 ? 4 : 0 }));
    expect(surplusAdvice(outlook(NOW, { pvKw }))).toMatchObject({
      title: 'Use the sun from 10:00 to 12:00',
      sentence:
        'About 3.2 kWh more are expected than the home will take; they would be fed in for €0.08 a kWh. Each kWh used then saves about €0.22.',
    });
    expect(surplusAdvice(outlook(NOW, { pvKw }))?.saving).toBeCloseTo(0.44, 9);
    expect(surplusAdvice(outlook(NOW, { pvKw, maxExportKw: 0 }))?.sentence).toMatch(/would be lost\. .* about €0\.30/);
  });
});

describe('the battery', () => {
  it('is charged from the grid only where that pays in the middle course', () => {
    fc.assert(
      fc.property(world, (home) => {
        const advice = chargeAdvice(home);
        if (home.battery === null) expect(advice).toBeNull();
        if (advice !== null) {
          expect(advice.saving).toBeGreaterThan(0);
          expect(advice.confidencePct).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 8 },
    );
    expect(chargeAdvice(outlook(NOW, { battery: OUTLOOK_BATTERY }))).toBeNull();
    const importPrice = Array.from({ length: STEPS }, (_, step) =>
      step < 16 ? 0.05 : step >= 36 && step < 52 ? 0.6 : 0.3,
    );
    const battery = { ...OUTLOOK_BATTERY, initialSocPct: 10 };
    const loadKw = Array.from({ length: STEPS }, () => ({ p10: 1, p50: 1.5, p90: 2 }));
    const advice = chargeAdvice(outlook(NOW, { battery, importPrice, loadKw }));
    expect(advice).toMatchObject({ title: 'Charge the battery from 12:00 to 16:00', confidencePct: 100 });
    expect(advice?.saving).toBeGreaterThan(2);
    expect(chargeAdvice(outlook(NOW, { battery: { ...battery, fromGrid: false }, importPrice, loadKw }))).toBeNull();
  });

  it('is held full before a gale, where it would not be full anyway', () => {
    const windMs = Array.from({ length: STEPS }, (_, step) => (step >= 30 && step < 40 ? 21 : 5));
    const home = outlook(NOW, { battery: OUTLOOK_BATTERY });
    expect(stormAdvice(home, windMs, 90)).toMatchObject({
      kind: 'battery',
      title: 'Raise the reserve to 90 % before 17:30',
      confidencePct: 100,
      expiresAt: NOW + 30 * 900_000,
      endAt: NOW + 40 * 900_000,
    });
    expect(stormAdvice(home, windMs, null)).toBeNull();
    expect(
      stormAdvice(
        home,
        windMs.map(() => 10),
        90,
      ),
    ).toBeNull();
    expect(stormAdvice({ ...home, battery: { ...OUTLOOK_BATTERY, initialSocPct: 100 } }, windMs, 20)).toBeNull();
  });
});

describe('what is told', () => {
  const found = (index: number, more: Partial<Found> = {}): Found => ({
    ...{ kind: 'shift', laneId: `plug-${index}/switch:0`, title: 't', sentence: 's', carbonSavedG: null },
    ...{
      startAt: NOW + index * 900_000,
      endAt: NOW + 7_200_000,
      saving: 0.2,
      confidencePct: 80,
      expiresAt: NOW + 7_200_000,
    },
    basis: { is: 'run', load: null, energyKwh: 1, elseAt: NOW },
    ...more,
  });
  const someFound = fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 9 }),
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 100 }),
      )
      .map(([index, saving, confidencePct]) => found(index, { saving, confidencePct })),
    { maxLength: 14 },
  );
  const someOpen = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: MOST_OPEN }).map((subjects) =>
    subjects.map((index) =>
      recommendationOf({
        id: `r${index}`,
        laneId: `plug-${index}/switch:0`,
        startAt: NOW + 3_600_000,
        status: index % 3 === 0 ? 'taken' : 'pending',
      }),
    ),
  );

  it('is never more than five at once, one a subject, worth it, and takes nothing back that was taken', () => {
    fc.assert(
      fc.property(someFound, someOpen, fc.uniqueArray(fc.integer({ min: 0, max: 9 })), (all, open, rests) => {
        const dismissed = rests.map((index) =>
          recommendationOf({ laneId: `plug-${index}/switch:0`, status: 'dismissed', answeredAt: NOW - 6 * 86_400_000 }),
        );
        const { add, withdraw } = chooseAdvice({ now: NOW, found: all, open, dismissed });
        const left = open.filter(({ id }) => !withdraw.includes(id));
        expect(left.length + add.length).toBeLessThanOrEqual(MOST_OPEN);
        const subjects = [...left, ...add].map(({ laneId }) => laneId);
        expect(new Set(subjects).size).toBe(subjects.length);
        for (const { saving, laneId } of add) {
          expect(saving).toBeGreaterThanOrEqual(LEAST_SAVING);
          expect(dismissed.map((each) => each.laneId)).not.toContain(laneId);
        }
        expect(open.filter(({ id }) => withdraw.includes(id)).every(({ status }) => status === 'pending')).toBe(true);
        // Once told, it is not told again.
        const told = add.map((each, index) => recommendationOf({ ...each, id: `new${index}`, status: 'pending' }));
        const again = chooseAdvice({ now: NOW, found: all, open: [...left, ...told], dismissed });
        if (left.length + add.length < MOST_OPEN) expect(again.add).toEqual([]);
      }),
    );
  });

  it('begins with the reserve for a storm, though that saves nothing; a dismissal is over after a week', () => {
    const storm = found(0, {
      kind: 'battery',
      laneId: 'battery',
      saving: -0.1,
      basis: { is: 'storm', keepPct: 90, stormAt: NOW },
    });
    const many = Array.from({ length: 8 }, (_, index) => found(index + 1));
    const { add } = chooseAdvice({ now: NOW, found: [...many, storm], open: [], dismissed: [] });
    expect(add.map(({ kind }) => kind)).toEqual(['battery', 'shift', 'shift', 'shift', 'shift']);
    const old = recommendationOf({ laneId: 'plug-1/switch:0', status: 'dismissed', answeredAt: NOW - 8 * 86_400_000 });
    expect(chooseAdvice({ now: NOW, found: [found(1)], open: [], dismissed: [old] }).add).toHaveLength(1);
  });

  it('makes room for a better start and goes when nothing is to be gained', () => {
    const open = [recommendationOf({ id: 'r', laneId: 'plug-2/switch:0', saving: 0.2, startAt: NOW + 3_600_000 })];
    const choose = (all: readonly Found[]) => chooseAdvice({ now: NOW, found: all, open, dismissed: [] });
    expect(choose([])).toEqual({ add: [], withdraw: ['r'] });
    expect(choose([found(2, { saving: 0.22 })])).toEqual({ add: [], withdraw: [] });
    expect(choose([found(2, { saving: 0.3 })])).toMatchObject({ add: [{ saving: 0.3 }], withdraw: ['r'] });
  });
});
