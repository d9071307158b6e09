import { afterEach, describe, expect, it } from 'vitest';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: House;
const build = async (
  loads: readonly LoadOptions[],
  options: Parameters<typeof createHouse>[1] = {},
): Promise<House> => {
  house = await createHouse(loads, options);
  await house.start();
  return house;
};
afterEach(() => house.close());

describe('a command', () => {
  it('is logged before the wire is touched, verified three ways, and ends confirmed', async () => {
    let rowsAtWrite = -1;
    await build([{ id: 'miner' }], {
      onWrite: (_entry, { store }) => (rowsAtWrite = store.actions.list(HOME, 10).length),
    });
    const action = await house.act('miner');
    expect(rowsAtWrite).toBe(1);
    expect(action).toMatchObject({
      outcome: 'confirmed',
      step: 'moved',
      before: false,
      allowed: true,
      attempts: 1,
      verdict: 'allowed',
    });
    expect(action.sentence).toContain('read back');
    expect(house.device('miner').value()).toBe(true);
    expect(house.store().actions.get(action.id)).toEqual(action);
    expect(house.actions.map((one) => one.step)).toEqual(['checked', 'checked', 'sent', 'read', 'moved', 'moved']);
    expect(house.commander().view(house.device('miner').id, house.device('miner').channel)).toMatchObject({
      setpoint: true,
      hold: { origin: 'rule', owner: 'Sunny miner' },
      pending: null,
      trouble: null,
    });
  });

  it('to the present value writes nothing', async () => {
    await build([{ id: 'miner' }]);
    const action = await house.act('miner', { setpoint: false });
    expect(action.outcome).toBe('unchanged');
    expect(house.wire).toEqual([]);
  });

  it('that a device swallows is tried three times, taken back and said so', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('deaf');
    const action = await house.act('miner');
    expect(action).toMatchObject({ outcome: 'rolled-back', attempts: 3 });
    expect(house.wire.map((entry) => entry.value)).toEqual([true, true, true, false]);
    expect(house.commander().view(house.device('miner').id, house.device('miner').channel).trouble?.verdict).toBe(
      'not-confirmed',
    );
  });

  it('whose device lies about its relay is found out by the power and taken back', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('lying');
    const action = await house.act('miner');
    expect(action.outcome).toBe('rolled-back');
    expect(action.sentence).toContain('its power did not follow');
    expect(house.device('miner').value()).toBe(false);
  });

  it('that was taken back rests before it is tried again: there and back is a flap too', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('lying');
    expect((await house.act('miner')).outcome).toBe('rolled-back');
    expect((await house.act('miner', { origin: 'manual', who: 'Ada' })).outcome).toBe('refused');
    await house.pass(310_000);
    expect((await house.act('miner', { origin: 'manual', who: 'Ada' })).outcome).toBe('rolled-back');
  });

  it('without power behind a water heater is shown as not confirmed and left alone', async () => {
    await build([{ id: 'boiler', config: { role: 'water-heater' } }]);
    house.device('boiler').behave('lying');
    expect((await house.act('boiler')).outcome).toBe('not-confirmed');
    expect(house.wire.map((entry) => entry.value)).toEqual([true]);
  });

  it('to a device that is away ends unreachable without a write', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('offline');
    expect((await house.act('miner')).outcome).toBe('unreachable');
    expect(house.wire).toEqual([]);
  });

  it('that fails twice for a moment is tried again and confirmed', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').failNext(2);
    expect(await house.act('miner')).toMatchObject({ outcome: 'confirmed', attempts: 3 });
  });

  it('sends nothing, and takes nothing back, when it may no more once the device answers', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('offline');
    const wished = house.wish('miner');
    if (!wished.ok || !('done' in wished.value)) throw new Error('It was not taken.');
    await house.clock.advance(100);
    house.store().settings.set(HOME, { maxGridImportW: 1_000 }, 'Ada', house.clock.now());
    house.meters.meters.pvW = 0;
    house.meters.poll();
    house.device('miner').behave('obedient');
    expect(await house.play(wished.value.done)).toMatchObject({ outcome: 'refused' });
    expect(house.wire).toEqual([]);
  });

  it('that is refused for good is not tried again', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('refusing');
    const action = await house.act('miner');
    expect(action.outcome).toBe('not-confirmed');
    expect(house.wire).toHaveLength(1);
  });

  it('is never believed on readings from before the write', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').behave('cached');
    expect((await house.act('miner')).outcome).not.toBe('confirmed');
  });

  it('that the device limits is shown as limited', async () => {
    const spec = {
      control: { kind: 'number' as const, unit: 'W', minimum: 0, maximum: 4000, step: 50 },
      defaultSafeState: 0,
      effect: { kind: 'none' as const, because: 'it follows the sun' },
    };
    await build([{ id: 'charger', spec, value: 0, config: { role: 'other-load', safeState: 0 } }]);
    house.device('charger').behave('limited');
    expect(await house.act('charger', { setpoint: 2000 })).toMatchObject({ outcome: 'limited', allowed: 2000 });
  });

  it('to a hung device holds up no other device', async () => {
    await build([{ id: 'stuck' }, { id: 'miner' }]);
    house.device('stuck').behave('hung');
    const stuck = house.wish('stuck');
    expect(stuck.ok).toBe(true);
    expect((await house.act('miner', { setpoint: true, origin: 'manual', who: 'Ada' })).outcome).toBe('confirmed');
  });

  it('looks a second time: what turned up at the device meanwhile is not written again', async () => {
    await build([{ id: 'miner' }]);
    house.device('miner').byHand(true);
    expect((await house.act('miner', { origin: 'manual', who: 'Ada' })).outcome).toBe('unchanged');
    expect(house.wire).toEqual([]);
  });

  it('of automation yields to a hand that was there first', async () => {
    await build([{ id: 'miner', value: true }]);
    house.device('miner').byHand(false);
    const action = await house.act('miner', { setpoint: false });
    expect(action.outcome).not.toBe('confirmed');
    expect(house.wire).toEqual([]);
  });

  it('is not sent once another process owns the house', async () => {
    await build([{ id: 'miner' }]);
    house.own(false);
    const action = await house.act('miner');
    expect(action.outcome).toBe('refused');
    expect(house.wire).toEqual([]);
  });

  it('of another home is not found', async () => {
    await build([{ id: 'miner' }]);
    const { siteId } = await import('../../../main/ids.ts');
    expect(house.wish('miner', { siteId: siteId('other') })).toMatchObject({
      ok: false,
      error: { code: 'control.unknown-channel' },
    });
  });

  it('with the origin of a stop is turned away at the door', async () => {
    await build([{ id: 'miner' }]);
    expect(house.wish('miner', { origin: 'stop', setpoint: false })).toMatchObject({ ok: false });
  });

  it('stores the state that it was judged on, and that replays to the same verdict', async () => {
    await build([{ id: 'miner' }, { id: 'boiler', config: { role: 'water-heater' } }]);
    const action = await house.act('miner');
    const { judge } = await import('../../../main/control/envelope.ts');
    const stored = JSON.parse(house.store().actions.snapshotOf(action.id) ?? '{}');
    expect(judge(stored.proposal, stored.snapshot).stages).toEqual(action.stages);
    expect(stored.snapshot.others).toHaveLength(1);
  });
});
