import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
const build = async (...args: Parameters<typeof createGuardedHouse>): Promise<void> => {
  house = await createGuardedHouse(...args);
  await house.start();
  await house.seconds(5);
};
afterEach(() => house.close());
const load = (id: string, powerW: number, priority: number) => ({
  id,
  value: true,
  powerW,
  config: { priority, ratedPowerW: powerW, name: id },
});
const CHARGER = {
  id: 'charger',
  value: 3_000,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 7_000, step: 100 },
    defaultSafeState: 0,
    effect: { kind: 'none' as const, because: 'the car decides' },
  },
  config: { role: 'ev' as const, safeState: 0, priority: 3, name: 'charger', ratedPowerW: null },
};
const guards = () => house.actions.filter(({ origin }) => origin === 'safety');
const sums = () => house.devices.reduce((sum, device) => sum + device.powerW(), 0);

describe('the grid meter falls silent while 7 kW run', () => {
  it('and within 60 s the loads are down to what is safe, those of least priority first', async () => {
    await build([load('a', 3_000, 1), load('b', 2_000, 5), load('c', 2_000, 9)], { safety: { safeImportW: 4_000 } });
    house.meters.freeze('grid');
    // The meter's own limit of freshness passes first.
    await house.seconds(36);
    expect(guards()).toEqual([]);
    await house.seconds(59);
    expect(sums()).toBeLessThanOrEqual(4_000);
    expect(house.device('a').value()).toBe(true);
    expect(guards().find(({ outcome }) => outcome === 'confirmed')).toMatchObject({
      reasonCode: 'METER_SILENT',
      who: 'Safety guard',
    });
    expect(house.notices.map(({ title }) => title)).toContain('The grid meter is silent');
  });

  it('and a connection that may carry less than was typed for silence counts', async () => {
    await build([load('a', 3_000, 1), load('b', 2_000, 5), load('c', 2_000, 9)], { safety: { safeImportW: 6_000 } });
    house.store().settings.set(HOME, { maxGridImportW: 3_500 }, 'Ada', house.clock.now());
    house.meters.meters.pvW = 7_000;
    house.meters.freeze('grid');
    await house.seconds(95);
    expect(sums()).toBeLessThanOrEqual(3_500);
  });

  it('and turns down before it switches off', async () => {
    await build([CHARGER, load('a', 2_500, 9)], { safety: { safeImportW: 4_000 } });
    house.meters.freeze('grid');
    await house.seconds(95);
    expect(house.device('a').value()).toBe(true);
    expect(house.device('charger').value()).toBe(1_500);
  });

  it('and sheds nothing when the loads are small', async () => {
    await build([load('a', 1_500, 9)]);
    house.meters.freeze('grid');
    await house.seconds(200);
    expect(guards()).toEqual([]);
    expect(house.device('a').value()).toBe(true);
  });

  it('never loops: held while silent, released a minute after it is back, and nothing starts by itself', async () => {
    await build([load('a', 3_000, 1), load('b', 3_000, 9)], { safety: { safeImportW: 4_000 } });
    house.meters.freeze('grid');
    await house.seconds(1_500);
    const { id, channel } = house.device('b');
    expect(house.commander().view(id, channel).hold).toMatchObject({ origin: 'safety', owner: 'Safety guard' });
    expect(house.device('b').value()).toBe(false);
    // A person does not come before the guard.
    expect((await house.act('b', { origin: 'manual', who: 'Ada' })).outcome).toBe('refused');
    const writes = house.wire.length;
    expect(writes).toBe(1);
    house.meters.thaw();
    house.meters.poll();
    await house.seconds(30);
    expect(house.commander().view(id, channel).hold?.origin).toBe('safety');
    await house.seconds(60);
    expect(house.commander().view(id, channel).hold).toBeNull();
    await house.seconds(300);
    expect(house.wire).toHaveLength(writes);
    expect(house.notices.map(({ title }) => title)).toEqual(['The grid meter is silent', 'The grid meter is back']);
  });

  it('touches nothing in Watch, and says so', async () => {
    await build([load('a', 6_000, 9)], { mode: 'watch', safety: { safeImportW: 1_000 } });
    house.meters.freeze('grid');
    await house.seconds(120);
    expect(house.wire).toEqual([]);
    expect(house.notices[0]?.text).toMatch(/Watch/);
  });

  it('acts on what a person holds, and leaves what is declared safe when on', async () => {
    await build([
      load('held', 5_000, 5),
      { ...load('freezer', 4_000, 9), config: { safeState: true, ratedPowerW: 4_000 } },
    ]);
    await house.act('held', { origin: 'manual', who: 'Ada', setpoint: true });
    house.meters.freeze('grid');
    await house.seconds(100);
    expect(house.device('held').value()).toBe(false);
    expect(house.device('freezer').value()).toBe(true);
  });

  it('does nothing while the house is stopped', async () => {
    await build([load('a', 6_000, 9)]);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.seconds(10);
    house.meters.freeze('grid');
    await house.seconds(120);
    expect(guards()).toEqual([]);
  });
});
