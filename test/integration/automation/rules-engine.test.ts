import { afterEach, describe, expect, it } from 'vitest';
import { setTestMode } from '../../../main/automation/rules/test-mode.ts';
import type { Rule } from '../../../preload/contract/rules.ts';
import type { LoadOptions } from '../../support/control/house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { createRuleHouse, type RuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf, ruleOf, socAbove } from '../../support/rules/rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HEATER: LoadOptions = {
  id: 'heater',
  config: { name: 'Water heater', role: 'water-heater', ratedPowerW: 2_000 },
  powerW: 2_000,
};

let house: RuleHouse;
afterEach(async () => house.close());

const begin = async (
  rules: readonly Rule[],
  options: Parameters<typeof createRuleHouse>[2] = {},
  loads: readonly LoadOptions[] = [HEATER],
): Promise<void> => {
  house = await createRuleHouse(loads, rules, options);
};
const isOn = (): unknown => house.device('heater').value();
const soc = (value: number | null): void => {
  house.meters.meters.socPct = value;
};
const ownActions = () => house.actions.filter((action) => action.origin === 'rule');

describe('a rule through the real commander', () => {
  it('fires once, says why with the numbers, runs on far beyond its lease, and gives back at its end', async () => {
    await begin([ruleOf()]);
    soc(85);
    await house.live(3 * HOUR_MS);
    expect(house.writesTo('heater')).toEqual([true]);
    expect(house.firings()).toHaveLength(1);
    expect(house.firings()[0]).toMatchObject({
      branch: 'actions',
      how: 'asked',
      sentence: 'The charge of the battery is 85 %, above 80 %. Switch Water heater on.',
    });
    expect(ownActions()[0]).toMatchObject({
      who: 'Heat with the sun',
      reason: 'The charge of the battery is 85 %, above 80 %.',
      reasonCode: 'RULE',
    });
    // Renewed about every 20 minutes, not at every look.
    expect(new Set(ownActions().map(({ id }) => id)).size).toBeLessThan(15);
    soc(70);
    await house.live(2 * MINUTE_MS);
    expect(isOn()).toBe(false);
    expect(house.firings()).toHaveLength(1);
  });

  it('reacts within seconds to a value that crosses the limit, and to nothing else', async () => {
    await begin([ruleOf()]);
    soc(79);
    await house.live(HOUR_MS);
    expect(house.wire).toEqual([]);
    soc(81);
    await house.live(20_000, 5_000);
    expect(isOn()).toBe(true);
  });

  it('is looked at as often as the settings ask, from the change on', async () => {
    await begin([ruleOf()]);
    await house.clock.advance(HOUR_MS);
    const lookedAt = () => house.engine().lastTick(HOME)?.at ?? 0;
    const before = lookedAt();
    const changedAt = house.clock.now();
    await house.clock.advance(2 * MINUTE_MS);
    expect(lookedAt()).toBe(before);
    house.store().settings.set(HOME, { rulesEveryMs: MINUTE_MS }, 'Ann', changedAt);
    house.bus.emit('settings', { siteId: HOME });
    await house.clock.advance(10 * MINUTE_MS);
    expect(lookedAt()).toBe(changedAt + 12 * MINUTE_MS);
  });

  it('what was on before stays on: nothing was borrowed', async () => {
    await begin([ruleOf()], {}, [{ ...HEATER, value: true }]);
    soc(85);
    await house.live(HOUR_MS);
    soc(70);
    await house.live(HOUR_MS);
    expect(house.wire).toEqual([]);
  });

  it('otherwise is asked for at the end, and stood behind until it begins again', async () => {
    const otherwise: Rule['otherwise'] = [{ do: 'switch', channel: channelOf('heater'), on: false }];
    await begin([ruleOf({ otherwise })], {}, [{ ...HEATER, value: true }]);
    soc(85);
    await house.live(30 * MINUTE_MS);
    expect(house.wire).toEqual([]);
    soc(70);
    await house.live(3 * HOUR_MS);
    expect(house.writesTo('heater')).toEqual([false]);
    expect(house.firings().map(({ branch }) => branch)).toEqual(['otherwise', 'actions']);
    soc(85);
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(true);
  });

  it('unknown while it holds: it goes on to the end of its lease, no longer', async () => {
    await begin([ruleOf()]);
    soc(85);
    await house.live(10 * MINUTE_MS);
    soc(null);
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(true);
    expect(house.stateOf('rule')).toMatchObject({ state: 'unknown' });
    await house.live(30 * MINUTE_MS);
    expect(isOn()).toBe(false);
    soc(85);
    await house.live(20 * MINUTE_MS);
    expect(isOn()).toBe(true);
  });

  it('a pause ends by itself although the rule still holds, and is not repeated', async () => {
    await begin([ruleOf({ actions: [{ do: 'pause', channel: channelOf('heater'), minutes: 20 }] })], {}, [
      { ...HEATER, value: true },
    ]);
    soc(85);
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(false);
    await house.live(2 * HOUR_MS);
    expect(house.writesTo('heater')).toEqual([false, true]);
  });

  it('respects a person and says so', async () => {
    await begin([ruleOf()]);
    soc(85);
    await house.live(10 * MINUTE_MS);
    await house.act('heater', { setpoint: false, origin: 'manual', who: 'Mara', surface: 'window', holdMs: HOUR_MS });
    const before = house.actions.length;
    await house.live(50 * MINUTE_MS);
    expect(isOn()).toBe(false);
    expect(house.actions.slice(before).filter(({ origin }) => origin === 'rule')).toEqual([]);
    expect(house.stateOf('rule')?.why).toBe('The charge of the battery is 85 %, above 80 %. Mara holds it.');
  });

  it.each(['watch', 'stopped'] as const)('does nothing and writes nothing down: %s', async (how) => {
    await begin([ruleOf()], how === 'watch' ? { mode: 'watch' } : {});
    if (how === 'stopped') await house.stop().activate(HOME, 'Mara', 'window', null);
    soc(85);
    await house.live(HOUR_MS);
    expect(house.writesTo('heater').filter((value) => value === true)).toEqual([]);
    expect(house.firings()).toEqual([]);
    expect(house.stateOf('rule')?.why).toMatch(/so nothing is asked/);
  });

  it('while stopped not even a rule in test decides anything', async () => {
    await begin([ruleOf({ mode: 'test' })]);
    await house.stop().activate(HOME, 'Mara', 'window', null);
    soc(85);
    await house.live(20 * MINUTE_MS);
    expect(house.firings()).toEqual([]);
  });

  it('in Suggest it asks once, and takes the question back when it no longer holds', async () => {
    await begin([ruleOf()], { mode: 'suggest' });
    soc(85);
    await house.live(3 * MINUTE_MS);
    expect(house.commander().pending(HOME)).toHaveLength(1);
    soc(70);
    await house.live(20_000);
    expect(house.commander().pending(HOME)).toHaveLength(0);
    expect(house.wire).toEqual([]);
  });

  it.each(['rule', 'house'] as const)('in test it decides on live data and asks for nothing: %s', async (what) => {
    const otherwise: Rule['otherwise'] = [{ do: 'switch', channel: channelOf('heater'), on: false }];
    await begin([ruleOf({ mode: what === 'rule' ? 'test' : 'on', otherwise })], { mode: 'watch' });
    if (what === 'house') setTestMode(house.store().state, HOME, true);
    soc(85);
    await house.live(10 * MINUTE_MS);
    soc(70);
    await house.live(10 * MINUTE_MS);
    expect(house.firings().map(({ how, branch }) => `${how} ${branch}`)).toEqual(['dry otherwise', 'dry actions']);
    expect(house.actions).toEqual([]);
  });

  it('notices, modes and workflows are done once, at the turn', async () => {
    await begin([
      ruleOf({
        actions: [
          { do: 'notify', level: 'attention', text: 'The battery is full.' },
          { do: 'workflow', workflowId: 'wash' },
          { do: 'mode', mode: 'suggest' },
        ],
      }),
    ]);
    const notices: string[] = [];
    house.bus.on('notice', ({ text }) => void notices.push(text));
    soc(85);
    await house.live(HOUR_MS);
    expect(notices).toEqual(['The battery is full.']);
    expect(house.commander().mode(HOME)).toBe('suggest');
    expect(house.firings()).toHaveLength(1);
    expect(house.firings()[0]?.sentence).toContain('There is no such workflow.');
  });

  it('switched off or removed, it gives back what it has', async () => {
    await begin([ruleOf()]);
    soc(85);
    await house.live(10 * MINUTE_MS);
    house.save(ruleOf({ mode: 'off' }));
    await house.live(3 * MINUTE_MS);
    expect(isOn()).toBe(false);
    house.save(ruleOf({ mode: 'on', name: 'Another name' }));
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(true);
    house.store().rules.remove(HOME, 'rule', 'Ann', house.clock.now());
    house.engine().reload(HOME);
    await house.live(6 * MINUTE_MS);
    expect(isOn()).toBe(false);
  });

  it('leaves no timer behind', async () => {
    await begin([ruleOf()]);
    soc(85);
    await house.live(MINUTE_MS);
    await house.engine().stop();
    await house.leave();
    expect(house.clock.pendingTimers()).toBe(0);
  });
});

