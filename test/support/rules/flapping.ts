import { presetsOf } from '../../../main/automation/rules/presets.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { LoadOptions } from '../control/house.ts';
import { createRuleHouse, type RuleHouse } from './rule-house.ts';
import { channelOf, ruleOf } from './rules.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 10_000;
const HEATER: LoadOptions = {
  id: 'heater',
  config: { name: 'Water heater', role: 'water-heater', ratedPowerW: 2_000 },
  powerW: 2_000,
};
const SWITCHES_AN_HOUR = 6;
const MIN_MS = 300_000;

/** The most hostile rule that a person may write: no time, no hysteresis, no rest. */
export const nervous = (of: 'export-power' | 'surplus-power' | 'pv-power', value: number): Rule =>
  ruleOf({
    name: 'Nervous',
    triggers: [{ test: { is: 'above', quantity: { of }, value, hysteresis: 0 }, forMs: 0 }],
    actions: [{ do: 'switch', channel: channelOf('heater'), on: true }],
    otherwise: [{ do: 'switch', channel: channelOf('heater'), on: false }],
  });

/** A house with a heater under a sun for a span, by the time since the start; the household takes 500 W. */
export const playSun = async (rule: Rule, hours: number, sunW: (ms: number) => number): Promise<RuleHouse> => {
  const house = await createRuleHouse([HEATER], [rule]);
  const start = house.clock.now();
  house.meters.meters.socPct = 90;
  await house.live(hours * HOUR_MS, STEP_MS, (at) => {
    house.meters.meters.pvW = sunW(at - start);
  });
  return house;
};

/** Every write, whatever it was for: at most six in any hour, none sooner than five minutes after the one before. */
export const flapsOf = (house: RuleHouse): readonly string[] => {
  const times = house.wire.map(({ at }) => at);
  return times.flatMap((at, index) => {
    const lastHour = times.filter((other) => other > at - HOUR_MS && other <= at).length;
    const before = times[index - 1];
    return [
      ...(lastHour > SWITCHES_AN_HOUR ? [`${lastHour} switches in the hour before ${at}`] : []),
      ...(before !== undefined && at - before < MIN_MS ? [`${at - before} ms after the last`] : []),
    ];
  });
};

/** A square wave with a period of 20 s. */
export const square = (lowW: number, highW: number) => (ms: number) => (ms % 20_000 < 10_000 ? highW : lowW);

/** The preset that heats water with what the sun leaves over, switched on. */
export const surplusPreset = (): Rule => {
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
