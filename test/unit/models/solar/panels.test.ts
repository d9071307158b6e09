import { describe, expect, it } from 'vitest';
import { envelopeAt } from '../../../../models/solar/envelope.ts';
import { learnPanels } from '../../../../models/solar/panels.ts';
import { solarWorld } from '../../../support/models/solar-frames.ts';

const RAD = Math.PI / 180;

describe('panels learnt from their own history', () => {
  it.each([
    [35, 0],
    [20, -70],
    [60, 60],
  ])('finds a roof of %i° tilt and %i° azimuth', (tilt, azimuth) => {
    const frame = solarWorld({ days: 150, plane: { tilt: tilt * RAD, azimuth: azimuth * RAD } });
    const found = learnPanels(frame, frame.hours);
    expect(Math.abs(found.tilt / RAD - tilt)).toBeLessThanOrEqual(12);
    expect(Math.abs(found.azimuth / RAD - azimuth)).toBeLessThanOrEqual(25);
  });

  it('knows the clear-sky power of tomorrow to a few per cent, although most days were cloudy', () => {
    const cloudy = solarWorld({ days: 120, clearness: (day) => (day % 4 === 0 ? 1 : 0.3) });
    const clear = solarWorld({ days: 120, clearness: () => 1 });
    const origin = 110 * 24;
    const envelope = envelopeAt(cloudy, origin, learnPanels(cloudy, origin));
    let [own, true_] = [0, 0];
    for (let index = origin; index < origin + 24; index += 1) {
      own += envelope?.clear(index) ?? 0;
      true_ += clear.values[index] ?? 0;
    }
    expect(Math.abs(own / true_ - 1)).toBeLessThan(0.06);
    expect(envelope?.clear(origin)).toBe(0);
  });

  it('learns a shaded hour', () => {
    const frame = solarWorld({
      days: 90,
      clearness: () => 1,
      measured: (power, index) => (index % 24 === 15 ? 0.2 * power : power),
    });
    const origin = 80 * 24;
    const envelope = envelopeAt(frame, origin, learnPanels(frame, origin));
    const shaded = envelope?.clear(origin + 15) ?? 0;
    expect(shaded).toBeGreaterThan(0);
    expect(shaded).toBeLessThan(0.35 * (envelope?.clear(origin + 14) ?? 0));
  });

  it('never promises more than was ever given, as behind an inverter that clips', () => {
    const frame = solarWorld({ days: 120, clearness: () => 1, measured: (power) => Math.min(2500, power) });
    const envelope = envelopeAt(frame, 100 * 24, learnPanels(frame, 100 * 24));
    expect(envelope?.peak).toBeLessThanOrEqual(2500);
  });

  it('knows nothing of two days', () => {
    const frame = solarWorld({ days: 4 });
    expect(envelopeAt(frame, 48, learnPanels(frame, 48))).toBeUndefined();
  });
});
