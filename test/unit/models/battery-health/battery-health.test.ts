import { describe, expect, test } from 'vitest';
import { healthAdvice } from '../../../../models/battery-health/advice.ts';
import { ageingCurve } from '../../../../models/battery-health/ageing-curve.ts';
import { batteryHealth } from '../../../../models/battery-health/battery-health.ts';
import { capacityEstimates } from '../../../../models/battery-health/capacity-estimates.ts';
import { cellAgeing, learntRateFactor } from '../../../../models/battery-health/cell-model.ts';
import { type BatterySample, batteryLife } from '../../../../models/battery-health/life.ts';
import { ageingRates, literatureLossPct } from '../../../../models/battery-health/stress.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 5, 1);
const YEAR_DAYS = 365.25;

/** Days of one charge and one discharge between two charges, of a battery that holds `capacityKwh` of its 10 kWh. */
const days = (count: number, capacityKwh: number, low: number, high: number, tempC: number | null): BatterySample[] => {
  const hours = 6;
  const stepPct = (high - low) / hours;
  const cellsW = (stepPct / 100) * capacityKwh * 1000;
  return Array.from({ length: count * 24 }, (_, index) => {
    const hour = index % 24;
    const charging = hour >= 8 && hour < 8 + hours;
    const discharging = hour >= 16 && hour < 16 + hours;
    const soc =
      hour < 8
        ? low
        : charging
          ? low + (hour - 8) * stepPct
          : hour < 16
            ? high
            : discharging
              ? high - (hour - 16) * stepPct
              : low;
    const powerW = charging ? cellsW / 0.96 : discharging ? -cellsW * 0.96 : 0;
    return { at: NOW - count * DAY_MS + index * HOUR_MS, socPct: soc, powerW, tempC };
  });
};

describe('health of a battery', () => {
  test('equivalent full cycles, depths and rates of a plain life', () => {
    const life = batteryLife(days(30, 10, 20, 80, 35), 10);
    expect(life?.fullCycles).toBeCloseTo(18, 0);
    expect(life?.depthHistogram.find((bin) => bin.fromPct === 60)?.cycles).toBeCloseTo(30, 0);
    expect(life?.use.depthPct).toBeCloseTo(60, 6);
    expect(life?.use.temperatureC).toBeCloseTo(35, 6);
    expect(life?.hotShare).toBe(1);
    expect(life?.use.rateC).toBeCloseTo(0.1, 2);
    expect(life?.coverage).toBeCloseTo(1, 2);
    expect(batteryLife([], 10)).toBeNull();
  });

  test('the home measures its own capacity from charges and discharges', () => {
    const found = capacityEstimates(days(20, 8.7, 10, 90, null));
    expect(found.length).toBeGreaterThan(30);
    for (const each of found) {
      expect(each.capacityKwh).toBeCloseTo(8.7, 6);
      expect(each.spreadKwh / each.capacityKwh).toBeLessThan(0.06);
    }
    expect(capacityEstimates(days(20, 8.7, 40, 60, null))).toEqual([]);
  });

  test('a hole in the history ends a run, and unknown power makes none', () => {
    const all = days(10, 9, 10, 90, null);
    expect(capacityEstimates(all.map((each) => ({ ...each, powerW: null })))).toEqual([]);
    expect(capacityEstimates(all.filter((_, index) => index % 24 < 10 || index % 24 > 20))).toEqual([]);
  });

  test('what the home measured moves the answer from the literature to the truth', () => {
    const installedAt = NOW - 5 * YEAR_DAYS * DAY_MS;
    const bookish = batteryHealth(days(200, 10, 40, 60, 22), 10, 'lfp', installedAt, NOW);
    const worn = batteryHealth(days(200, 8.2, 10, 90, 22), 10, 'lfp', installedAt, NOW);
    expect(bookish?.learntFrom).toEqual({ source: 'literature', capacities: 0 });
    expect(worn?.learntFrom.source).toBe('measured');
    expect(worn?.sohPct.p50).toBeGreaterThan(80);
    expect(worn?.sohPct.p50).toBeLessThan(85);
    expect((worn?.sohPct.p90 ?? 0) - (worn?.sohPct.p10 ?? 0)).toBeLessThan(
      (bookish?.sohPct.p90 ?? 0) - (bookish?.sohPct.p10 ?? 0),
    );
    expect(worn?.capacityKwh.p50).toBeCloseTo((worn?.sohPct.p50 ?? 0) / 10, 6);
    expect(worn?.score ?? 100).toBeLessThan(bookish?.score ?? 0);
    expect(worn?.endOfLifeAt.p10 ?? 0).toBeLessThanOrEqual(worn?.endOfLifeAt.p50 ?? 0);
    expect(worn?.endOfLifeAt.p50 ?? 0).toBeGreaterThan(NOW);
  });

  test('says nothing where too little is known', () => {
    expect(batteryHealth([], 10, 'lfp', null, NOW)).toBeNull();
    expect(batteryHealth(days(3, 10, 10, 90, 22), 0, 'lfp', null, NOW)).toBeNull();
    expect(batteryHealth(days(3, 10, 10, 90, 22), 10, 'nmc', null, NOW)).not.toBeNull();
  });

  test('the future is not read', () => {
    const past = days(40, 9, 10, 90, 22);
    const future = past.map((each) => ({ ...each, at: each.at + 40 * DAY_MS, socPct: 5, powerW: 9000 }));
    expect(batteryHealth([...past, ...future], 10, 'nmc', null, NOW - 1)).toEqual(
      batteryHealth(past, 10, 'nmc', null, NOW - 1),
    );
  });
});

