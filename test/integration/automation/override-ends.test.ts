import { afterEach, expect, it } from 'vitest';
import { createRuleHouse, type RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf, ruleOf, socAbove } from '../../support/rules/rules.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const STEP_MS = 30_000;

let house: RuleHouse;
afterEach(async () => house.close());

const hold = () => house.commander().view(house.device('heater').id, house.device('heater').channel).hold;

it('an override that ends while the window is still open moves nothing; the closed window does', async () => {
  house = await createRuleHouse(
    [
      { id: 'heater', powerW: 2_000, config: { name: 'Heater', role: 'other-load' } },
      // A contact: on while the window is open.
      { id: 'window', powerW: 0, spec: { effect: { kind: 'none', because: 'a contact' } }, config: { role: 'none' } },
    ],
    [
      ruleOf({
        triggers: [{ test: socAbove(80), forMs: 0 }],
        condition: { test: { is: 'device', channel: channelOf('window'), state: 'off' } },
      }),
    ],
  );
  await house.live(10 * MINUTE, STEP_MS);
  expect(house.writesTo('heater')).toEqual([true]);

  // Somebody switches it off at the wall and opens the window.
  house.device('heater').byHand(false);
  house.device('window').byHand(true);
  await house.live(5 * MINUTE, STEP_MS);
  expect(hold()).toMatchObject({ owner: 'Somebody at the device' });
  while (hold() !== null && house.clock.now() < Date.UTC(2026, 5, 11)) await house.live(5 * MINUTE, STEP_MS);
  expect(hold()).toBeNull();
  await house.live(HOUR, STEP_MS);
  expect(house.writesTo('heater')).toEqual([true]);
  expect(house.device('heater').value()).toBe(false);

  house.device('window').byHand(false);
  await house.live(5 * MINUTE, STEP_MS);
  expect(house.writesTo('heater')).toEqual([true, true]);
});
