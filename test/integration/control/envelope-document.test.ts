import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { judge } from '../../../main/control/envelope.ts';
import type { DecisionSnapshot, Proposal } from '../../../main/control/types.ts';
import { channelId, deviceId } from '../../../main/ids.ts';
import { type ChannelRef, DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { createHouse, type House } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const ref = (id: string): ChannelRef => ({ deviceId: deviceId(id), channelId: channelId('switch:0') });
const houses: House[] = [];
afterEach(() => {
  for (const house of houses.splice(0)) house.close();
});

const openHouse = async (safety: Partial<Safety>): Promise<House> => {
  const house = await createHouse([{ id: 'miner' }, { id: 'boiler', config: { role: 'water-heater' } }]);
  houses.push(house);
  house.store().safety.set(HOME, { ...DEFAULT_SAFETY, ...safety }, 'Ada', house.clock.now());
  await house.start();
  return house;
};
const APART: Partial<Safety> = {
  interlocks: [{ id: 'a', kind: 'never-together', first: ref('miner'), second: ref('boiler') }],
};

describe('the written envelope at the devices', () => {
  it('never has both of two that exclude each other on, asked one after the other or at once', async () => {
    const house = await openHouse(APART);
    const first = house.wish('miner', { setpoint: true });
    const second = house.wish('boiler', { setpoint: true, origin: 'manual', who: 'Ada' });
    if (!first.ok || !('done' in first.value) || !second.ok || !('done' in second.value)) throw new Error('not begun');
    expect(await house.play(second.value.done)).toMatchObject({ outcome: 'refused' });
    expect(await house.play(first.value.done)).toMatchObject({ outcome: 'confirmed' });
    const third = await house.act('boiler', { setpoint: true, origin: 'manual', who: 'Ada' });
    expect(third.sentence).toBe('miner runs, and boiler never runs with it. Switch miner off first.');
    expect(house.device('boiler').value()).toBe(false);
    await house.pass(400_000);
    await house.act('miner', { setpoint: false, origin: 'manual', who: 'Ada' });
    expect(await house.act('boiler', { setpoint: true, origin: 'manual', who: 'Ada' })).toMatchObject({
      outcome: 'confirmed',
    });
  });

  it('sees what a hand switched on, and doubts what nobody can read', async () => {
    const house = await openHouse(APART);
    house.device('boiler').byHand(true);
    await house.pass(60_000);
    expect((await house.act('miner', { setpoint: true })).stages.at(-1)?.code).toBe('INTERLOCK');
    house.device('boiler').byHand(false);
    house.device('boiler').behave('offline');
    await house.pass(300_000);
    const doubted = await house.act('miner', { setpoint: true, origin: 'manual', who: 'Ada' });
    expect(doubted.stages.at(-1)?.code).toBe('INTERLOCK_UNKNOWN');
    expect(house.wire).toEqual([]);
  });

  it('starts nothing while a limit cannot be read, tells a person once, and lets a person act', async () => {
    const house = await openHouse(APART);
    const db = new Database(house.store().databasePath);
    db.exec("UPDATE safety SET value = '?' WHERE name = 'interlocks'");
    db.close();
    for (const id of ['miner', 'boiler'])
      expect((await house.act(id, { setpoint: true })).stages.at(-1)?.code).toBe('LIMITS_NOT_READ');
    const told = house
      .store()
      .events.list(HOME, 50)
      .filter(({ kind }) => kind === 'safety');
    expect(told).toMatchObject([{ level: 'critical', text: expect.stringContaining('interlocks') }]);
    expect(await house.act('miner', { setpoint: true, origin: 'manual', who: 'Ada' })).toMatchObject({
      outcome: 'confirmed',
    });
  });

  it('stores with the action all that it was judged by, so that it replays to the same answer', async () => {
    const house = await openHouse({ ...APART, fuseA: 16, inverterMaxW: 9_000 });
    for (const setpoint of [true, false]) {
      const action = await house.act('miner', { setpoint });
      const stored = JSON.parse(house.store().actions.snapshotOf(action.id) ?? 'null') as {
        proposal: Proposal;
        snapshot: DecisionSnapshot;
      };
      expect(stored.snapshot.surroundings).toMatchObject({
        safety: { fuseA: 16 },
        partners: [{ name: 'boiler', runs: false }],
        local: { timeZone: 'Europe/Berlin' },
      });
      const replayed = judge(stored.proposal, stored.snapshot);
      expect(replayed.setpoint).toBe(action.allowed);
      expect(action.stages.slice(0, replayed.stages.length)).toEqual(replayed.stages);
    }
  });
});
