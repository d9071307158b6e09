import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, type House } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: House;
afterEach(() => house.close());
const MINUTE = 60_000;

/** What the wire saw, in its order: reads and writes of both runs. */
const build = async (seen: string[]): Promise<void> => {
  house = await createHouse(
    [
      { id: 'switch' },
      {
        id: 'number',
        value: 1_000,
        spec: {
          control: { kind: 'number', unit: 'W', minimum: 0, maximum: 5_000, step: 100 },
          defaultSafeState: 0,
          effect: { kind: 'none', because: 'a setting' },
        },
        config: { role: 'ev', safeState: 0, ratedPowerW: null },
      },
      { id: 'timed', spec: { deviceLease: true } },
    ],
    {
      onRead: (deviceId) => void seen.push(`read ${deviceId}`),
      onWrite: ({ deviceId }) => void seen.push(`write ${deviceId}`),
    },
  );
  await house.start();
};

describe('killed at any moment of a command', () => {
  it.each([0, 100, 250, 500, 900, 1_500, 3_000, 5_500, 9_000])(
    '(after %s ms) the next run writes nothing before it has read that device, and gives back what was borrowed',
    async (afterMs) => {
      const seen: string[] = [];
      await build(seen);
      house.wish('switch', { leaseMs: 10 * MINUTE });
      house.wish('number', { setpoint: 3_000, leaseMs: 10 * MINUTE });
      house.wish('timed', { leaseMs: 10 * MINUTE });
      await house.clock.advance(afterMs);
      await house.kill();
      seen.length = 0;
      await house.start();
      await house.pass(30 * MINUTE);
      for (const id of ['switch', 'number', 'timed']) {
        const first = seen.indexOf(`write ${id}`);
        if (first >= 0) expect(seen.slice(0, first)).toContain(`read ${id}`);
      }
      expect(house.device('switch').value()).toBe(false);
      expect(house.device('number').value()).toBe(1_000);
      expect(house.device('timed').value()).toBe(false);
      expect(house.store().actions.unfinished()).toEqual([]);
    },
  );

  it('the timer on the device ends the load when nobody comes back at all', async () => {
    await build([]);
    expect((await house.act('timed', { leaseMs: 60 * MINUTE })).outcome).toBe('confirmed');
    await house.pass(20 * MINUTE);
    expect(house.device('timed').value()).toBe(true);
    await house.kill();
    // Every program of the house is silent from here on: ten minutes is the longest timer that is ever armed.
    await house.clock.advance(10 * MINUTE + 1_000);
    expect(house.device('timed').value()).toBe(false);
    await house.start();
  });

  it('a stop that was killed goes on, and every device is read first', async () => {
    const seen: string[] = [];
    await build(seen);
    await house.act('switch', { origin: 'manual', who: 'Ada' });
    house.device('switch').behave('offline');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(2_000);
    await house.kill();
    house.device('switch').behave('obedient');
    seen.length = 0;
    await house.start();
    await house.clock.advance(5_000);
    expect(seen.indexOf('read switch')).toBeLessThan(seen.indexOf('write switch'));
    expect(house.device('switch').value()).toBe(false);
    expect(house.stop().state(HOME)).toMatchObject({ who: 'Ada' });
  });
});
