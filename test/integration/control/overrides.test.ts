import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: House;
const build = async (loads: readonly LoadOptions[] = [{ id: 'miner' }]): Promise<void> => {
  house = await createHouse(loads);
  await house.start();
};
afterEach(() => house.close());
const MINUTE = 60_000;
const hold = () => house.commander().view(house.device('miner').id, house.device('miner').channel).hold;
const foreign = () => house.actions.filter(({ reasonCode }) => reasonCode === 'FOREIGN_CHANGE');

describe('an override at the device', () => {
  it('ends by itself, and its end moves nothing', async () => {
    await build();
    house.device('miner').byHand(true);
    await house.pass(40_000);
    const until = hold()?.until ?? 0;
    await house.pass(until - house.clock.now() + MINUTE);
    expect(hold()).toBeNull();
    await house.pass(10 * MINUTE);
    expect(house.wire).toEqual([]);
    expect(house.device('miner').value()).toBe(true);
  });

  it('outlives a restart, and its end moves nothing there either', async () => {
    await build();
    house.device('miner').byHand(true);
    await house.pass(MINUTE);
    const until = hold()?.until;
    await house.kill();
    await house.start();
    expect(hold()?.until).toBe(until);
    await house.pass(40 * MINUTE);
    expect(hold()).toBeNull();
    expect(house.wire).toEqual([]);
  });

  it('ends automation’s lease: nothing is given back over the head of whoever switched', async () => {
    await build();
    await house.act('miner', { leaseMs: 60 * MINUTE });
    await house.pass(6 * MINUTE);
    house.device('miner').byHand(false);
    await house.pass(MINUTE);
    house.device('miner').byHand(true);
    await house.pass(120 * MINUTE);
    expect(house.device('miner').value()).toBe(true);
    expect(house.wire).toHaveLength(1);
  });

  it('that follows another one begins the time anew, and never shortens what a person asked for', async () => {
    await build();
    house.device('miner').byHand(true);
    await house.pass(MINUTE);
    const first = hold()?.until ?? 0;
    await house.pass(10 * MINUTE);
    house.device('miner').byHand(false);
    await house.pass(MINUTE);
    expect(hold()?.until).toBeGreaterThan(first);
    const asked = await house.act('miner', { origin: 'manual', who: 'Ada', setpoint: false, holdMs: 600 * MINUTE });
    expect(asked.outcome).toBe('unchanged');
    const long = hold()?.until ?? 0;
    house.device('miner').byHand(true);
    await house.pass(MINUTE);
    expect(hold()).toMatchObject({ owner: 'Somebody at the device', until: long });
    expect(foreign()).toHaveLength(3);
  });

  it('is respected by automation while it lasts, and no longer', async () => {
    await build();
    house.device('miner').byHand(true);
    await house.pass(10 * MINUTE);
    expect((await house.act('miner', { setpoint: false })).outcome).toBe('refused');
    await house.pass(30 * MINUTE);
    expect((await house.act('miner', { setpoint: false })).outcome).toBe('confirmed');
  });
});

describe('a hand right after a command', () => {
  it('is no echo of what stood there before, once the device has shown the command', async () => {
    await build();
    expect((await house.act('miner', { leaseMs: 60 * MINUTE })).outcome).toBe('confirmed');
    await house.clock.advance(5_000);
    house.device('miner').byHand(false);
    await house.pass(MINUTE);
    expect(foreign()).toHaveLength(1);
    expect(hold()?.owner).toBe('Somebody at the device');
  });
});

describe('our own late echo', () => {
  it.each([1_000, 10_000])('is ours also when we were restarted %s ms after the write', async (passedMs) => {
    await build();
    house.device('miner').behave('late');
    house.wish('miner', { origin: 'manual', who: 'Ada', holdMs: 0 });
    await house.clock.advance(passedMs);
    await house.kill();
    house.device('miner').behave('obedient');
    await house.start();
    await house.pass(3 * MINUTE);
    expect(foreign()).toEqual([]);
  });

  it('of a command that had ended before the restart is ours too', async () => {
    await build();
    house.device('miner').behave('deaf');
    const ended = await house.act('miner', { origin: 'manual', who: 'Ada', holdMs: 0 });
    expect(ended.outcome).not.toBe('confirmed');
    await house.kill();
    // What was asked of it takes effect now.
    house.device('miner').behave('obedient');
    house.device('miner').byHand(true);
    await house.start();
    await house.pass(2 * MINUTE);
    expect(foreign()).toEqual([]);
  });

  it('is ours no more after a while: then somebody has switched', async () => {
    await build();
    expect((await house.act('miner', { origin: 'manual', who: 'Ada', holdMs: 0 })).outcome).toBe('confirmed');
    await house.kill();
    await house.clock.advance(5 * MINUTE);
    await house.start();
    house.device('miner').byHand(false);
    await house.pass(MINUTE);
    expect(foreign()).toHaveLength(1);
    expect(hold()?.owner).toBe('Somebody at the device');
    expect(
      house
        .store()
        .events.list(HOME, 5)
        .some(({ kind }) => kind === 'foreign-change'),
    ).toBe(true);
  });
});
