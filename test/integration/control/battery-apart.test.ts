import { afterEach, describe, expect, it } from 'vitest';
import { channelId, deviceId } from '../../../main/ids.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
afterEach(() => house.close());

const CAR_W = 7_000;
/** A look of the guard and the write of its lock: what a load that somebody else has started may take out until then. */
const INTERVAL_S = 5;
const LIMIT = {
  id: 'limit',
  value: 5_000,
  spec: {
    control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 10_000, step: 1 },
    defaultSafeState: 5_000,
    defaultRules: { minOnMs: 1_000, minOffMs: 1_000, maxSwitchesPerHour: 20, writeBudgetPerDay: 24 },
    effect: { kind: 'none' as const, because: 'a limit' },
  },
  channelId: 'discharge-power-limit',
  config: { role: 'battery' as const, safeState: 5_000, name: 'Discharge limit', ratedPowerW: null, rules: null },
};
const CAR = { id: 'car', powerW: CAR_W, config: { role: 'ev' as const, name: 'car', ratedPowerW: CAR_W } };

/** At night the battery gives what the house takes, as far as its limit lets it. */
const battery = (): number => {
  const limitW = Number(house.device('limit').value());
  const loadW = house.meters.meters.householdW + house.device('car').powerW();
  return Math.min(limitW, loadW);
};
/** Seconds in which the battery gave anything while the car charged. */
const play = async (seconds: number): Promise<number> => {
  let fed = 0;
  await house.seconds(seconds, () => {
    const givesW = battery();
    house.meters.meters.batteryW = -givesW;
    if (house.device('car').powerW() > 0 && givesW > 0) fed += 1;
  });
  return fed;
};
const build = async (): Promise<void> => {
  const load = { deviceId: deviceId('car'), channelId: channelId('switch:0') };
  house = await createGuardedHouse([LIMIT, CAR], {
    safety: { interlocks: [{ id: 'apart', kind: 'not-from-battery', load }] },
  });
  Object.assign(house.meters.meters, { pvW: 0, householdW: 600, socPct: 80 });
  house.store().settings.set(HOME, { maxGridImportW: 20_000 }, 'Ada', house.clock.now());
  await house.start();
  await play(10);
};

describe('a car that the house battery must not feed', () => {
  it.each([
    ['plan', 'plan'],
    ['rule', 'Cheap hours'],
    ['manual', 'Ada'],
  ] as const)('started by a %s takes nothing out of it, not even for a second', async (origin, who) => {
    await build();
    const asked = house.wish('car', { origin, who, leaseMs: 3_600_000 });
    if (!asked.ok || !('done' in asked.value)) throw new Error('not begun');
    expect(await play(900)).toBe(0);
    expect(house.device('car').value()).toBe(true);
  });

  it('started at the wall takes no more than one look of the guard', async () => {
    await build();
    house.device('car').byHand(true);
    expect(await play(900)).toBeLessThanOrEqual(INTERVAL_S);
    expect(house.device('limit').value()).toBe(0);
    house.device('car').byHand(false);
    await play(120);
    expect(house.device('limit').value()).toBe(5_000);
  });
});
