import { afterEach, describe, expect, it } from 'vitest';
import type { Safety } from '../../../preload/contract/safety.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';

let house: GuardedHouse;
const build = async (...args: Parameters<typeof createGuardedHouse>): Promise<void> => {
  house = await createGuardedHouse(...args);
  await house.start();
  await house.seconds(5);
};
afterEach(() => house.close());
const miner = (id: string) => ({ id, value: true, powerW: 2_000, config: { name: id, ratedPowerW: 2_000 } });
const SETPOINT = {
  id: 'battery-power',
  value: 0,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: -5_000, maximum: 5_000, step: 10 },
    defaultSafeState: 0,
    effect: { kind: 'none' as const, because: 'the sum counts' },
  },
  config: { role: 'battery' as const, safeState: 0, name: 'battery-power', ratedPowerW: null },
};
const mute = (): void =>
  house.bend((live) => ({
    ...live,
    socPct: { ...live.socPct, value: null, measuredAt: null, freshness: 'absent' },
  }));

describe('the battery level falls silent', () => {
  it('and what automation discharges ends', async () => {
    await build([SETPOINT]);
    const discharge = await house.act('battery-power', { setpoint: -2_000, leaseMs: 3_600_000 });
    expect(discharge.outcome).toBe('confirmed');
    mute();
    await house.seconds(90);
    expect(house.device('battery-power').value()).toBe(0);
    expect(house.actions.at(-1)).toMatchObject({ origin: 'safety', reasonCode: 'SOC_SILENT_DISCHARGE' });
    expect(house.notices[0]?.title).toBe('The battery level is not known');
    house.bend((live) => live);
    await house.seconds(60);
    expect(house.notices.at(-1)?.title).toBe('The battery level is back');
    expect(house.device('battery-power').value()).toBe(0);
  });

  it('and what a person discharges is a person’s', async () => {
    await build([SETPOINT]);
    await house.act('battery-power', { setpoint: -2_000, origin: 'manual', who: 'Ada' });
    mute();
    await house.seconds(120);
    expect(house.device('battery-power').value()).toBe(-2_000);
  });

  it('and miners pause, unless their voltage may speak for the battery', async () => {
    await build([miner('a')]);
    mute();
    await house.seconds(120);
    expect(house.device('a').value()).toBe(false);
    expect(house.actions.at(-1)?.reason).toBe(
      'Nobody knows how full the battery is, and miners may not run by its voltage alone: a is paused.',
    );
  });

  it.each([
    [52, true],
    [50.9, false],
  ])('and at %s V they go on: %s, where a person allowed it', async (volts, goesOn) => {
    await build([miner('a')], { safety: { minersByVoltage: true } });
    house.bend((live) => ({
      ...live,
      socPct: { ...live.socPct, value: null, measuredAt: null, freshness: 'absent' },
      batteryVoltageV: { ...live.batteryVoltageV, value: volts },
    }));
    await house.seconds(120);
    expect(house.device('a').value()).toBe(goesOn);
  });

  it('and a miner in a person’s hands goes on', async () => {
    await build([miner('a')]);
    await house.act('a', { setpoint: true, origin: 'manual', who: 'Ada' });
    mute();
    await house.seconds(120);
    expect(house.device('a').value()).toBe(true);
  });
});

const LIMIT = {
  id: 'limit',
  value: -1,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: -1, maximum: 10_000, step: 1 },
    defaultSafeState: -1,
    defaultRules: { minOnMs: 1_000, minOffMs: 1_000, maxSwitchesPerHour: 20, writeBudgetPerDay: 24 },
    effect: { kind: 'none' as const, because: 'a limit' },
  },
  channelId: 'discharge-power-limit',
  config: { role: 'battery' as const, safeState: -1, name: 'Discharge limit', ratedPowerW: null, rules: null },
};
const CAR = {
  id: 'car',
  value: false,
  powerW: 3_000,
  config: { role: 'ev' as const, name: 'car', ratedPowerW: 3_000 },
};
const APART: Partial<Safety> = {
  interlocks: [
    { id: 'i', kind: 'not-from-battery', load: { deviceId: 'car' as never, channelId: 'switch:0' as never } },
  ],
};

