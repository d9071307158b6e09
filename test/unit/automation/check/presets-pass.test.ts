import { expect, it } from 'vitest';
import { findProblems } from '../../../../main/automation/check/rule-checks.ts';
import { presetsOf } from '../../../../main/automation/rules/presets.ts';
import { channelId } from '../../../../main/ids.ts';
import { checkedHome } from '../../../support/automation/checked-home.ts';

it('has nothing to say against the common wishes', () => {
  const home = checkedHome();
  let sequence = 0;
  const presets = presetsOf({
    channels: home.channels.map(({ deviceId, config, control }) => ({
      channel: { deviceId, channelId: channelId(config.channelId) },
      name: config.name,
      role: config.name === 'miner-b' ? 'water-heater' : config.role,
      controllable: config.controllable,
      ratedPowerW: config.ratedPowerW,
      control,
    })),
    hasPv: true,
    hasBattery: true,
    hasPrices: true,
    hasWeather: true,
    minimumSocPct: 30,
    pauseBelowPct: 50,
    resumeAbovePct: 80,
    newId: () => {
      sequence += 1;
      return `rule-${sequence}`;
    },
  });
  const offered = presets.filter(({ missing }) => missing === null);
  expect(offered.length).toBeGreaterThan(2);
  for (const { id, rules } of offered)
    for (const rule of rules) {
      const others = rules.filter((other) => other !== rule);
      const problems = findProblems(rule, { ...home, others });
      expect([id, ...problems.map(({ code, sentence, lines }) => `${code} ${lines.join(' ')} ${sentence}`)]).toEqual([
        id,
      ]);
    }
});
