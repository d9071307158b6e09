import { afterEach, describe, expect, it } from 'vitest';
import type { Measure } from '../../../preload/contract/base.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
afterEach(() => house.close());

const SAFE_W = 4_000;
/** The meter's own limit of freshness passes before it counts as silent. */
const LIMIT_S = 36;
const load = (id: string, powerW: number, priority: number) => ({
  id,
  value: true,
  powerW,
  config: { priority, ratedPowerW: powerW, name: id },
});
/** 7 kW run, all from the grid. */
const build = async (): Promise<void> => {
  house = await createGuardedHouse([load('boiler', 3_000, 1), load('miner', 2_000, 5), load('pump', 2_000, 9)], {
    safety: { safeImportW: SAFE_W },
  });
  Object.assign(house.meters.meters, { pvW: 0, householdW: 0 });
  house.store().settings.set(HOME, { maxGridImportW: 9_000 }, 'Ada', house.clock.now());
  await house.start();
  await house.seconds(5);
  expect(sum()).toBe(7_000);
};
const sum = (): number => house.devices.reduce((total, device) => total + device.powerW(), 0);
const bendGrid = (bent: (measure: Measure, second: number) => Measure): void => {
  const since = house.clock.now();
  house.bend((live) => ({ ...live, gridW: bent(live.gridW, Math.floor((house.clock.now() - since) / 1_000)) }));
};

describe('the grid meter while 7 kW run', () => {
  it.each<[string, () => void]>([
    ['freezes', () => house.meters.freeze('grid')],
    ['drops out', () => bendGrid((measure) => ({ ...measure, value: null, measuredAt: null, freshness: 'absent' }))],
    ['says no number', () => bendGrid((measure) => ({ ...measure, value: Number.NaN }))],
  ])('%s: down to what is safe within 60 s, each load once, and no loop', async (_, spoil) => {
    await build();
    spoil();
    await house.seconds(LIMIT_S + 60);
    expect(sum()).toBeLessThanOrEqual(SAFE_W);
    const writes = house.wire.length;
    await house.seconds(1_800);
    expect(house.wire).toHaveLength(writes);
    expect(house.wire.every(({ value }) => value === false)).toBe(true);
    expect(new Set(house.wire.map(({ deviceId }) => deviceId)).size).toBe(writes);
    expect(house.device('boiler').value()).toBe(true);
  });

  it('drops out for a few seconds again and again: nothing is shed', async () => {
    await build();
    bendGrid((measure, second) =>
      second % 10 < 4 ? { ...measure, value: null, measuredAt: null, freshness: 'absent' } : measure,
    );
    await house.seconds(600);
    expect(house.wire).toEqual([]);
  });

  it.each([
    ['a thousand times too much', 1_000],
    ['twice too much for a second', 2],
  ])('spikes (%s): nothing is shed', async (_, times) => {
    await build();
    bendGrid((measure, second) => (second % 20 === 10 ? { ...measure, value: (measure.value ?? 0) * times } : measure));
    await house.seconds(600);
    expect(house.wire).toEqual([]);
  });
});

describe('a miner with a relay before it', () => {
  it('is paused by its own interface: no guard and no stop cuts the relay under load', async () => {
    house = await createGuardedHouse(
      [
        { ...load('miner', 3_000, 9), config: { role: 'miner', priority: 9, ratedPowerW: 3_000, name: 'miner' } },
        // A plug that only feeds: it is no load of its own, and on is what it is safe in.
        {
          id: 'relay',
          value: true,
          powerW: 0,
          config: { role: 'none', safeState: true, ratedPowerW: null, name: 'relay' },
        },
      ],
      { safety: { safeImportW: 1_000 } },
    );
    Object.assign(house.meters.meters, { pvW: 0, householdW: 500 });
    await house.start();
    await house.seconds(5);
    house.meters.freeze('grid');
    await house.seconds(LIMIT_S + 60);
    expect(house.device('miner').value()).toBe(false);
    house.device('miner').byHand(true);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.seconds(60);
    expect(house.device('miner').value()).toBe(false);
    expect(house.wire.filter(({ deviceId, value }) => deviceId === 'relay' && value === false)).toEqual([]);
  });
});
