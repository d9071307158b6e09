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

const load = (id: string, priority: number, safeState = false) => ({
  id,
  value: false,
  powerW: 2_000,
  config: { name: id, ratedPowerW: 2_000, priority, safeState },
});
const ref = (id: string) => ({ deviceId: id as never, channelId: 'switch:0' as never });
const APART: Partial<Safety> = {
  interlocks: [{ id: 'i', kind: 'never-together', first: ref('heater'), second: ref('sauna') }],
};

describe('two that never run together', () => {
  it('and both were switched on at the wall: the later one goes, once, and a person is told', async () => {
    await build([load('heater', 5), load('sauna', 1)], { safety: APART });
    house.device('heater').byHand(true);
    await house.seconds(30);
    house.device('sauna').byHand(true);
    await house.seconds(40);
    expect(house.device('sauna').value()).toBe(false);
    expect(house.device('heater').value()).toBe(true);
    expect(house.actions.at(-1)).toMatchObject({ origin: 'safety', reasonCode: 'NEVER_TOGETHER' });
    expect(house.notices.map(({ title }) => title)).toEqual([
      'Two loads run that never should together',
      'They are apart again',
    ]);
    expect(house.wire).toHaveLength(1);
  });

  it('and the later one must stay on: the other goes', async () => {
    await build([load('heater', 5), load('sauna', 1, true)], { safety: APART });
    house.device('heater').byHand(true);
    await house.seconds(30);
    house.device('sauna').byHand(true);
    await house.seconds(40);
    expect([house.device('heater').value(), house.device('sauna').value()]).toEqual([false, true]);
  });

  it('and the house only watches: nothing is switched, and it is said', async () => {
    await build([load('heater', 5), load('sauna', 1)], { safety: APART, mode: 'watch' });
    house.device('heater').byHand(true);
    house.device('sauna').byHand(true);
    await house.seconds(60);
    expect(house.wire).toEqual([]);
    expect(house.notices).toHaveLength(1);
    expect(house.notices[0]?.text).toContain('the house is in Watch');
  });

  it('and one takes over from the other within a breath: nothing happens', async () => {
    await build([load('heater', 5), load('sauna', 1)], { safety: APART });
    house.device('heater').byHand(true);
    await house.seconds(30);
    house.device('sauna').byHand(true);
    await house.seconds(2);
    house.device('heater').byHand(false);
    await house.seconds(60);
    expect(house.wire).toEqual([]);
    expect(house.notices).toEqual([]);
  });
});
