import { afterEach, describe, expect, it } from 'vitest';
import type { TrialResult } from '../../../preload/contract/devices.ts';
import { createHouse, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const houseWith = async (load: Partial<LoadOptions> = {}) => {
  const rows: number[] = [];
  const house = await createHouse([{ id: 'new plug', powerW: 800, ...load }], {
    onWrite: (_, { store }) => void rows.push(store.actions.list(HOME, 9).length),
  });
  ends.push(house.close);
  await house.start();
  const device = house.device('new plug');
  /** Tries the device out and plays until the trial has ended. */
  const tryOut = async (between?: () => Promise<void>): Promise<TrialResult> => {
    const trial = house.commander().tryOut({
      siteId: HOME,
      deviceId: device.id,
      channelId: device.channel,
      name: 'New plug',
      who: 'Ada',
      surface: 'window',
      powerW: async () => (device.reachable() ? device.powerW() : null),
    });
    let ended = false;
    void trial.finally(() => {
      ended = true;
    });
    await between?.();
    for (let turn = 0; turn < 400 && !ended; turn += 1) await house.clock.advance(250);
    const result = await trial;
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };
  return { house, device, rows, tryOut };
};

describe('a trial of a device that is not saved yet', () => {
  it('switches it there and back, measures what moved, and is logged before the wire is touched', async () => {
    const { house, device, rows, tryOut } = await houseWith();
    const result = await tryOut();
    expect(rows[0]).toBe(1);
    expect(result).toMatchObject({
      outcome: 'works',
      before: false,
      tried: true,
      powerBeforeW: 0,
      powerTriedW: 800,
      putBack: true,
    });
    expect(device.value()).toBe(false);
    expect(house.wire.map(({ value }) => value)).toEqual([true, false]);
    const [row] = house.store().actions.list(HOME, 1);
    expect(row).toMatchObject({ reasonCode: 'TRIAL', who: 'Ada', outcome: 'confirmed', before: false });
  });

  it('says when the power does not follow', async () => {
    const { device, tryOut } = await houseWith();
    device.behave('lying');
    expect(await tryOut()).toMatchObject({ outcome: 'no-effect', putBack: true });
  });

  it('says when a device accepts and does nothing', async () => {
    const { device, tryOut } = await houseWith();
    device.behave('deaf');
    expect(await tryOut()).toMatchObject({ outcome: 'not-confirmed', putBack: true });
    expect(device.value()).toBe(false);
  });

  it('arms the timer of the device where there is one, so that a dead program leaves nothing on', async () => {
    const { house, tryOut } = await houseWith({ spec: { deviceLease: true } });
    await tryOut();
    expect(house.wire[0]).toMatchObject({ value: true, leaseMs: 60_000 });
  });

  it('puts a number back to where it was', async () => {
    const { house, tryOut } = await houseWith({
      value: 16,
      spec: {
        control: { kind: 'number', unit: 'A', minimum: 6, maximum: 16, step: 1 },
        defaultSafeState: 6,
        effect: { kind: 'none', because: 'it is a limit' },
      },
    });
    expect(await tryOut()).toMatchObject({ outcome: 'works', before: 16, tried: 15, putBack: true });
    expect(house.wire.map(({ value }) => value)).toEqual([15, 16]);
  });

  it('tries no table and no mode: that would change too much', async () => {
    const { house, tryOut } = await houseWith({
      value: false,
      spec: {
        control: {
          kind: 'choice',
          options: [
            { value: 'off', label: 'Off' },
            { value: 'pv', label: 'Surplus' },
          ],
        },
      },
    });
    expect(await tryOut()).toMatchObject({ outcome: 'refused' });
    expect(house.wire).toEqual([]);
  });

  it('starts nothing that a short run would harm', async () => {
    const { house, tryOut } = await houseWith({
      spec: { defaultRules: { minOnMs: 900_000, minOffMs: 60_000, maxSwitchesPerHour: 4, writeBudgetPerDay: 40 } },
    });
    expect(await tryOut()).toMatchObject({ outcome: 'refused' });
    expect(house.wire).toEqual([]);
  });

  it('touches nothing while the house is stopped, and turns nothing on again when it is stopped meanwhile', async () => {
    const { house, device, tryOut } = await houseWith({ value: true });
    const meanwhile = await tryOut(async () => {
      await house.clock.advance(100);
      await house.stop().activate(HOME, 'Ada', 'window', null);
    });
    expect(meanwhile).toMatchObject({ outcome: 'not-put-back', putBack: false });
    expect(device.value()).toBe(false);
    const writes = house.wire.length;
    expect(await tryOut()).toMatchObject({ outcome: 'refused' });
    expect(house.wire.length).toBe(writes);
  });

  it('writes nothing once another process owns the house', async () => {
    const { house, tryOut } = await houseWith();
    house.own(false);
    expect(await tryOut()).toMatchObject({ outcome: 'unreachable' });
    expect(house.wire).toEqual([]);
  });
});
