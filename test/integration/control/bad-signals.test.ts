import { afterEach, describe, expect, it } from 'vitest';
import type { Measure } from '../../../preload/contract/base.ts';
import type { LiveState } from '../../../preload/contract/site.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';

/**
 * Each signal with each defect that a meter can have: automation starts nothing on it, what runs is brought to where it is
 * safe or left alone, nothing is ever raised, and every decision says why.
 */
let house: GuardedHouse;
afterEach(() => house.close());

type Signal = 'gridW' | 'socPct' | 'batteryVoltageV' | 'batteryW' | 'pvW' | 'loadW';
type Defect = 'unavailable' | 'frozen' | 'late' | 'NaN' | '0-blip' | '1000× spike' | 'restart with none';
const SIGNALS: readonly Signal[] = ['gridW', 'socPct', 'batteryVoltageV', 'batteryW', 'pvW', 'loadW'];
const DEFECTS: readonly Defect[] = [
  'unavailable',
  'frozen',
  'late',
  'NaN',
  '0-blip',
  '1000× spike',
  'restart with none',
];
/** Without these nobody may decide. */
const NEEDED: Partial<Record<Signal, { readonly refusal: string; readonly guard: string }>> = {
  gridW: { refusal: 'GRID_NOT_FRESH', guard: 'METER_SILENT' },
  socPct: { refusal: 'SOC_NOT_FRESH', guard: 'SOC_SILENT_MINER' },
};
const LOST: readonly Defect[] = ['unavailable', 'frozen', 'NaN', 'restart with none'];
const BRIEF: readonly Defect[] = ['0-blip', '1000× spike'];

const absent = (measure: Measure): Measure => ({ ...measure, value: null, measuredAt: null, freshness: 'absent' });

/** Bends one signal from now on; blips and spikes are one sample in ten. */
const spoil = (signal: Signal, defect: Defect): void => {
  const since = house.clock.now();
  const bent = (measure: Measure): Measure => {
    const second = Math.floor((house.clock.now() - since) / 1_000);
    switch (defect) {
      case 'unavailable':
      case 'restart with none':
        return absent(measure);
      case 'frozen': {
        const ageMs = house.clock.now() - since;
        return { ...measure, measuredAt: since, freshness: ageMs > measure.limitMs ? 'stale' : 'fresh' };
      }
      case 'late':
        return { ...measure, measuredAt: house.clock.now() - 25_000, freshness: 'late' };
      case 'NaN':
        return { ...measure, value: Number.NaN };
      case '0-blip':
        return second % 10 === 5 ? { ...measure, value: 0 } : measure;
      case '1000× spike':
        return second % 10 === 5 ? { ...measure, value: (measure.value ?? 1) * 1_000 } : measure;
    }
  };
  house.bend((live): LiveState => ({ ...live, [signal]: bent(live[signal]) }));
};

const build = async (): Promise<void> => {
  house = await createGuardedHouse(
    [
      { id: 'runs', value: true, powerW: 3_000, config: { priority: 5, name: 'runs' } },
      { id: 'rests', value: false, powerW: 3_000, config: { priority: 1, name: 'rests' } },
    ],
    { safety: { safeImportW: 2_000 } },
  );
  house.meters.meters.householdW = 2_000;
  house.read('meter', 'grid', 'powerW', 0);
  house.read('inverter', 'battery', 'socPct', 90);
  await house.start();
  await house.seconds(10);
};

describe.each(SIGNALS)('%s', (signal) => {
  it.each(DEFECTS)('%s', async (defect) => {
    await build();
    if (defect === 'restart with none') await house.kill();
    spoil(signal, defect);
    if (defect === 'restart with none') await house.start();
    await house.seconds(150);
    const needed = NEEDED[signal];
    const isLost = needed !== undefined && LOST.includes(defect);

    const wish = house.wish('rests', { origin: 'rule', who: 'Rule' });
    if (!wish.ok || !('done' in wish.value)) throw new Error('not judged');
    const started = await house.play(wish.value.done);
    expect(started.sentence).not.toBe('');
    if (needed && !BRIEF.includes(defect)) {
      expect(started.outcome).toBe('refused');
      expect(started.stages.at(-1)?.code).toBe(needed.refusal);
      expect(house.device('rests').value()).toBe(false);
    }

    expect(house.device('runs').value()).toBe(!isLost);
    const guards = house.actions.filter(({ origin }) => origin === 'safety');
    expect(guards.length > 0).toBe(isLost);
    for (const action of guards) {
      expect(action.reasonCode).toBe(needed?.guard);
      expect(action.reason.length).toBeGreaterThan(20);
      expect(action.allowed).toBe(false);
    }
    // Whoever wrote it: nothing went on but by the rule's own, allowed wish.
    const raised = house.wire.filter(({ value, was }) => value === true && was === false);
    expect(raised.length).toBe(started.outcome === 'confirmed' ? 1 : 0);
  });
});

describe('a device that says nothing', () => {
  it.each(['offline', 'hung', 'cached'] as const)('(%s) is not started by automation', async (behaviour) => {
    await build();
    house.device('rests').behave(behaviour);
    await house.seconds(150);
    const wish = house.wish('rests', { origin: 'rule', who: 'Rule' });
    if (!wish.ok || !('done' in wish.value)) throw new Error('not judged');
    const ended = await house.play(wish.value.done);
    expect(['refused', 'unreachable', 'not-confirmed', 'rolled-back', 'rollback-failed']).toContain(ended.outcome);
    expect(ended.sentence).not.toBe('');
    expect(ended.outcome).not.toBe('confirmed');
  });
});
