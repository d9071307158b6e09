import { afterEach, describe, expect, it } from 'vitest';
import { HOME } from '../../support/control/snapshots.ts';
import { flapsOf, nervous, playSun, square, surplusPreset } from '../../support/rules/flapping.ts';
import type { RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf } from '../../support/rules/rules.ts';

/** A whole day of the same is in the long suite. */
const HOURS = 1.5;

let house: RuleHouse;
afterEach(async () => house.close());

describe('a sun that comes and goes does not make relays flap', () => {
  it.each([
    ['a square wave of 20 s', 0, 5_000],
    ['one that straddles the threshold', 2_990, 3_010],
  ])('%s against the most nervous rule: the limits of the device hold', async (_, low, high) => {
    house = await playSun(nervous('pv-power', 3_000), HOURS, square(low, high));
    expect(flapsOf(house)).toEqual([]);
  });

  it.each([
    ['a square wave of 20 s', 0, 5_000],
    ['one that straddles the threshold', 2_690, 2_710],
  ])('%s against the preset: it switches once at most', async (_, low, high) => {
    const preset = surplusPreset();
    house = await playSun(preset, HOURS, square(low, high));
    // About as much as the heater needs is left over: it may run, but it does not come and go.
    expect(house.writesTo('heater')).toEqual(low === 0 ? [] : [true]);
  });
});

describe('a load that starts is no reason for which it stops', () => {
  it('steady sun that suffices: the surplus rule starts once and stays', async () => {
    // 3 kW of sun, 500 W of household: 2.5 kW left over, of which the heater takes 2 kW.
    house = await playSun(surplusPreset(), HOURS, () => 3_000);
    expect(house.writesTo('heater')).toEqual([true]);
  });

  it('even without any hysteresis or rest', async () => {
    house = await playSun(nervous('surplus-power', 2_200), HOURS, () => 3_000);
    expect(house.writesTo('heater')).toEqual([true]);
  });

  it('while a rule on the bare export would go on and off for ever: the quantity is what makes the difference', async () => {
    house = await playSun(nervous('export-power', 2_200), HOURS, () => 3_000);
    expect(house.wire.length).toBeGreaterThan(4);
    expect(flapsOf(house)).toEqual([]);
  });

  it('the surplus is unknown for a minute after the load was switched: its meter and the grid’s may not agree yet', async () => {
    house = await playSun(nervous('surplus-power', 2_200), 0.1, () => 3_000);
    const surplus = () =>
      house
        .engine()
        .world(HOME)
        ?.quantity({ of: 'surplus-power' }, [channelOf('heater')]);
    expect(surplus()).toBe(2_500);
    await house.act('heater', { setpoint: false, origin: 'manual', who: 'Mara', surface: 'window' });
    await house.live(20_000);
    expect(surplus()).toBeNull();
    await house.live(60_000);
    expect(surplus()).toBe(2_500);
  });

  it('sun that goes ends it, and a battery that feeds the heater is no sun', async () => {
    house = await playSun(surplusPreset(), 1, () => 3_000);
    expect(house.device('heater').value()).toBe(true);
    house.meters.meters.batteryW = -2_000;
    house.meters.meters.pvW = 500;
    await house.live(10 * 60_000);
    expect(house.device('heater').value()).toBe(false);
  });
});
