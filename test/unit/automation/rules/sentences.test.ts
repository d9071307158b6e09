import { expect, it } from 'vitest';
import { sentenceOfRule, sentenceOfTest } from '../../../../main/automation/rules/sentences.ts';
import type { Rule, Test } from '../../../../preload/contract/rules.ts';
import { channelOf, ruleOf, socAbove } from '../../../support/rules/rules.ts';
import { plainNames } from '../../../support/rules/world.ts';

const price = (is: 'above' | 'below', value: number): Test => ({
  is,
  quantity: { of: 'import-price' },
  value,
  hysteresis: 0,
});

it.each<[Partial<Rule>, string]>([
  [
    {
      triggers: [{ test: socAbove(80), forMs: 300_000 }],
      condition: { test: price('below', 0.2) },
      otherwise: [{ do: 'switch', channel: channelOf('heater'), on: false }],
    },
    'When the charge of the battery is above 80 % for 5 min, and the price is below 0.20 EUR per kWh: switch heater on. Otherwise: switch heater off.',
  ],
  [
    {
      condition: {
        any: [{ test: price('below', 0) }, { all: [{ test: socAbove(20) }, { not: { test: socAbove(90) } }] }],
      },
      activeWindow: { from: '08:00', to: '20:00', days: [7, 6] },
      cooldownMs: 3_600_000,
    },
    'When the charge of the battery is above 80 %, and the price is below 0.00 EUR per kWh or (the charge of the battery is above 20 % and not (the charge of the battery is above 90 %)), only 08:00 to 20:00 on Saturday and Sunday: switch heater on. Afterwards it goes back to how it was. Then it rests for 60 min.',
  ],
  [
    {
      actions: [
        { do: 'pause', channel: channelOf('miner'), minutes: 90 },
        { do: 'notify', level: 'info', text: 'Full.' },
      ],
    },
    'When the charge of the battery is above 80 %: pause miner for 90 min and say “Full.”.',
  ],
])('a rule reads like a sentence %#', (changes, sentence) => {
  expect(sentenceOfRule(ruleOf(changes), plainNames)).toBe(sentence);
});

it.each<[Test, string]>([
  [socAbove(80, 5), 'the charge of the battery is above 80 % (until 75 %)'],
  [{ is: 'sun', since: 'sunset', offsetMinutes: -30 }, 'it is between 30 min before sunset and sunrise'],
  [{ is: 'price-rank', rank: 'cheapest', hours: 3 }, 'the price is among the cheapest 3 hours of the day'],
  [{ is: 'device', channel: channelOf('car'), state: 'held' }, 'car is held by a person'],
  [
    {
      is: 'above',
      quantity: { of: 'forecast', kind: 'pv', hours: 12, statistic: 'sum', band: 'p10' },
      value: 8,
      hysteresis: 0,
    },
    'the expected solar energy of the next 12 h (cautious) is above 8 kWh',
  ],
  [
    { is: 'above', quantity: { of: 'surplus-power' }, value: 2_150, hysteresis: 0 },
    'the solar surplus is above 2.15 kW',
  ],
  [
    { is: 'above', quantity: { of: 'weather', what: 'windMs', hours: 12 }, value: 14, hysteresis: 0 },
    'the strongest wind of the next 12 h is above 14 m/s',
  ],
])('a test reads like a clause %#', (test, sentence) => {
  expect(sentenceOfTest(test, plainNames)).toBe(sentence);
});
