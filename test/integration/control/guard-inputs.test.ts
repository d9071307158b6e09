import { afterEach, describe, expect, it } from 'vitest';
import type { Safety } from '../../../preload/contract/safety.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';

let house: GuardedHouse;
const BUTTON: Partial<Safety> = {
  stopInputs: [
    { id: 'wall', channel: { deviceId: 'button' as never, channelId: 'input:0' as never }, stopsWhen: 'on' },
  ],
};
const build = async (): Promise<void> => {
  house = await createGuardedHouse([{ id: 'miner', value: true }], { safety: BUTTON });
  await house.start();
  press(0);
  await house.seconds(3);
};
const press = (value: number): void => house.read('button', 'input:0', 'on', value);
const stopped = () => house.stop().state(HOME);
afterEach(() => house.close());

describe('a stop button on the wall', () => {
  it('stops the house with its name, by two readings', async () => {
    await build();
    press(1);
    expect(stopped()).toBeNull();
    await house.clock.advance(200);
    press(1);
    await house.seconds(2);
    expect(stopped()).toMatchObject({ who: 'button', surface: 'input' });
    expect(house.device('miner').value()).toBe(false);
  });

  it('stops it after a second where it is read seldom', async () => {
    await build();
    press(1);
    await house.seconds(3);
    expect(stopped()).toMatchObject({ surface: 'input' });
  });

  it('does nothing when the contact bounces', async () => {
    await build();
    for (let turn = 0; turn < 20; turn += 1) {
      press(turn % 2);
      await house.clock.advance(100);
    }
    press(0);
    await house.seconds(5);
    expect(stopped()).toBeNull();
  });

  it('stops the house again when it was unbound, the stop ended, and it is bound while still pressed', async () => {
    await build();
    press(1);
    await house.seconds(3);
    house.safety({ stopInputs: [] });
    await house.seconds(2);
    expect(house.stop().release(HOME, 'Ada', 'window').ok).toBe(true);
    house.safety(BUTTON);
    await house.seconds(3);
    expect(stopped()).toMatchObject({ surface: 'input' });
  });

  it('stops the house also where all of that happened between two looks', async () => {
    await build();
    press(1);
    await house.seconds(3);
    house.safety({ stopInputs: [] });
    expect(house.stop().release(HOME, 'Ada', 'window').ok).toBe(true);
    house.safety(BUTTON);
    await house.seconds(3);
    expect(stopped()).toMatchObject({ surface: 'input' });
  });

  it('is free the moment it is let go: the end of the stop stands', async () => {
    await build();
    press(1);
    await house.seconds(3);
    press(0);
    expect(house.stop().release(HOME, 'Ada', 'window').ok).toBe(true);
    house.bus.emit('readings', { siteId: HOME, deviceId: 'button' as never, readings: [] });
    await house.seconds(5);
    expect(stopped()).toBeNull();
  });

  it('cannot be overruled while it is pressed, and nobody without a name ends its stop', async () => {
    await build();
    press(1);
    await house.seconds(3);
    expect(house.stop().release(HOME, 'Ada', 'window')).toMatchObject({
      ok: false,
      error: { code: 'control.input-pressed', message: 'button is still pressed.' },
    });
    press(0);
    await house.seconds(3);
    expect(house.stop().release(HOME, 'button', 'input').ok).toBe(false);
    expect(house.stop().release(HOME, 'Ada', 'window').ok).toBe(true);
    await house.seconds(3);
    expect(stopped()).toBeNull();
  });

  it('that says nothing any more is told once, and stops nothing', async () => {
    await build();
    await house.seconds(300);
    expect(stopped()).toBeNull();
    expect(house.notices.map(({ title }) => title)).toEqual(['button is not known']);
    press(0);
    await house.seconds(3);
    expect(house.notices.map(({ title }) => title)).toEqual(['button is not known', 'button is back']);
  });

  it('whose line in the settings cannot be read is told as critical', async () => {
    await build();
    house.unreadable(['stopInputs']);
    await house.seconds(5);
    expect(house.notices).toMatchObject([{ level: 'critical', title: 'The stop inputs could not be read' }]);
    house.unreadable([]);
    await house.seconds(2);
    expect(house.notices).toHaveLength(2);
  });

  it('that is found pressed after a restart stops the house', async () => {
    await build();
    await house.kill();
    press(1);
    await house.start();
    press(1);
    await house.seconds(3);
    expect(stopped()).toMatchObject({ surface: 'input' });
  });

  it('that opens a circuit stops the house when it opens', async () => {
    await build();
    house.safety({ stopInputs: BUTTON.stopInputs?.map((one) => ({ ...one, stopsWhen: 'off' as const })) ?? [] });
    press(1);
    await house.seconds(3);
    house.stop().release(HOME, 'Ada', 'window');
    await house.seconds(2);
    expect(stopped()).toBeNull();
    press(0);
    await house.seconds(3);
    expect(stopped()).toMatchObject({ surface: 'input' });
  });
});
