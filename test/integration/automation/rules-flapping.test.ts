import { afterEach, describe, expect, it } from 'vitest';
import { presetsOf } from '../../../main/automation/rules/presets.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { LoadOptions } from '../../support/control/house.ts';
import { createRuleHouse, type RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf, ruleOf } from '../../support/rules/rules.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 10_000;
const HOURS = 3;
const HEATER: LoadOptions = {
  id: 'heater',
  config: { name: 'Water heater', role: 'water-heater', ratedPowerW: 2_000 },
  powerW: 2_000,
};
const SWITCHES_AN_HOUR = 6;
const MIN_MS = 300_000;

let house: RuleHouse;
afterEach(async () => house.close());

/** The most hostile rule that a person may write: no time, no hysteresis, no rest. */
const nervous = (of: 'export-power' | 'surplus-power' | 'pv-power', value: number): Rule =>
  ruleOf({
    name: 'Nervous',
    triggers: [{ test: { is: 'above', quantity: { of }, value, hysteresis: 0 }, forMs: 0 }],
    actions: [{ do: 'switch', channel: channelOf('heater'), on: true }],
    otherwise: [{ do: 'switch', channel: channelOf('heater'), on: false }],
  });

/** Sun for a span, by the time since the start; the household takes 500 W. */
const play = async (rule: Rule, hours: number, sunW: (ms: number) => number): Promise<void> => {
  house = await createRuleHouse([HEATER], [rule]);
  const start = house.clock.now();
  house.meters.meters.socPct = 90;
  await house.live(hours * HOUR_MS, STEP_MS, (at) => {
    house.meters.meters.pvW = sunW(at - start);
  });
};

/** Every write, whatever it was for: at most so many in any hour, none sooner than the least time after the one before. */
const expectCalm = (most = SWITCHES_AN_HOUR): void => {
  const times = house.wire.map(({ at }) => at);
  for (const [index, at] of times.entries()) {
    expect(times.filter((other) => other > at - HOUR_MS && other <= at).length).toBeLessThanOrEqual(most);
    const before = times[index - 1];
    if (before !== undefined) expect(at - before).toBeGreaterThanOrEqual(MIN_MS);
  }
};

/** A square wave with a period of 20 s. */
const square = (lowW: number, highW: number) => (ms: number) => (ms % 20_000 < 10_000 ? highW : lowW);

describe('a sun that comes and goes does not make relays flap', () => {
  it.each([
    ['a square wave of 20 s', 0, 5_000],
    ['one that straddles the threshold', 2_990, 3_010],
  ])('%s against the most nervous rule: the limits of the device hold', async (_, low, high) => {
    await play(nervous('pv-power', 3_000), HOURS, square(low, high));
    expectCalm();
  });

  it.each([
    ['a square wave of 20 s', 0, 5_000],
    ['one that straddles the threshold', 2_690, 2_710],
  ])('%s against the preset: it switches once at most', async (_, low, high) => {
    const preset = surplusPreset();
    await play(preset, HOURS, square(low, high));
    // About as much as the heater needs is left over: it may run, but it does not come and go.
    expect(house.writesTo('heater')).toEqual(low === 0 ? [] : [true]);
  });
});

const surplusPreset = (): Rule => {
  const preset = presetsOf({
    channels: [
      {
        channel: channelOf('heater'),
        name: 'Water heater',
        role: 'water-heater',
        controllable: true,
        ratedPowerW: 2_000,
        control: { kind: 'switch' },
      },
    ],
    hasPv: true,
    hasBattery: true,
    hasPrices: false,
    hasWeather: false,
    minimumSocPct: 30,
    pauseBelowPct: 50,
    resumeAbovePct: 80,
    newId: () => 'surplus',
  }).find(({ id }) => id === 'surplus-to-water');
  const [rule] = preset?.rules ?? [];
  if (!rule) throw new Error('No preset.');
  return { ...rule, mode: 'on' };
};

describe('a load that starts is no reason for which it stops', () => {
  it('steady sun that suffices: the surplus rule starts once and stays', async () => {
    // 3 kW of sun, 500 W of household: 2.5 kW left over, of which the heater takes 2 kW.
    await play(surplusPreset(), HOURS, () => 3_000);
    expect(house.writesTo('heater')).toEqual([true]);
  });

  it('even without any hysteresis or rest', async () => {
    await play(nervous('surplus-power', 2_200), HOURS, () => 3_000);
    expect(house.writesTo('heater')).toEqual([true]);
  });

  it('while a rule on the bare export would go on and off for ever: the quantity is what makes the difference', async () => {
    await play(nervous('export-power', 2_200), HOURS, () => 3_000);
    expect(house.wire.length).toBeGreaterThan(10);
    expectCalm();
  });

  it('sun that goes ends it, and a battery that feeds the heater is no sun', async () => {
    await play(surplusPreset(), 1, () => 3_000);
    expect(house.device('heater').value()).toBe(true);
    house.meters.meters.batteryW = -2_000;
    house.meters.meters.pvW = 500;
    await house.live(10 * 60_000);
    expect(house.device('heater').value()).toBe(false);
  });
});
