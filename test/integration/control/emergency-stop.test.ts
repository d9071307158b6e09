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

const TABLE = '00:00 1000W 60%; 06:00 1000W 60%';
const tableLoad = (safeState: string | null): LoadOptions => ({
  id: 'table',
  value: TABLE,
  powerW: 0,
  spec: {
    control: { kind: 'time-table', slots: 2, maximumW: 8000 },
    defaultSafeState: '00:00 500W 90%; 06:00 500W 90%',
    effect: { kind: 'none', because: 'a slot acts at its time' },
  },
  config: { role: 'battery', ratedPowerW: null, safeState },
});

const fifty = (): readonly LoadOptions[] =>
  Array.from({ length: 50 }, (_, index) => ({ id: `load-${index}`, value: true, powerW: 100 }));

describe('the emergency stop', () => {
  it('commands fifty devices in one turn, before any of them has answered', async () => {
    await build(fifty());
    for (const device of house.devices.slice(0, 25)) device.behave('hung');
    const commanded = house.stop().activate(HOME, 'Ada', 'keyboard', null);
    // Not one tick of the clock, not one microtask: all are on the wire already.
    expect(house.wire).toHaveLength(50);
    const state = await commanded;
    expect(state.devices).toHaveLength(50);
    expect(state.commandedAfterMs).toBe(0);
    await house.clock.advance(5_000);
    const counts =
      house
        .stop()
        .state(HOME)
        ?.devices.map((device) => device.state) ?? [];
    expect(counts.filter((one) => one === 'safe')).toHaveLength(25);
  });

  it('is on the disk, with a row for each device, before the first write', async () => {
    let seen: { stopped: boolean; rows: number } | null = null;
    await build(
      [
        { id: 'a', value: true },
        { id: 'b', value: true },
      ],
      {
        onWrite: (_entry, { store }) => {
          seen ??= { stopped: store.stops.active(HOME) !== undefined, rows: store.actions.list(HOME, 10).length };
        },
      },
    );
    await house.stop().activate(HOME, 'Ada', 'window', 'Smoke');
    expect(seen).toEqual({ stopped: true, rows: 2 });
  });

  it('calls a device safe only by a reading newer than the stop, and asks the silent ones until they answer', async () => {
    await build([
      { id: 'good', value: true },
      { id: 'away', value: true },
    ]);
    house.device('away').behave('offline');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(5_000);
    const away = () =>
      house
        .stop()
        .state(HOME)
        ?.devices.find((device) => device.name === 'away');
    expect(
      house
        .stop()
        .state(HOME)
        ?.devices.find((device) => device.name === 'good'),
    ).toMatchObject({
      state: 'safe',
      readBack: 'off',
      attempts: 1,
    });
    expect(away()).toMatchObject({ state: 'no-answer', attempts: 1 });
    await house.clock.advance(20_000);
    expect(away()?.attempts).toBeGreaterThanOrEqual(2);
    expect(house.stop().state(HOME)?.answeredAfterMs).toBeNull();
    house.device('away').behave('obedient');
    await house.clock.advance(20_000);
    expect(away()).toMatchObject({ state: 'safe', readBack: 'off' });
    expect(house.device('away').value()).toBe(false);
    expect(house.stop().state(HOME)?.answeredAfterMs).toBeGreaterThan(0);
    expect(
      house
        .store()
        .actions.list(HOME, 10)
        .every((action) => action.outcome === 'confirmed'),
    ).toBe(true);
  });

  it('is idempotent: pressing again only adds attempts', async () => {
    await build([{ id: 'away', value: true }]);
    house.device('away').behave('offline');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    const again = await house.stop().activate(HOME, 'Bob', 'tray', 'Again');
    expect(again).toMatchObject({ who: 'Ada', why: null });
    expect(again.devices[0]?.attempts).toBe(2);
    expect(house.store().actions.list(HOME, 10)).toHaveLength(1);
  });

  it('breaks off what is running and waiting, and refuses what comes after', async () => {
    await build([{ id: 'miner' }]);
    const running = house.wish('miner', { origin: 'manual', who: 'Ada' });
    await house.clock.advance(50);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    if (!running.ok || !('done' in running.value)) throw new Error('not begun');
    expect((await house.play(running.value.done)).outcome).toBe('interrupted');
    expect(house.device('miner').value()).toBe(false);
    expect(await house.act('miner', { origin: 'manual', who: 'Ada' })).toMatchObject({ outcome: 'refused' });
    expect(house.wire.at(-1)?.value).toBe(false);
  });

  it('bypasses minimum times, budgets and holds', async () => {
    await build([{ id: 'miner' }]);
    expect((await house.act('miner', { origin: 'manual', who: 'Ada' })).outcome).toBe('confirmed');
    expect((await house.act('miner', { origin: 'manual', who: 'Ada', setpoint: false })).outcome).toBe('refused');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(2_000);
    expect(house.device('miner').value()).toBe(false);
  });

  it('lets what it may have switched off rest, also what nobody had seen running', async () => {
    await build([{ id: 'a', value: false }]);
    await house.pass(600_000);
    house.device('a').byHand(true);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.pass(5_000);
    expect(house.device('a').value()).toBe(false);
    house.stop().release(HOME, 'Ada', 'window');
    const started = await house.act('a', { setpoint: true, origin: 'manual', who: 'Ada' });
    expect(started).toMatchObject({ outcome: 'refused' });
    expect(started.sentence).toContain('a stays off for another 5 min');
  });

  it('survives a kill: the next run goes on at once, reading before it writes', async () => {
    await build([
      { id: 'good', value: true },
      { id: 'away', value: true },
    ]);
    house.device('away').behave('offline');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(5_000);
    await house.kill();
    const before = house.wire.length;
    const reads = house.device('good').reads();
    house.device('away').behave('obedient');
    await house.start();
    expect(house.stop().state(HOME)).toMatchObject({ who: 'Ada' });
    expect(house.device('away').value()).toBe(false);
    expect(house.device('good').reads()).toBeGreaterThan(reads);
    // The good one was safe already: read, and left alone.
    expect(house.wire.slice(before).map((entry) => entry.deviceId)).toEqual([house.device('away').id]);
    expect(await house.act('good', { origin: 'manual', who: 'Ada' })).toMatchObject({ outcome: 'refused' });
  });

  it('works when the database fails at the very moment', async () => {
    await build([{ id: 'a', value: true }]);
    house.store().close();
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(2_000);
    expect(house.device('a').value()).toBe(false);
    expect(house.stop().state(HOME)?.devices[0]?.state).toBe('safe');
  });

  it('sends back what leaves its safe state while the house is stopped', async () => {
    await build([{ id: 'a', value: true }]);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(2_000);
    house.device('a').byHand(true);
    await house.clock.advance(40_000);
    expect(house.device('a').value()).toBe(false);
  });

  it('ends only by a person with a name, and comes back in Watch', async () => {
    await build([{ id: 'a', value: true }]);
    expect(house.commander().mode(HOME)).toBe('automate');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    expect(house.stop().release(HOME, 'automation', 'system').ok).toBe(false);
    expect(house.stop().release(HOME, '  ', 'window').ok).toBe(false);
    expect(house.commander().setMode(HOME, 'automate', 'Ada').ok).toBe(false);
    expect(house.stop().explain(HOME, 'Ada', 'It smelled.')).toMatchObject({ ok: true, value: { why: 'It smelled.' } });
    expect(house.stop().release(HOME, 'Ada', 'window').ok).toBe(true);
    expect(house.stop().state(HOME)).toBeNull();
    expect(house.stops.at(-1)).toBeNull();
    expect(house.commander().mode(HOME)).toBe('watch');
    await house.kill();
    await house.start();
    expect(house.stop().state(HOME)).toBeNull();
    expect(house.commander().mode(HOME)).toBe('watch');
  });

  it('leaves a table alone for which nobody chose a safe one, says so once, and still comes to its end', async () => {
    await build([{ id: 'a', value: true }, tableLoad(null)]);
    const notices: string[] = [];
    const off = house.bus.on('notice', ({ title }) => void notices.push(title));
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.pass(120_000);
    // Pressed again, taken up by the next run, back online, moved by hand: it is never written.
    await house.stop().activate(HOME, 'Ada', 'window', null);
    house.device('table').byHand('00:00 2000W 70%; 06:00 2000W 70%');
    await house.pass(120_000);
    expect(notices).toEqual(['table was left as it is']);
    await house.kill();
    await house.start();
    await house.pass(120_000);
    off();
    expect(house.wire.filter(({ deviceId }) => deviceId === 'table')).toEqual([]);
    expect(house.stop().state(HOME)?.devices).toMatchObject([{ deviceId: 'a', state: 'safe' }]);
    expect(house.stop().state(HOME)?.answeredAfterMs).not.toBeNull();
    expect(house.store().events.list(HOME, 20)).toContainEqual(
      expect.objectContaining({
        kind: 'stop',
        level: 'attention',
        text: 'The stop did not write table: no safe table has been chosen for it in its settings.',
      }),
    );
  });

  it('writes the table that a person chose as safe, and reads it back', async () => {
    const safe = '00:00 800W 80%; 06:00 800W 80%';
    await build([tableLoad(safe)]);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(5_000);
    expect(house.wire.map(({ value }) => value)).toEqual([safe]);
    expect(house.stop().state(HOME)?.devices).toMatchObject([{ state: 'safe', readBack: safe }]);
  });

  it('takes a choice to the safe state in its settings, not to the vendor’s', async () => {
    const options = ['off', 'pv', 'now'].map((value) => ({ value, label: value.toUpperCase() }));
    await build([
      {
        id: 'charger',
        value: 'now',
        spec: { control: { kind: 'choice', options }, defaultSafeState: 'pv' },
        config: { role: 'ev', safeState: 'off' },
      },
    ]);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(5_000);
    expect(house.wire.map(({ value }) => value)).toEqual(['off']);
    expect(house.device('charger').value()).toBe('off');
    expect(house.stop().state(HOME)?.devices).toMatchObject([{ safeState: 'OFF', state: 'safe', readBack: 'OFF' }]);
    // Somebody turns it on again at the device: it is sent back.
    house.device('charger').byHand('now');
    await house.pass(60_000);
    expect(house.device('charger').value()).toBe('off');
  });

  it('leaves no timer behind when the service ends', async () => {
    await build([{ id: 'away', value: true }]);
    house.device('away').behave('offline');
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(15_000);
    await house.leave();
    expect(house.clock.pendingTimers()).toBe(0);
  });

  it('writes nothing once another process owns the house', async () => {
    await build([{ id: 'a', value: true }]);
    house.own(false);
    await house.stop().activate(HOME, 'Ada', 'window', null);
    await house.clock.advance(5_000);
    expect(house.wire).toEqual([]);
    expect(house.stop().state(HOME)?.devices[0]?.state).toBe('no-answer');
  });
});
