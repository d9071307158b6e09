import { describe, expect, it } from 'vitest';
import { hubWind, sourcesIn } from '../../../../models/wind/hub-wind.ts';
import { curveShare, fitPowerCurve, fitWindRose, roseShare } from '../../../../models/wind/power-curve.ts';

const points = Array.from({ length: 4000 }, (_, index) => {
  const angle = index * 2.399;
  const speed = (index % 97) / 6;
  const share = Math.min(1, (speed / 12) ** 3) * (Math.sin(angle) > 0 ? 1 : 0.5);
  return { speed, east: speed * Math.sin(angle), north: speed * Math.cos(angle), share };
});

describe('power curve', () => {
  it('never falls, meets the mean of all directions and is flat beyond what was seen', () => {
    const curve = fitPowerCurve(points);
    curve.shares.slice(1).forEach((share, index) => {
      expect(share).toBeGreaterThanOrEqual(curve.shares[index] ?? 0);
    });
    expect(curveShare(curve, 8)).toBeCloseTo(0.75 * (8 / 12) ** 3, 1);
    expect(curveShare(curve, 40)).toBe(curve.shares.at(-1));
    expect(curveShare(curve, Number.NaN)).toBeNaN();
    expect(curveShare({ speeds: [], shares: [] }, 8)).toBeNaN();
  });

  it('learns what directions differ by, and nothing where no direction is known', () => {
    const curve = fitPowerCurve(points);
    const rose = fitWindRose(points, curve);
    expect(roseShare(rose, 10, 0)).toBeGreaterThan(0.05);
    expect(roseShare(rose, -10, 0)).toBeLessThan(-0.05);
    expect(roseShare(rose, Number.NaN, Number.NaN)).toBe(0);
  });
});

describe('wind at the hub', () => {
  const reading = (columns: Readonly<Record<string, number>>) =>
    hubWind(sourcesIn(Object.keys(columns)), (column) => columns[column] ?? Number.NaN);

  it('is taken from 100 m where that is known, and raised from 10 m by the logarithmic profile else', () => {
    expect(reading({ windMs: 4, wind100Ms: 7 }).speed).toBe(7);
    expect(reading({ windMs: 4 }).speed).toBeCloseTo(6, 9);
    expect(reading({ windMs: 4, wind100Ms: Number.NaN }).speed).toBeCloseTo(6, 9);
    expect(reading({}).speed).toBeNaN();
  });

  it('blows to the east when it comes from the west', () => {
    const west = reading({ windMs: 10, windDirDeg: 270 });
    expect(west.east).toBeCloseTo(15, 6);
    expect(west.north).toBeCloseTo(0, 6);
    expect(reading({ windUMs: 3, windVMs: 4 }).speed).toBeCloseTo(7.5, 9);
  });
});