describe('two rules that want one channel', () => {
  const offRule = ruleOf({
    id: 'off',
    name: 'Rest',
    priority: 2,
    triggers: [{ test: socAbove(90), forMs: 0 }],
    actions: [{ do: 'switch', channel: channelOf('heater'), on: false }],
  });

  it('1 wins over 9, the loser is told, and takes over when the winner has ended', async () => {
    await begin([ruleOf({ priority: 5 }), offRule]);
    soc(85);
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(true);
    soc(95);
    await house.live(10 * MINUTE_MS);
    expect(isOn()).toBe(false);
    expect(house.stateOf('rule')?.why).toContain('“Rest” comes first at Water heater.');
    await house.live(2 * HOUR_MS);
    expect(isOn()).toBe(false);
    soc(85);
    await house.live(20 * MINUTE_MS);
    expect(isOn()).toBe(true);
    expect(house.writesTo('heater')).toEqual([true, false, true]);
  });

  it('of equals the older wins', async () => {
    await begin([ruleOf({ priority: 2 }), offRule]);
    soc(95);
    await house.live(30 * MINUTE_MS);
    expect(isOn()).toBe(true);
    expect(house.firings().find(({ ruleId }) => ruleId === 'off')?.how).toBe('refused');
  });

  it('two that want the same share it: the end of one is no reason to switch', async () => {
    await begin([
      ruleOf({ priority: 3 }),
      ruleOf({ id: 'two', name: 'Two', triggers: [{ test: socAbove(70), forMs: 0 }] }),
    ]);
    soc(85);
    await house.live(HOUR_MS);
    soc(75);
    await house.live(2 * HOUR_MS);
    expect(house.writesTo('heater')).toEqual([true]);
    soc(60);
    await house.live(5 * MINUTE_MS);
    expect(isOn()).toBe(false);
  });

  it('what a rule does comes before what another does otherwise, whatever their priorities', async () => {
    const otherwise: Rule['otherwise'] = [{ do: 'switch', channel: channelOf('heater'), on: false }];
    await begin([
      ruleOf({ id: 'sunny', name: 'Sunny', priority: 1, otherwise, triggers: [{ test: socAbove(90), forMs: 0 }] }),
      ruleOf({ priority: 9, triggers: [{ test: socAbove(60), forMs: 0 }] }),
    ]);
    soc(95);
    await house.live(10 * MINUTE_MS);
    soc(70);
    await house.live(HOUR_MS);
    expect(house.writesTo('heater')).toEqual([true]);
    soc(50);
    await house.live(5 * MINUTE_MS);
    expect(isOn()).toBe(false);
  });
});

