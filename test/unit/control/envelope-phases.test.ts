import { describe, expect, it } from 'vitest';
import type { Surroundings } from '../../../main/control/types.ts';
import { deviceId } from '../../../main/ids.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { Safety } from '../../../preload/contract/safety.ts';
import { type Case, judged, number, OTHER, PLUG } from '../../support/control/cases.ts';
import { channelOf, liveOf, measure } from '../../support/control/snapshots.ts';

describe('phases', () => {
  const fused = (change: Partial<Surroundings> = {}, safety: Partial<Safety> = {}): Partial<Case> => ({
    safety: { phases: 3, fuseA: 25, channelPhases: [{ channel: PLUG, phase: 1 }], ...safety },
    now: change,
  });
  const measuredPhases = (...amperes: readonly number[]): Partial<Surroundings> => ({
    phases: amperes.map((currentA, index) => ({ phase: ([1, 2, 3] as const)[index] ?? 1, currentA, ageMs: 1_000 })),
  });

  it('adds the load to its own phase and refuses beyond the fuse', () => {
    // 3000 W at 230 V are 13.0 A.
    expect(judged(fused(measuredPhases(11, 0, 0))).code).toBe('ALLOWED');
    const verdict = judged(fused(measuredPhases(13, 0, 0)));
    expect(verdict.code).toBe('FUSE_LIMIT');
    expect(verdict.sentence).toBe('Phase 1 would carry 26.0 A (measured), more than its fuse of 25.0 A.');
  });

  it('is never held up by what happens on another phase', () => {
    expect(judged(fused(measuredPhases(5, 80, 80))).setpoint).toBe(true);
    // The same load on all phases draws on the crowded ones too.
    expect(judged(fused(measuredPhases(5, 80, 80), { channelPhases: [] })).code).toBe('FUSE_LIMIT');
  });

  it('estimates a phase that nobody measures', () => {
    const settings = { ...DEFAULT_SETTINGS, maxGridImportW: 20_000 };
    const live = liveOf({ gridW: measure(9_000) });
    // A third of 9 kW and the load's own 3 kW are 6 kW, more than 5.75 kW.
    const verdict = judged({ ...fused(), snapshot: { settings, live } });
    expect(verdict.sentence).toContain('(estimated)');
    expect(verdict.code).toBe('FUSE_LIMIT');
    expect(judged({ ...fused(), snapshot: { settings, live: liveOf({ gridW: measure(8_000) }) } }).setpoint).toBe(true);
  });

  it('counts what was switched on a moment ago on the same phase, and not on another', () => {
    const ramping = (id: string) =>
      channelOf({ deviceId: deviceId(id), current: { value: true, ageMs: 1_000 }, sinceChangeMs: 2_000, powerW: null });
    const on = (phase: 1 | 2): Partial<Safety> => ({
      channelPhases: [
        { channel: PLUG, phase: 1 },
        { channel: OTHER, phase },
      ],
    });
    const others = [ramping('boiler')];
    expect(judged({ ...fused(measuredPhases(5, 5, 5), on(1)), snapshot: { others } }).code).toBe('FUSE_LIMIT');
    expect(judged({ ...fused(measuredPhases(5, 5, 5), on(2)), snapshot: { others } }).setpoint).toBe(true);
  });

  it('throttles a charger to what its phase still bears', () => {
    const verdict = judged({
      ...fused(measuredPhases(15, 0, 0)),
      proposal: { setpoint: 7_000 },
      channel: number('ev', 0),
    });
    expect([verdict.code, verdict.setpoint]).toEqual(['FUSE_THROTTLED', 2_300]);
  });
});
