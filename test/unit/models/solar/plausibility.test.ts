import { describe, expect, it } from 'vitest';
import type { HourFrame } from '../../../../models/features/frame.ts';
import { correctionOf, LEAST_CORRECTION, MOST_CORRECTION } from '../../../../models/solar/correction.ts';
import { envelopeAt } from '../../../../models/solar/envelope.ts';
import { outlookAt } from '../../../../models/solar/outlook.ts';
import { learnPanels } from '../../../../models/solar/panels.ts';
import { checkPv, learnable, uncurtailed } from '../../../../models/solar/plausibility.ts';
import { solarWorld } from '../../../support/models/solar-frames.ts';

const DAYS = 90;
const ORIGIN = DAYS * 24;
const WEEK_FROM = ORIGIN - 7 * 24;
const LOAD_W = 400;
const inWeek = (index: number): boolean => index >= WEEK_FROM;

/** The bias that the model gives to weather forecasts after what it believes of this frame. */
const weekBias = (frame: HourFrame, values: Float64Array): number => {
  const seen = { ...frame, values };
  const panels = learnPanels(seen, ORIGIN);
  const envelope = envelopeAt(seen, ORIGIN - 1, panels);
  if (envelope === undefined) throw new Error('no envelope');
  return outlookAt(seen, ORIGIN, panels, envelope).bias.week;
};

describe('training on uncurtailed production only', () => {
  const zeroExport = solarWorld({
    days: DAYS,
    weather: true,
    measured: (power, index) => (inWeek(index) ? Math.min(power, LOAD_W) : power),
    signals: () => new Map([['load', new Float64Array(ORIGIN).fill(LOAD_W)]]),
  });
  const told = solarWorld({
    days: DAYS,
    weather: true,
    measured: (power, index) => (inWeek(index) ? 0 : power),
    signals: () =>
      new Map([['curtailed', Float64Array.from({ length: ORIGIN }, (_, index) => (inWeek(index) ? 1 : 0))]]),
  });

  it('keeps the correction near 1 through a week of zero-export days, and would not without', () => {
    expect(Math.abs(weekBias(zeroExport, uncurtailed(zeroExport, ORIGIN)) - 1)).toBeLessThan(0.12);
    expect(weekBias(zeroExport, zeroExport.values)).toBeLessThan(0.6);
  });

  it('keeps it near 1 through a week in which the panels were told to stop', () => {
    expect(Math.abs(weekBias(told, uncurtailed(told, ORIGIN)) - 1)).toBeLessThan(0.05);
    expect(weekBias(told, told.values)).toBeLessThan(0.6);
  });

  it('says how many hours were held back, and that the reading is believed', () => {
    const { findings, plausible } = checkPv(zeroExport, ORIGIN);
    expect(plausible).toBe(true);
    expect(findings).toEqual([{ kind: 'held-back', hours: expect.any(Number) }]);
    expect(findings[0]?.kind === 'held-back' && findings[0].hours).toBeGreaterThan(35);
  });

  it('takes no hour away from a home that happens to use what the sun gives', () => {
    const usual = solarWorld({ days: DAYS, signals: () => new Map([['load', new Float64Array(ORIGIN).fill(LOAD_W)]]) });
    const lost = uncurtailed(usual, ORIGIN).filter((value) => Number.isNaN(value)).length;
    expect(lost).toBeLessThan(0.01 * ORIGIN);
  });

  it('leaves what comes after the origin alone', () => {
    expect(uncurtailed(told, WEEK_FROM)).toEqual(told.values);
  });
});

describe('a sensor that measures something else', () => {
  it('finds nothing odd about panels under changing skies', () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(checkPv(solarWorld({ days: DAYS, seed }), ORIGIN)).toEqual({ findings: [], plausible: true });
  });

  it('finds battery discharge in the evening and at night', () => {
    const frame = solarWorld({
      days: DAYS,
      measured: (power, index) => (inWeek(index) && (index % 24 >= 20 || index % 24 < 3) ? power + 900 : power),
    });
    const { findings, plausible } = checkPv(frame, ORIGIN);
    expect(plausible).toBe(false);
    const night = findings.find((finding) => finding.kind === 'power-at-night');
    expect(night?.hours).toBeGreaterThan(20);
    expect(night?.most).toBeCloseTo(900, 0);
  });

  it('teaches nothing by a week of another sensor, and everything else as it was', () => {
    const swapped = solarWorld({
      days: DAYS,
      measured: (power, index) => (inWeek(index) && index % 24 >= 20 ? power + 900 : power),
    });
    const taught = learnable(swapped, ORIGIN).values;
    expect(taught.subarray(WEEK_FROM, ORIGIN).every((value) => Number.isNaN(value))).toBe(true);
    expect(taught.subarray(0, WEEK_FROM)).toEqual(swapped.values.subarray(0, WEEK_FROM));
    const honest = solarWorld({ days: DAYS });
    expect(learnable(honest, ORIGIN).values).toEqual(honest.values);
  });

  it('finds a reading that is far above the clear sky, such as one in another unit', () => {
    const frame = solarWorld({ days: DAYS, measured: (power, index) => (inWeek(index) ? 10 * power : power) });
    const { findings, plausible } = checkPv(frame, ORIGIN);
    expect(plausible).toBe(false);
    expect(findings.map(({ kind }) => kind)).toEqual(['above-clear-sky', 'scale-changed']);
    const scale = findings.find((finding) => finding.kind === 'scale-changed');
    expect(scale?.factor).toBeGreaterThan(3);
    expect(scale?.now).toBeGreaterThan(3 * (scale?.before ?? Number.POSITIVE_INFINITY));
  });
});

describe('a correction', () => {
  const pairs = (expected: number, measured: number, hours: number) =>
    Array.from({ length: hours }, () => ({ expected, measured }));

  it('is held between a half and twice', () => {
    expect(correctionOf(pairs(1000, 0, 500), 1000)).toBe(LEAST_CORRECTION);
    expect(correctionOf(pairs(1000, 90_000, 500), 1000)).toBe(MOST_CORRECTION);
  });

  it('is 1 where nothing was measured, and near 1 after little', () => {
    expect(correctionOf([], 1000)).toBe(1);
    expect(correctionOf(pairs(1000, Number.NaN, 50), 1000)).toBe(1);
    expect(correctionOf(pairs(1000, 500, 1), 1000)).toBeGreaterThan(0.85);
  });

  it('finds a steady bias once there is much of it', () => {
    expect(correctionOf(pairs(1000, 800, 70), 1000)).toBeCloseTo(0.81, 2);
  });
});
