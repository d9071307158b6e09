import { describe, expect, it } from 'vitest';
import type { PresetChannel, PresetHome } from '../../../../main/automation/rules/preset-parts.ts';
import { presetsOf } from '../../../../main/automation/rules/presets.ts';
import { ruleSchema } from '../../../../preload/contract/rules.ts';
import { channelOf } from '../../../support/rules/rules.ts';

const channel = (name: string, changes: Partial<PresetChannel>): PresetChannel => ({
  channel: channelOf(name),
  name,
  role: 'other-load',
  controllable: true,
  ratedPowerW: null,
  control: { kind: 'switch' },
  ...changes,
});
const RESERVE = channel('reserve', {
  role: 'battery',
  control: { kind: 'number', unit: '%', minimum: 0, maximum: 100, step: 1 },
});
const FULL: PresetHome = {
  channels: [
    channel('miner-a', { role: 'miner' }),
    channel('miner-b', { role: 'miner', controllable: false }),
    channel('heater', { role: 'water-heater', ratedPowerW: 3_000 }),
    channel('car', { role: 'ev', ratedPowerW: 7_400 }),
    RESERVE,
  ],
  hasPv: true,
  hasBattery: true,
  hasPrices: true,
  hasWeather: true,
  minimumSocPct: 30,
  pauseBelowPct: 50,
  resumeAbovePct: 80,
  newId: () => 'new',
};
const byId = (home: PresetHome) => Object.fromEntries(presetsOf(home).map((preset) => [preset.id, preset]));

describe('presets', () => {
  it('all fit a home that has everything, as rules that may be saved, in test first', () => {
    const presets = presetsOf(FULL);
    expect(presets.map(({ id, missing }) => [id, missing])).toEqual([
      ['pause-miners', null],
      ['surplus-to-water', null],
      ['avoid-peak', null],
      ['before-storm', null],
      ['reserve-tonight', null],
      ['car-ready', null],
    ]);
    for (const rule of presets.flatMap(({ rules }) => rules)) {
      expect(ruleSchema.parse(rule)).toEqual(rule);
      expect(rule.mode).toBe('test');
    }
  });

  it('an empty home is told what it lacks', () => {
    const home = { ...FULL, channels: [], hasPv: false, hasBattery: false, hasPrices: false, hasWeather: false };
    expect(presetsOf(home).map(({ missing, rules }) => [missing, rules.length])).toEqual([
      ['This home lacks a battery and a miner that may be switched.', 0],
      ['This home lacks solar panels and a water heater that may be switched.', 0],
      ['This home lacks prices by the hour and a load that may be switched.', 0],
      ['This home lacks a weather forecast and a battery whose reserve may be set.', 0],
      ['This home lacks a battery and a battery whose reserve may be set, or a load that may be switched.', 0],
      ['This home lacks a charger that may be controlled.', 0],
    ]);
  });

  it('miners pause below 50 % and go on above 80 %; what may not be switched is left out', () => {
    const [rule] = byId(FULL)['pause-miners']?.rules ?? [];
    expect(rule?.triggers[0]?.test).toMatchObject({ is: 'below', value: 50, hysteresis: 30 });
    expect(rule?.actions).toEqual([{ do: 'switch', channel: channelOf('miner-a'), on: false }]);
  });

  it('the surplus must carry the heater with a margin, and ends before half of it is gone', () => {
    const [rule] = byId(FULL)['surplus-to-water']?.rules ?? [];
    expect(rule?.triggers[0]?.test).toMatchObject({ quantity: { of: 'surplus-power' }, value: 3_300, hysteresis: 750 });
  });

  it('where no reserve can be set, loads wait in the evening’s favour', () => {
    const home = { ...FULL, channels: FULL.channels.filter((each) => each !== RESERVE) };
    const [rule] = byId(home)['reserve-tonight']?.rules ?? [];
    expect(rule?.actions.map((action) => action.do)).toEqual(['switch', 'switch']);
    expect(rule?.condition).toMatchObject({ test: { is: 'below', value: 60 } });
  });
});
