import { expect, it } from 'vitest';
import type { Rule } from '../../../preload/contract/rules.ts';
import { flapsOf, nervous, playSun, square, surplusPreset } from '../../support/rules/flapping.ts';

const DAY_HOURS = 24;

it.each<[string, Rule, number, number]>([
  ['a square wave of 20 s, the most nervous rule', nervous('pv-power', 3_000), 0, 5_000],
  ['straddling the threshold, the most nervous rule', nervous('pv-power', 3_000), 2_990, 3_010],
  ['a square wave of 20 s, the preset', surplusPreset(), 0, 5_000],
  ['straddling the threshold, the preset', surplusPreset(), 2_690, 2_710],
])('24 h of %s: the relay stays within its limits', async (_, rule, low, high) => {
  const house = await playSun(rule, DAY_HOURS, square(low, high));
  expect(flapsOf(house)).toEqual([]);
  await house.close();
});
