import { describe, expect, it } from 'vitest';
import { clearOnPlane, lightOnPlane, splitClearSky } from '../../../../models/features/irradiance.ts';
import { solarWorld } from '../../../support/models/solar-frames.ts';

const RAD = Math.PI / 180;
const flat = { tilt: 0, azimuth: 0 };
const frame = solarWorld({ days: 130 });
const noonOf = (day: number): number => {
  let best = day * 24;
  for (let index = best; index < (day + 1) * 24; index += 1)
    if ((frame.sinElevation[index] ?? -1) > (frame.sinElevation[best] ?? -1)) best = index;
  return best;
};

describe('irradiance on a plane', () => {
  it('is the clear sky itself on the horizontal', () => {
    for (let index = 0; index < 24 * 100; index += 1)
      expect(Math.abs(clearOnPlane(frame, flat, index) - (frame.clearSky[index] ?? 0))).toBeLessThan(12);
  });

  it('is more on a south roof than on the flat in March, and less on a north one', () => {
    const noon = noonOf(10);
    const on = (tilt: number, azimuth: number) =>
      clearOnPlane(frame, { tilt: tilt * RAD, azimuth: azimuth * RAD }, noon);
    expect(on(40, 0)).toBeGreaterThan(1.2 * on(0, 0));
    expect(on(40, 180)).toBeLessThan(0.5 * on(0, 0));
  });

  it('peaks before noon on an east wall', () => {
    const east = { tilt: 90 * RAD, azimuth: -90 * RAD };
    const noon = noonOf(60);
    expect(clearOnPlane(frame, east, noon - 3)).toBeGreaterThan(2 * clearOnPlane(frame, east, noon + 3));
  });

  it('sees diffuse light on every plane, and none in the night', () => {
    const light = { direct: 0, diffuse: 100 };
    expect(lightOnPlane(frame, flat, noonOf(40), light)).toBeCloseTo(100, 6);
    expect(lightOnPlane(frame, { tilt: 90 * RAD, azimuth: Math.PI }, noonOf(40), light)).toBeCloseTo(60, 6);
    expect(clearOnPlane(frame, flat, 0)).toBe(0);
  });

  it('splits all of a clear sky in two, mostly straight light while the sun is high', () => {
    const { direct, diffuse } = splitClearSky(800, 0.8);
    expect(direct + diffuse).toBeCloseTo(800, 6);
    expect(direct).toBeGreaterThan(500);
    expect(splitClearSky(20, 0)).toEqual({ direct: 0, diffuse: 20 });
  });
});