describe('across restarts and jumps of the clock', () => {
  const slow = ruleOf({ triggers: [{ test: socAbove(80), forMs: 10 * MINUTE_MS }] });

  it('a restart amid "for at least" goes on where it was', async () => {
    await begin([slow]);
    soc(85);
    await house.live(6 * MINUTE_MS);
    await house.again(MINUTE_MS);
    await house.live(4 * MINUTE_MS);
    expect(isOn()).toBe(true);
  });

  it('after a long absence it counts anew', async () => {
    await begin([slow]);
    soc(85);
    await house.live(6 * MINUTE_MS);
    await house.again(2 * HOUR_MS);
    await house.live(8 * MINUTE_MS);
    expect(isOn()).toBe(false);
    await house.live(4 * MINUTE_MS);
    expect(isOn()).toBe(true);
  });

  it('a jump replays nothing: one look at the present', async () => {
    await begin([
      ruleOf({
        triggers: [{ test: { is: 'time', window: { from: '14:00', to: '14:30', days: [] } }, forMs: 0 }],
        actions: [{ do: 'notify', level: 'info', text: 'Two o’clock.' }],
      }),
    ]);
    const notices: string[] = [];
    house.bus.on('notice', ({ text }) => void notices.push(text));
    // From 13:00 over five days to 13:00: every two o'clock of them was missed.
    await house.live(MINUTE_MS);
    house.clock.jump(5 * 24 * HOUR_MS);
    house.bus.emit('timeJump', { spanMs: 5 * 24 * HOUR_MS });
    await house.live(30 * MINUTE_MS);
    expect(notices).toEqual([]);
    await house.live(40 * MINUTE_MS);
    expect(notices).toEqual(['Two o’clock.']);
  });

  it('a window opens within two seconds of its time', async () => {
    await begin([
      ruleOf({ triggers: [{ test: { is: 'time', window: { from: '13:03', to: '13:33', days: [] } }, forMs: 0 }] }),
    ]);
    const due = Date.UTC(2026, 5, 10, 11, 3);
    await house.live(10 * MINUTE_MS);
    const first = house.wire[0];
    expect(first && first.at - due).toBeGreaterThanOrEqual(0);
    expect(first && first.at - due).toBeLessThan(2_000);
  });

  it('killed while it holds, it takes up its wish again and fires no second time for one holding', async () => {
    await begin([ruleOf({ actions: [{ do: 'notify', level: 'info', text: 'Full.' }] })]);
    const notices: string[] = [];
    house.bus.on('notice', ({ text }) => void notices.push(text));
    soc(85);
    await house.live(5 * MINUTE_MS);
    await house.again();
    await house.live(30 * MINUTE_MS);
    expect(notices).toEqual(['Full.']);
  });
});
