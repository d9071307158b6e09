import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storageOf } from '../../../../main/planning/backtest/storage.ts';
import { createLearntPolicy } from '../../../../models/control-policy/learnt-policy.ts';
import { MODES, wantedKw } from '../../../../models/control-policy/modes.ts';
import { createPhysics } from '../../../../models/control-policy/physics.ts';
import { playPrescient } from '../../../../models/control-policy/planners.ts';
import { playModes } from '../../../../models/control-policy/play.ts';
import { choosePolicy } from '../../../../models/control-policy/policy.ts';
import { featureRows } from '../../../../models/control-policy/series-view.ts';
import { fairPlay } from '../../../../models/control-policy/train.ts';
import type { PolicyHome, PolicySeries } from '../../../../models/control-policy/types.ts';
import { seededRandom } from '../../../../models/network/random.ts';
import { madeSeries, POLICY_HOME, partsOf, randomPolicy } from '../../../support/models/policy-home.ts';

// Whole thousandths: doubles as such come out as hardly more than 0.
const between = (least: number, most: number) =>
  fc.integer({ min: Math.round(1000 * least), max: Math.round(1000 * most) }).map((value) => value / 1000);
const homes = fc
  .record({
    capacityKwh: between(1, 40),
    minSocPct: fc.integer({ min: 0, max: 40 }),
    maxChargeKw: between(0.1, 20),
    maxDischargeKw: between(0.1, 20),
    chargeEfficiency: between(0.6, 1),
    dischargeEfficiency: between(0.6, 1),
    standingLossPerHour: between(0, 0.01),
    fromGrid: fc.boolean(),
    toGrid: fc.boolean(),
  })
  .map(
    (battery): PolicyHome => ({
      battery: { ...battery, maxSocPct: 100, wearCostPerKwh: 0.02 },
      maxImportKw: 12,
      maxExportKw: 6,
    }),
  );
const kw = between(-30, 30);
const share = between(0, 1);
const hours = fc.constantFrom(0.25, 0.5, 1);
const upkeepOf = (home: PolicyHome, step: number): number => {
  const { capacityKwh, minSocPct, standingLossPerHour, chargeEfficiency } = home.battery;
  return (capacityKwh * (minSocPct / 100) * (1 - (1 - standingLossPerHour) ** step)) / (chargeEfficiency * step);
};

it('a step keeps every limit of battery, rights and grid, and the energy that goes in comes out less the losses', () => {
  fc.assert(
    fc.property(homes, kw, kw, share, hours, (home, wanted, netKw, full, step) => {
      const { battery } = home;
      const physics = createPhysics(home, step);
      const stored = physics.leastKwh + full * (physics.mostKwh - physics.leastKwh);
      const power = physics.limit(stored, netKw, wanted);
      const after = physics.storedAfter(stored, power);
      const upkeep = upkeepOf(home, step) + 1e-9;
      expect(power).toBeLessThanOrEqual(battery.maxChargeKw + 1e-9);
      expect(-power).toBeLessThanOrEqual(battery.maxDischargeKw + 1e-9);
      expect(after).toBeGreaterThanOrEqual(
        physics.leastKwh - Math.max(0, upkeep * step - battery.maxChargeKw * step) - 1e-9,
      );
      expect(after).toBeLessThanOrEqual(physics.mostKwh + 1e-9);
      if (power > upkeep) {
        expect(power).toBeLessThanOrEqual(Math.max(0, wanted) + 1e-9);
        expect(netKw + power).toBeLessThanOrEqual(Math.max(12, netKw) + 1e-9);
        if (!battery.fromGrid) expect(power).toBeLessThanOrEqual(Math.max(0, -netKw) + 1e-9);
      }
      if (power < 0) {
        expect(power).toBeGreaterThanOrEqual(Math.min(0, wanted) - 1e-9);
        expect(-(netKw + power)).toBeLessThanOrEqual(Math.max(6, -netKw) + 1e-9);
        if (!battery.toGrid) expect(netKw + power).toBeGreaterThanOrEqual(Math.min(0, netKw) - 1e-9);
      }
      const into = Math.max(0, power) * step * battery.chargeEfficiency;
      const out = (Math.max(0, -power) * step) / battery.dischargeEfficiency;
      const kept = stored * (1 - battery.standingLossPerHour) ** step;
      expect(after).toBeCloseTo(kept + into - out, 9);
    }),
  );
});

it('a battery moves as in the backtests', () => {
  fc.assert(
    fc.property(homes, kw, share, hours, (home, wanted, full, step) => {
      const open: PolicyHome = {
        battery: { ...home.battery, fromGrid: true, toGrid: true },
        maxImportKw: null,
        maxExportKw: null,
      };
      const physics = createPhysics(open, step);
      const stored = physics.leastKwh + full * (physics.mostKwh - physics.leastKwh);
      const storage = storageOf({ ...open.battery, initialSocPct: 50, finalSocPct: null, finalValuePerKwh: 0 }, step);
      const power = physics.limit(stored, 0, wanted);
      expect(power).toBeCloseTo(storage.within(stored, wanted), 9);
      expect(physics.storedAfter(stored, power)).toBeCloseTo(storage.after(stored, power), 9);
    }),
  );
});

