import { afterEach, describe, expect, it } from 'vitest';
import { drillSchema } from '../../../preload/contract/safety.ts';
import { createHouse, type House, type LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: House;
const build = async (loads: readonly LoadOptions[]): Promise<void> => {
  house = await createHouse(loads);
  await house.start();
};
afterEach(() => house.close());
const drill = async (who = 'Ada') => {
  const run = house.stop().drill(HOME, who, 'window');
  await house.clock.advance(6_000);
  const done = await run;
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
};

describe('a drill of the emergency stop', () => {
  it('reads every device, says where each would go, and writes to none', async () => {
    await build([
      { id: 'runs', value: true },
      { id: 'rests', value: false },
      { id: 'away', value: true },
      { id: 'hangs', value: true },
      { id: 'unowned', value: true, config: { controllable: false } },
    ]);
    house.device('away').behave('offline');
    house.device('hangs').behave('hung');
    const reads = house.device('runs').reads();
    const said = drillSchema.parse(await drill());
    expect(said.devices.map(({ name, result, now, wouldGoTo }) => [name, result, now, wouldGoTo])).toEqual([
      ['away', 'no-answer', null, false],
      ['hangs', 'no-answer', null, false],
      ['rests', 'already-safe', false, false],
      ['runs', 'ready', true, false],
    ]);
    expect(said.sentence).toBe(
      '2 of 4 answered within 5.0 s and would be safe. No answer from away, hangs: a stop would ask until there is one.',
    );
    // Not one write, to any device, of anybody; but a real read of each.
    expect(house.wire).toEqual([]);
    expect(house.device('runs').reads()).toBeGreaterThan(reads);
    expect(house.store().stops.active(HOME)).toBeUndefined();
    expect(house.actions).toEqual([]);
    expect(house.commander().mode(HOME)).toBe('automate');
  });

  it('is kept, as the newest and as an event', async () => {
    await build([{ id: 'runs', value: true }]);
    const said = await drill();
    expect(JSON.parse(house.store().state.get(`drill:${HOME}`) ?? 'null')).toEqual(said);
    expect(house.store().events.list(HOME, 5)[0]).toMatchObject({
      kind: 'drill',
      title: 'Ada drilled the emergency stop',
    });
  });

  it('is refused while the house is stopped, and gives way to a real stop', async () => {
    await build([
      { id: 'runs', value: true },
      { id: 'hangs', value: true },
    ]);
    house.device('hangs').behave('hung');
    const run = house.stop().drill(HOME, 'Ada', 'window');
    await house.stop().activate(HOME, 'Bob', 'tray', null);
    expect(await run).toMatchObject({ ok: false, error: { code: 'control.stopped' } });
    expect(await house.stop().drill(HOME, 'Ada', 'window')).toMatchObject({ ok: false });
    expect(house.store().state.get(`drill:${HOME}`)).toBeUndefined();
    await house.clock.advance(2_000);
    expect(house.device('runs').value()).toBe(false);
  });

  it('goes on beside a command, and two drills at once are one', async () => {
    await build([{ id: 'runs', value: false }]);
    const begun = house.wish('runs', { origin: 'manual', who: 'Ada' });
    const both = Promise.all([house.stop().drill(HOME, 'Ada', 'window'), house.stop().drill(HOME, 'Bob', 'cli')]);
    await house.clock.advance(10_000);
    const [one, other] = await both;
    expect(one).toBe(other);
    expect(begun.ok && 'done' in begun.value && (await begun.value.done).outcome).toBe('confirmed');
    expect(house.wire).toHaveLength(1);
  });

  it('says so when nothing can be controlled', async () => {
    await build([{ id: 'meter', config: { controllable: false } }]);
    expect((await drill()).sentence).toBe('Nothing here can be controlled, so a stop would switch nothing.');
  });
});
