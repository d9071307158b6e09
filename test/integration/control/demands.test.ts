import { afterEach, describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { DEFAULT_SAFETY } from '../../../preload/contract/safety.ts';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const houses: House[] = [];
afterEach(() => {
  for (const house of houses.splice(0)) house.close();
});
const openHouse = async (loads: readonly LoadOptions[]): Promise<House> => {
  // Days pass here: leases are looked at seldom.
  const house = await createHouse(loads, { timings: { leaseTickMs: 60_000, reconcileMs: 60_000 } });
  houses.push(house);
  await house.start();
  return house;
};
const RULES = { minOnMs: 300_000, minOffMs: 300_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 20 };

describe('what users of such systems complain about most', () => {
  it.each([
    ['20 s', 20_000, 2 * HOUR],
    ['nine minutes, which straddles the rests', 540_000, DAY],
  ])('relays do not flap on a sun that comes and goes every %s', async (_, periodMs, spanMs) => {
    const house = await openHouse([{ id: 'miner', config: { rules: RULES } }]);
    const stages = new Set<string>();
    for (let passed = 0; passed < spanMs; passed += periodMs / 2) {
      const sunny = (passed / periodMs) % 1 < 0.5;
      house.meters.meters.pvW = sunny ? 6_000 : 0;
      house.meters.poll();
      const wished = house.wish('miner', { setpoint: sunny });
      if (wished.ok && 'action' in wished.value) stages.add(wished.value.action.stages.at(-1)?.code ?? '');
      await house.pass(periodMs / 2);
    }
    for (const [index, { at }] of house.wire.entries()) {
      const before = house.wire[index - 1];
      if (before) expect(at - before.at).toBeGreaterThanOrEqual(300_000);
      expect(house.wire.filter((one) => one.at > at - HOUR && one.at <= at).length).toBeLessThanOrEqual(4);
    }
    expect(house.wire.length).toBeGreaterThan(1);
    expect(stages).toContain(periodMs < 60_000 ? 'MIN_ON' : 'SWITCH_LIMIT');
  });

  it('a load that has started is no reason to stop it: the same wish again is no write', async () => {
    const house = await openHouse([{ id: 'miner', config: { rules: RULES } }]);
    house.store().settings.set(HOME, { maxGridImportW: 3_200 }, 'Ada', house.clock.now());
    Object.assign(house.meters.meters, { pvW: 500, householdW: 500 });
    house.meters.poll();
    // It fits once and, being counted once, fits for ever.
    expect(await house.act('miner', { setpoint: true })).toMatchObject({ outcome: 'confirmed' });
    await house.pass(120_000);
    expect(await house.act('miner', { setpoint: true })).toMatchObject({ outcome: 'unchanged' });
  });

  it.each([
    [
      'the charge is not known',
      'SOC_NOT_FRESH',
      (house: House) => void Object.assign(house.meters.meters, { socPct: null }),
    ],
    ['the charge stands still in an old reading', 'SOC_NOT_FRESH', (house: House) => house.meters.freeze('soc')],
    ['the grid meter stands still in an old reading', 'GRID_NOT_FRESH', (house: House) => house.meters.freeze('grid')],
    [
      'the charge is no number',
      'SOC_NOT_FRESH',
      (house: House) => void Object.assign(house.meters.meters, { socPct: Number.NaN }),
    ],
    [
      'the house is no number',
      'GRID_NOT_FRESH',
      (house: House) => void Object.assign(house.meters.meters, { householdW: Number.NaN }),
    ],
    [
      'the house draws a thousand times too much',
      'IMPORT_LIMIT',
      (house: House) => void Object.assign(house.meters.meters, { householdW: 5e5 }),
    ],
    ['the device is away', 'DEVICE_OFFLINE', (house: House) => house.device('miner').behave('offline')],
  ])('nothing is started by a rule while %s, and the reason is said', async (_, code, break_) => {
    const house = await openHouse([{ id: 'miner', config: { rules: RULES } }]);
    break_(house);
    await house.pass(120_000);
    const action = await house.act('miner', { setpoint: true });
    expect(action.stages.at(-1)).toMatchObject({ outcome: 'refused', code });
    expect(action.sentence).toMatch(/\.$/);
    expect(house.wire).toEqual([]);
  });

  it('a week of noisy wishes keeps the budget of memory that wears, and the same target is never written', async () => {
    const house = await openHouse([
      {
        id: 'limit',
        value: 0,
        spec: {
          control: { kind: 'number', unit: 'W', minimum: 0, maximum: 4_000, step: 50 },
          defaultSafeState: 0,
          effect: { kind: 'none', because: 'it is a limit' },
        },
        config: {
          role: 'other-load',
          safeState: 0,
          rules: { ...RULES, minOnMs: 0, minOffMs: 0, writeBudgetPerDay: 12 },
        },
      },
    ]);
    let last: number | null = null;
    for (let step = 0; step < 7 * 48; step += 1) {
      const noise = (step * 7_919) % 97;
      const target = 1_000 + noise * 10;
      // Within half a step of what stands there it is the same target.
      const action = await house.act('limit', { setpoint: target, leaseMs: DAY });
      if (action.outcome === 'confirmed') last = Number(action.allowed);
      if (step % 8 === 0 && last !== null) {
        const before = house.wire.length;
        await house.act('limit', { setpoint: last, leaseMs: DAY });
        expect(house.wire).toHaveLength(before);
      }
      await house.clock.advance(1_790_000);
      house.meters.poll();
    }
    const offset = 2 * HOUR;
    const days = Map.groupBy(house.wire, ({ at }) => Math.floor((at + offset) / DAY));
    for (const writes of days.values()) expect(writes.length).toBeLessThanOrEqual(12);
    expect(Math.max(...[...days.values()].map(({ length }) => length))).toBe(12);
  }, 60_000);

  it('an overload on another phase never holds up a load that does not draw there', async () => {
    const house = await openHouse([
      { id: 'car', config: { rules: RULES, role: 'ev', ratedPowerW: 3_000 } },
      { id: 'oven', value: true, powerW: 9_000, config: { role: 'load', ratedPowerW: 9_000 } },
    ]);
    const on = (id: string, phase: 1 | 2) => ({
      channel: { deviceId: deviceId(id), channelId: channelId('switch:0') },
      phase,
    });
    const phases = (car: 1 | 2) =>
      house
        .store()
        .safety.set(
          HOME,
          { ...DEFAULT_SAFETY, phases: 3, fuseA: 35, channelPhases: [on('car', car), on('oven', 2)] },
          'Ada',
          house.clock.now(),
        );
    house.store().settings.set(HOME, { maxGridImportW: 20_000 }, 'Ada', house.clock.now());
    Object.assign(house.meters.meters, { pvW: 0, householdW: 600 });
    await house.pass(360_000);
    phases(2);
    expect((await house.act('car', { setpoint: true })).stages.at(-1)?.code).toBe('FUSE_LIMIT');
    phases(1);
    expect(await house.act('car', { setpoint: true })).toMatchObject({ outcome: 'confirmed' });
  });
});
