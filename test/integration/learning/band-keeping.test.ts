import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bandFactorsOf } from '../../../main/learning/band-keeping.ts';
import { addLocalDays, startOfLocalDay } from '../../../main/zone.ts';
import { DEMO_SITE, openDemoHome, ZONE } from '../../support/learning/demo-home.ts';
import { writeHourlyPowers } from '../../support/learning/hourly-powers.ts';

const NOW = Date.parse('2026-11-21T08:40:00Z');
const TODAY = startOfLocalDay(NOW, ZONE);
const id = DEMO_SITE.id;
const dayAgo = (days: number): number => addLocalDays(TODAY, -days, ZONE);

describe('bands that follow what they missed', () => {
  let home: Awaited<ReturnType<typeof openDemoHome>>;
  beforeEach(async () => {
    home = await openDemoHome(NOW, false);
  });
  afterEach(() => home.close());

  const factors = () => bandFactorsOf({ store: home.store, clock: home.clock, siteOf: () => DEMO_SITE }, id, 'load');
  /** A day on which all hours measured 500 W, of which production said so much. */
  const lived = (dayAt: number, band: { p10: number; p90: number }, role: 'production' | 'shadow' = 'production') => {
    writeHourlyPowers(home.store, 'household', dayAt, dayAt + 24 * 3_600_000, () => 500);
    const hours = Array.from({ length: 24 }, () => ({ mean: (band.p10 + band.p90) / 2, ...band }));
    const common = { siteId: id, kind: 'load', dayAt, issuedAt: dayAt, served: true } as const;
    home.store.modelling.records.put({ ...common, role, version: role, hours });
    home.store.modelling.records.put({ ...common, role: 'naive', version: null, hours });
  };

  it('are plain before anything was said', () => {
    expect(factors()).toMatchObject({ low: 1, high: 1 });
  });

  it('reach further where days were missed, and learn from each day once', async () => {
    lived(dayAgo(2), { p10: 100, p90: 400 });
    lived(dayAgo(1), { p10: 100, p90: 400 });
    const first = factors();
    expect(first.high).toBeCloseTo(Math.exp(2 * 0.5 * 0.9), 9);
    expect(first.low).toBeCloseTo(Math.exp(-2 * 0.5 * 0.1), 9);
    lived(dayAgo(1), { p10: 600, p90: 900 });
    expect(factors()).toMatchObject({ low: first.low, high: first.high });
    await home.clock.advance(24 * 3_600_000);
    lived(TODAY, { p10: 600, p90: 900 });
    const second = factors();
    expect(second.low).toBeCloseTo(first.low * Math.exp(0.5 * 0.9), 9);
    expect(second.high).toBeCloseTo(first.high * Math.exp(-0.5 * 0.1), 9);
  });

  it('learn nothing from the day that has begun, nor from what only stood beside', () => {
    lived(TODAY, { p10: 100, p90: 400 });
    lived(dayAgo(1), { p10: 100, p90: 400 }, 'shadow');
    expect(factors()).toMatchObject({ low: 1, high: 1 });
  });
});
