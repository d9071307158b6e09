import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse | null = null;
afterEach(() => {
  house?.close();
  house = null;
});
const HOUR = 3_600_000;
const FLOOR_PCT = 30;
const CAPACITY_KWH = 10;
const BATTERY = {
  id: 'battery-power',
  value: 0,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: -5_000, maximum: 5_000, step: 10 },
    defaultSafeState: 0,
    effect: { kind: 'none' as const, because: 'the sum counts' },
  },
  config: { role: 'battery' as const, safeState: 0, name: 'Battery power', ratedPowerW: null },
};
const build = async (socPct: number): Promise<GuardedHouse> => {
  house?.close();
  house = await createGuardedHouse([BATTERY]);
  house.store().settings.set(HOME, { minimumSocPct: FLOOR_PCT, criticalSocPct: 10 }, 'Ada', house.clock.now());
  house.meters.meters.socPct = socPct;
  house.read('inverter', 'battery', 'socPct', socPct);
  await house.start();
  return house;
};
/** The battery does as it is told for so many seconds; answers the lowest charge that it had, %. */
const drain = async (home: GuardedHouse, seconds: number): Promise<number> => {
  const { meters } = home.meters;
  let lowest = meters.socPct ?? 0;
  await home.seconds(seconds, () => {
    const powerW = Number(home.device('battery-power').value());
    meters.batteryW = powerW;
    meters.socPct = (meters.socPct ?? 0) + (powerW / 1_000 / 3_600 / CAPACITY_KWH) * 100;
    lowest = Math.min(lowest, meters.socPct);
  });
  return lowest;
};
/** What the largest discharge takes out in the seconds in which a low charge is believed and the end of it is written. */
const SLACK_PCT = 0.3;

describe('a discharge that automation has begun', () => {
  it.each(['rule', 'plan'] as const)('by a %s ends at the floor, and is not begun again', async (origin) => {
    const home = await build(31);
    const begun = await home.act('battery-power', { setpoint: -5_000, origin, who: 'Evening', leaseMs: 12 * HOUR });
    expect(begun.outcome).toBe('confirmed');
    expect(await drain(home, 300)).toBeGreaterThan(FLOOR_PCT - SLACK_PCT);
    expect(home.device('battery-power').value()).toBe(0);
    expect(home.actions.at(-1)).toMatchObject({ origin: 'safety', reasonCode: 'SOC_FLOOR', outcome: 'confirmed' });
    const again = await home.act('battery-power', { setpoint: -5_000, origin, who: 'Evening', leaseMs: 12 * HOUR });
    expect(again.outcome).toBe('unchanged');
    expect(again.sentence).toMatch(/^The battery at 29.* is below the minimum 30 %\. .* is already at 0 W\.$/);
  });

  it('of a planner that was killed with the program is given back by the next run, above the floor', async () => {
    const home = await build(33);
    await home.act('battery-power', { setpoint: -5_000, origin: 'plan', who: 'plan', leaseMs: 12 * HOUR });
    await drain(home, 60);
    await home.kill();
    await home.start();
    expect(await drain(home, 600)).toBeGreaterThan(FLOOR_PCT);
    expect(home.device('battery-power').value()).toBe(0);
  });

  it('is not ended by a single low reading', async () => {
    const home = await build(60);
    await home.act('battery-power', { setpoint: -2_000, origin: 'rule', who: 'Evening', leaseMs: HOUR });
    await home.seconds(30, (second) => {
      home.meters.meters.socPct = second === 10 ? 0 : 60;
    });
    expect(home.device('battery-power').value()).toBe(-2_000);
  });

  it('of a person is a person’s', async () => {
    const home = await build(31);
    await home.act('battery-power', { setpoint: -5_000, origin: 'manual', who: 'Ada' });
    await drain(home, 300);
    expect(home.device('battery-power').value()).toBe(-5_000);
  });

  it(
    'whatever a broken plan asks for, and whenever it dies, the floor holds',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.double({ min: 28, max: 33, noNaN: true }),
          fc.array(
            fc.record({
              setpoint: fc.oneof(
                fc.integer({ min: -5_000, max: -2_000 }),
                fc.constant(3_000),
                fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, -1e9, -2.47),
              ),
              seconds: fc.integer({ min: 30, max: 240 }),
              dies: fc.constantFrom(true, false, false, false),
            }),
            { minLength: 1, maxLength: 6 },
          ),
          async (socPct, steps) => {
            const home = await build(socPct);
            for (const { setpoint, seconds, dies } of steps) {
              home.wish('battery-power', { setpoint, origin: 'plan', who: 'plan', leaseMs: 12 * HOUR });
              expect(await drain(home, seconds)).toBeGreaterThan(Math.min(socPct, FLOOR_PCT) - SLACK_PCT);
              if (!dies) continue;
              await home.kill();
              await home.start();
            }
            expect(await drain(home, 120)).toBeGreaterThan(Math.min(socPct, FLOOR_PCT) - SLACK_PCT);
          },
        ),
        { numRuns: 12 },
      ),
    60_000,
  );
});

describe('heat', () => {
  const SENSOR = { deviceId: deviceId('probe'), channelId: channelId('chips') };
  const MINER = { deviceId: deviceId('miner'), channelId: channelId('switch:0') };
  const warm = (valueC: number): void => house?.read('probe', 'chips', 'tempC', valueC, 3_600_000);
  const buildMiner = async (): Promise<GuardedHouse> => {
    const limit = { id: 'heat', sensor: SENSOR, minimumC: null, maximumC: 80, channels: [MINER] };
    house = await createGuardedHouse([{ id: 'miner', value: true, powerW: 3_000, config: { name: 'miner' } }], {
      safety: { temperatureLimits: [limit] },
    });
    await house.start();
    warm(70);
    await house.seconds(5);
    return house;
  };

  it.each(['manual', 'rule'] as const)('stops what %s has started, and keeps it off for its rest', async (origin) => {
    const home = await buildMiner();
    await home.act('miner', { setpoint: true, origin, who: 'Ada' });
    warm(85);
    await home.seconds(30);
    expect(home.device('miner').value()).toBe(false);
    expect(home.actions.at(-1)).toMatchObject({
      origin: 'safety',
      reasonCode: 'TOO_HOT',
      reason: 'It is 85 °C there, above the 80 °C that miner may run at.',
    });
    warm(79);
    await home.seconds(20);
    expect((await home.act('miner', { setpoint: true, origin: 'rule', who: 'Tiers' })).outcome).toBe('refused');
    expect(home.notices.map(({ title }) => title)).toEqual(['It is too hot', 'It has cooled down']);
  });

  it('is not made of one reading, nor of none', async () => {
    const home = await buildMiner();
    warm(150);
    await home.seconds(2);
    warm(70);
    await home.seconds(60);
    expect(home.wire).toEqual([]);
    home.read('probe', 'chips', 'tempC', 150, 1_000);
    await home.seconds(60);
    expect(home.wire).toEqual([]);
  });
});