describe('the battery never feeds the car', () => {
  it.each(['manual', 'rule'] as const)(
    'started by %s: locked before the car draws, released after it',
    async (origin) => {
      await build([LIMIT, CAR], { safety: APART });
      const started = await house.act('car', { origin, who: 'Ada' });
      expect(started.outcome).toBe('confirmed');
      expect(house.wire.map(({ deviceId, value }) => `${deviceId} ${value}`)).toEqual(['limit 0', 'car true']);
      await house.seconds(1_200, (second) => {
        if (second % 300 === 0 && origin === 'rule') house.wish('car', { origin, who: 'Ada' });
      });
      expect(house.device('limit').value()).toBe(0);
      house.device('car').byHand(false);
      await house.seconds(120);
      expect(house.device('limit').value()).toBe(-1);
      expect(house.wire.filter(({ deviceId }) => deviceId === 'limit')).toHaveLength(2);
    },
  );

  it('but automation does not take the battery out of a person’s hand for it', async () => {
    await build([SETPOINT, CAR], { safety: APART });
    await house.act('battery-power', { setpoint: -2_000, origin: 'manual', who: 'Ada' });
    expect(await house.act('car', { origin: 'rule' })).toMatchObject({ outcome: 'refused' });
    expect(house.device('battery-power').value()).toBe(-2_000);
    expect(await house.act('car', { origin: 'manual', who: 'Ada' })).toMatchObject({ outcome: 'confirmed' });
    expect(house.device('battery-power').value()).toBe(0);
  });

  it('started at the wall: locked within one look', async () => {
    await build([LIMIT, CAR], { safety: APART });
    house.device('car').byHand(true);
    await house.seconds(1);
    await house.seconds(4);
    expect(house.device('limit').value()).toBe(0);
    await house.seconds(300);
    house.device('car').byHand(false);
    await house.seconds(120);
    expect(house.device('limit').value()).toBe(-1);
  });

  it('goes back to the limit that stood there, whatever the safe state is', async () => {
    await build([{ ...LIMIT, value: 5_000 }, CAR], { safety: APART });
    await house.act('car', { origin: 'manual', who: 'Ada' });
    await house.seconds(320);
    house.device('car').byHand(false);
    await house.seconds(180);
    expect(house.device('limit').value()).toBe(5_000);
    const given = house.actions.find(
      ({ reasonCode, outcome }) => reasonCode === 'LEASE_ENDED' && outcome === 'confirmed',
    );
    expect(given).toMatchObject({ allowed: 5_000, who: 'Safety guard' });
  });

  it('does not start by a command when the lock does not take', async () => {
    await build([LIMIT, CAR], { safety: APART });
    house.device('limit').behave('deaf');
    const started = await house.act('car', { origin: 'rule', who: 'Plan' });
    expect(started).toMatchObject({ outcome: 'refused' });
    expect(house.wire.filter(({ deviceId }) => deviceId === 'car')).toEqual([]);
  });

  it('asks first where the house is in Suggest', async () => {
    await build([LIMIT, CAR], { safety: APART, mode: 'suggest' });
    const asked = house.wish('car', { origin: 'rule', who: 'Plan' });
    expect(asked.ok && 'pending' in asked.value).toBe(true);
    expect(house.wire).toEqual([]);
  });

  it('a lock that a killed run left is given back, or kept while the car still runs', async () => {
    await build([LIMIT, CAR], { safety: APART });
    await house.act('car', { origin: 'manual', who: 'Ada' });
    await house.kill();
    await house.clock.advance(1_200_000);
    house.device('car').byHand(false);
    await house.start();
    await house.seconds(120);
    expect(house.device('limit').value()).toBe(-1);
  });

  it('a person’s own limit is the person’s, and the person is told', async () => {
    await build([LIMIT, CAR], { safety: APART });
    await house.act('limit', { origin: 'manual', who: 'Ada', setpoint: 5_000 });
    house.device('car').byHand(true);
    await house.seconds(60);
    expect(house.device('limit').value()).toBe(5_000);
    expect(house.notices[0]).toMatchObject({
      title: 'The battery may feed car',
      text: 'Ada holds Discharge limit, so it was not locked.',
    });
  });
});