const span = { from: 8 * 24, to: 12 * 24 };
const changedAfter = (series: PolicySeries, step: number, seed: number): PolicySeries => {
  const random = seededRandom(seed);
  const known = step + (series.knownSteps[step] ?? 1);
  const later = (values: Float64Array, from: number): Float64Array =>
    values.map((value, at) => (at >= from ? value + 5 * random() : value));
  return {
    ...series,
    ...{ loadKw: later(series.loadKw, step), pvKw: later(series.pvKw, step) },
    ...{ importPrice: later(series.importPrice, known), exportPrice: later(series.exportPrice, known) },
  };
};

it('what is chosen at a step does not change with what comes after it', () => {
  const series = madeSeries(14);
  const { scale } = partsOf();
  fc.assert(
    fc.property(fc.integer({ min: span.from, max: span.to - 1 }), fc.integer({ min: 1, max: 999 }), (step, seed) => {
      const other = changedAfter(series, step, seed);
      const until = { from: span.from, to: step + 1 };
      expect(featureRows(other, scale, until)).toEqual(featureRows(series, scale, until));
      const past = { ...series, loadKw: series.loadKw.map((load, at) => (at === step - 1 ? load + 5 : load)) };
      expect(featureRows(past, scale, until)).not.toEqual(featureRows(series, scale, until));
    }),
    { numRuns: 30 },
  );
});

it('at work it decides as it did when it was tried, whatever the length of the steps that it is asked in', () => {
  const series = madeSeries(14);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom(1, 2, 4), (seed, parts) => {
      const policy = randomPolicy(seed);
      const fair = fairPlay(policy.parts);
      const played = playModes(series, POLICY_HOME, span, choosePolicy(policy, series, span), fair);
      const worker = createLearntPolicy(policy);
      const choose = choosePolicy(policy, series, span);
      const stepMs = 3_600_000 / parts;
      const fine = (values: Float64Array, from: number, to: number): number[] =>
        [...values.slice(Math.max(0, from), to)].flatMap((value) => Array.from({ length: parts }, () => value));
      const net = series.loadKw.map((load, step) => load - (series.pvKw[step] ?? 0));
      for (let step = span.from; step < span.to; step += 1) {
        const stored = step === span.from ? fair.startKwh : (played.storedKwh[step - span.from - 1] ?? 0);
        const place = choose(step, stored);
        for (let part = 0; part < parts; part += 1) {
          const known = step + (series.knownSteps[step] ?? 1);
          const kw = worker.decide({
            ...{ at: series.startAt + step * 3_600_000 + part * stepMs, stepMs, netKw: net[step] ?? 0 },
            ...{ localHour: (series.localHour[step] ?? 0) + part / parts, weekday: series.weekday[step] ?? 1 },
            socPct: (100 * stored) / POLICY_HOME.battery.capacityKwh,
            pastNetKw: fine(net, step - 8 * 24, step).concat(Array.from({ length: part }, () => 99)),
            importPrice: fine(series.importPrice, step, known).slice(part),
            exportPrice: fine(series.exportPrice, step, known).slice(part),
            pastImportPrice: fine(series.importPrice, step - 24, step).concat(Array.from({ length: part }, () => 99)),
            pastExportPrice: fine(series.exportPrice, step - 24, step).concat(Array.from({ length: part }, () => 99)),
          });
          expect(worker.mode()).toBe(MODES[place]);
          const wanted = wantedKw(MODES[place] ?? 'rest', POLICY_HOME.battery, net[step] ?? 0);
          expect(kw).toBeCloseTo(createPhysics(POLICY_HOME, 1 / parts).limit(stored, net[step] ?? 0, wanted), 9);
        }
      }
    }),
    { numRuns: 12 },
  );
});

it('perfect foresight is never beaten, but for the steps of its ladder', () => {
  const series = madeSeries(14, { pv: 2 });
  const fair = fairPlay(partsOf());
  const best = playPrescient(series, POLICY_HOME, span, fair).cost;
  const none = playModes(series, POLICY_HOME, span, () => MODES.indexOf('rest'), fair).cost;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999 }), (seed) => {
      const policy = randomPolicy(seed);
      const { cost } = playModes(series, POLICY_HOME, span, choosePolicy(policy, series, span), fair);
      expect(cost).toBeGreaterThanOrEqual(best - 0.002 * Math.abs(none));
    }),
    { numRuns: 40 },
  );
});