describe('ageing from the literature', () => {
  const use = { depthPct: 80, meanSocPct: 50, temperatureC: 25, rateC: 0.3 };
  test.each(['lfp', 'nmc'] as const)('%s: heat, depth, charge and rate each wear it', (chemistry) => {
    const loss = (changed: Partial<typeof use>): number =>
      literatureLossPct(ageingRates(chemistry, { ...use, ...changed }), 3652, 2500);
    expect(loss({})).toBeGreaterThan(5);
    expect(loss({})).toBeLessThan(45);
    expect(loss({ temperatureC: 40 })).toBeGreaterThan(loss({}));
    expect(loss({ depthPct: 100 })).toBeGreaterThan(loss({}));
    expect(loss({ meanSocPct: 90 })).toBeGreaterThan(loss({}));
    expect(loss({ rateC: 3 })).toBeGreaterThan(loss({}));
  });

  test('advice names what costs most first, and says nothing to a battery that lives well', () => {
    const lifeOf = (changed: Partial<typeof use>) => {
      const life = batteryLife(days(10, 10, 45, 55, 20), 10);
      if (life === null) throw new Error('ten days are a life');
      return { ...life, use: { ...use, ...changed } };
    };
    expect(healthAdvice('nmc', lifeOf({ depthPct: 30, meanSocPct: 40, temperatureC: 18, rateC: 0.1 }), 0.7)).toEqual(
      [],
    );
    const hot = healthAdvice('lfp', lifeOf({ temperatureC: 42, depthPct: 70 }), 0.7);
    expect(hot[0]?.code).toBe('heat');
    expect(hot.map((each) => each.savesPct)).toEqual(hot.map((each) => each.savesPct).toSorted((a, b) => b - a));
  });
});

describe('ageing of cells', () => {
  const prior = {
    logLevel: Math.log(10),
    exponent: 1,
    logLevelSpread: 0.4,
    exponentSpread: 0.2,
    wander: 0.1,
    offsetSpread: 0.5,
    reference: 300,
  };

  test('without measurements it is the prior, and the band is as wide as that', () => {
    const band = ageingCurve(prior, []).at(300);
    expect(band.p50).toBeCloseTo(10, 0);
    expect(band.p10).toBeLessThan(7);
    expect(band.p90).toBeGreaterThan(14);
  });

  test('measurements draw the curve to themselves and narrow it', () => {
    const measured = [50, 100, 150, 200].map((x) => ({ x, lossPct: 0.02 * x, spreadPct: 0.2 }));
    const curve = ageingCurve(prior, measured);
    expect(curve.at(300).p50).toBeGreaterThan(5.4);
    expect(curve.at(300).p50).toBeLessThan(7);
    expect(curve.at(300).p90 - curve.at(300).p10).toBeLessThan(2.5);
    const end = curve.reaches(20, 5000);
    expect(end.p10).toBeLessThan(end.p50);
    expect(end.p50).toBeGreaterThan(700);
    expect(end.p50).toBeLessThan(1300);
    expect(curve.reaches(20, 400).p50).toBe(Number.POSITIVE_INFINITY);
  });

  test('one odd measurement does not decide', () => {
    const measured = [50, 100, 150, 200].map((x) => ({ x, lossPct: x === 100 ? 30 : 0.02 * x, spreadPct: 0.3 }));
    expect(ageingCurve(prior, measured).at(300).p50).toBeLessThan(9);
  });

  test('charging fast wears more, and nothing is learnt below 1 C', () => {
    expect(learntRateFactor(0.3)).toBe(1);
    expect(learntRateFactor(6)).toBeGreaterThan(1.2);
    expect(learntRateFactor(50)).toBe(learntRateFactor(9));
    const slow = cellAgeing({ kind: 'pouch-low-loading', chargeRateC: 1, depthPct: 100, temperatureC: 25 }, []);
    const fast = cellAgeing({ kind: 'pouch-low-loading', chargeRateC: 9, depthPct: 100, temperatureC: 25 }, []);
    expect(fast.at(600).p50).toBeGreaterThan(slow.at(600).p50 + 5);
    const own = cellAgeing(
      { kind: 'pouch-low-loading', chargeRateC: 9, depthPct: 100, temperatureC: 25 },
      Array.from({ length: 200 }, (_, index) => 2 - 0.0001 * index),
    );
    expect(own.at(600).p50).toBeLessThan(fast.at(600).p50);
  });
});
