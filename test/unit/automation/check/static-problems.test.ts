import { describe, expect, it } from 'vitest';
import { findProblems } from '../../../../main/automation/check/rule-checks.ts';
import type { CheckedHome } from '../../../../main/automation/check/types.ts';
import { deviceId } from '../../../../main/ids.ts';
import type { Condition, Rule, RuleProblem, Test } from '../../../../preload/contract/rules.ts';
import type { Workflow } from '../../../../preload/contract/workflows.ts';
import { checkedHome } from '../../../support/automation/checked-home.ts';
import { above, all, any, at, below, isState, ref, ruleOf, SOC, turn } from '../../../support/automation/rules.ts';

const A = ref('miner-a');
const B = ref('miner-b');

const found = (rule: Rule, home: Partial<CheckedHome> = {}): readonly RuleProblem[] =>
  findProblems(rule, checkedHome(home));
/** Severity, code and lines of everything that was found. */
const brief = (rule: Rule, home: Partial<CheckedHome> = {}) =>
  found(rule, home).map(({ severity, code, lines }) => `${severity} ${code}: ${lines.join(' ')}`);

function workflow(id: string, ...actions: Rule['actions']): Workflow {
  const steps = actions.map((action) => ({ step: 'act' as const, action, retries: 0, undo: null }));
  return {
    id,
    name: id,
    enabled: true,
    resumes: true,
    steps: steps.length > 0 ? steps : [{ step: 'wait', ms: 1_000 }],
  };
}

const set = (device: string, value: boolean | number | string): Rule['actions'][number] => ({
  do: 'set',
  channel: ref(device),
  value,
});

describe('what a rule names', () => {
  it('finds nothing to say against an ordinary rule', () => {
    expect(
      found(
        ruleOf({
          when: above(SOC, 80, 5),
          condition: all(at('08:00', '20:00'), below({ of: 'import-price' }, 0.3)),
          actions: [turn(A, true)],
        }),
      ),
    ).toEqual([]);
  });

  it('names each line whose device is gone', () => {
    const rule = ruleOf({
      when: above({ of: 'channel-power', channel: ref('gone') }, 1),
      condition: { not: { all: [{ test: isState(ref('gone'), 'on') }, { any: [{ test: above(SOC, 10) }] }] } },
      actions: [turn(A, true), turn(ref('gone'), true)],
      otherwise: [turn(ref('miner-a', 'switch:7'), false)],
    });
    expect(brief(rule).filter((each) => each.includes('unknown-channel'))).toEqual([
      'error unknown-channel: triggers.0.test',
      'error unknown-channel: condition.not.all.0.test',
      'error unknown-channel: actions.1',
      'error unknown-channel: otherwise.0',
    ]);
    const reachable = ruleOf({ when: { is: 'reachable', deviceId: deviceId('gone'), state: 'offline' } });
    expect(brief(reachable)).toEqual(['error unknown-channel: triggers.0.test']);
  });

  it('knows which workflows there are', () => {
    const rule = ruleOf({ actions: [{ do: 'workflow', workflowId: 'storm' }] });
    expect(brief(rule)).toEqual(['error unknown-workflow: actions.0']);
    expect(brief(rule, { workflows: [workflow('storm')] })).toEqual([]);
  });

  it('says what cannot be controlled, and what nobody allowed', () => {
    expect(brief(ruleOf({ actions: [turn(ref('meter'), true)] }))).toEqual(['error not-controllable: actions.0']);
    const [locked] = found(ruleOf({ actions: [turn(A, true), turn(ref('locked'), true)] }));
    expect(locked).toMatchObject({ code: 'not-controllable', lines: ['actions.1'] });
    expect(locked?.sentence).toContain('not allowed');
  });

  it('knows what each device takes', () => {
    const wrong = [
      set('miner-a', 5),
      turn(ref('heater'), true),
      set('heater', 'turbo'),
      set('reserve', 101),
      set('reserve', 'eco'),
      set('table', '00:00 5000W 50%'),
      set('table', 'rubbish'),
    ];
    for (const action of wrong) expect(brief(ruleOf({ actions: [action] }))).toEqual(['error wrong-value: actions.0']);
    const right = [set('miner-a', true), set('heater', 'eco'), set('reserve', 50), set('charge', 4_000)];
    for (const action of right) expect(brief(ruleOf({ actions: [action] }))).toEqual([]);
  });

  it('refuses what the home must not have', () => {
    const unsafe = [set('reserve', 29), set('charge', 6_000), set('table', '00:00 5000W 50%; 12:00 5000W 20%')];
    for (const action of unsafe)
      expect(brief(ruleOf({ actions: [action] }))).toEqual(['error unsafe-value: actions.0']);
    expect(brief(ruleOf({ actions: [set('reserve', 30)] }))).toEqual([]);
  });
});

const contradictory = (when: Test, ...tests: Test[]): readonly string[] =>
  brief(ruleOf({ when, condition: tests.length === 0 ? null : all(...tests) }));

describe('what can never be', () => {
  it('names both lines of a contradiction', () => {
    expect(contradictory(above(SOC, 80), below(SOC, 50))).toEqual([
      'error contradiction: triggers.0.test condition.all.0.test',
    ]);
    expect(contradictory(above({ of: 'pv-power' }, 1), above(SOC, 80), below(SOC, 50))).toEqual([
      'error contradiction: condition.all.0.test condition.all.1.test',
    ]);
    const [problem] = found(ruleOf({ when: above(SOC, 80), condition: all(below(SOC, 50)) }));
    expect(problem?.sentence).toBe(
      'It can never be at once that the charge of the battery is above 80 % and the charge of the battery is below 50 %. So the rule never fires.',
    );
  });

  it('sees through nested not, any and all', () => {
    const condition: Condition = { not: { any: [{ test: above(SOC, 40) }, { test: at('00:00', '00:00') }] } };
    expect(brief(ruleOf({ when: above({ of: 'pv-power' }, 1), condition }))).toEqual([
      'error never-fires: condition.not.any.1.test',
    ]);
    const other: Condition = { not: { any: [{ test: above(SOC, 40) }, { test: below({ of: 'carbon' }, 10) }] } };
    expect(brief(ruleOf({ when: above(SOC, 50), condition: other }))).toEqual([
      'error contradiction: triggers.0.test condition.not.any.0.test',
    ]);
  });

  it('leaves room for the hysteresis', () => {
    expect(contradictory(above(SOC, 80, 5), below(SOC, 78))).toEqual([]);
    expect(contradictory(above(SOC, 80, 5), below(SOC, 75))).toHaveLength(1);
    expect(contradictory(above(SOC, 80), below(SOC, 78, 3))).toEqual([]);
  });

  it('knows that a house does not buy and sell at once', () => {
    expect(contradictory(above({ of: 'import-power' }, 100), above({ of: 'export-power' }, 100))).toHaveLength(1);
    expect(contradictory(below({ of: 'import-power' }, 100), above({ of: 'export-power' }, 100))).toEqual([]);
  });

  it('knows times of the week, over midnight and Sunday', () => {
    const night = at('22:00', '06:00', [7]);
    expect(contradictory(night, at('05:00', '05:30', [1]))).toEqual([]);
    expect(contradictory(night, at('06:00', '07:00', [1]))).toHaveLength(1);
    const asleep = ruleOf({ when: at('08:00', '09:00'), activeWindow: { from: '09:00', to: '20:00', days: [] } });
    expect(brief(asleep)).toEqual(['error contradiction: triggers.0.test activeWindow']);
  });

  it('knows day and night, states and ranks', () => {
    const sun = (since: 'sunrise' | 'sunset', offsetMinutes: number): Test => ({ is: 'sun', since, offsetMinutes });
    expect(contradictory(sun('sunrise', 0), sun('sunset', 30))).toHaveLength(1);
    expect(contradictory(sun('sunrise', -30), sun('sunset', 0))).toEqual([]);
    expect(contradictory(isState(A, 'on'), isState(A, 'off'))).toHaveLength(1);
    expect(contradictory(isState(A, 'on'), isState(B, 'off'))).toEqual([]);
    const rank = (hours: number): Test => ({ is: 'price-rank', rank: 'cheapest', hours });
    const not: Condition = { not: { test: rank(6) } };
    expect(brief(ruleOf({ when: rank(4), condition: not }))).toEqual([
      'error contradiction: triggers.0.test condition.not.test',
    ]);
  });

  it('says of a single impossible line that it never fires', () => {
    expect(contradictory(above(SOC, 100))).toEqual(['error never-fires: triggers.0.test']);
    expect(contradictory({ is: 'between', quantity: SOC, from: 80, to: 50 })).toEqual([
      'error contradiction: triggers.0.test',
    ]);
    const short = ruleOf({ when: at('22:00', '22:30'), forMs: 2 * 3_600_000 });
    expect(brief(short)).toEqual(['error never-fires: triggers.0']);
  });

  it('warns of a part that does nothing while another can hold', () => {
    const rule = ruleOf({ when: above(SOC, 80), condition: any(below(SOC, 50), at('08:00', '09:00')) });
    expect(brief(rule)).toEqual(['warning contradiction: triggers.0.test condition.any.0.test']);
  });

  it('sees what always holds', () => {
    const rule = ruleOf({ when: above(SOC, 40), condition: null });
    const always = {
      ...rule,
      triggers: [
        { test: above(SOC, 40), forMs: 0 },
        { test: below(SOC, 60), forMs: 0 },
      ],
    };
    expect(brief(always)).toEqual(['warning always-fires: triggers.0.test triggers.1.test']);
    expect(
      brief({ ...always, triggers: [...always.triggers.slice(0, 1), { test: below(SOC, 40), forMs: 0 }] }),
    ).toEqual([]);
  });

  it('says when it is too deep, and gives up quietly where there are too many alternatives', () => {
    let deep: Condition = { test: below(SOC, 50) };
    for (let level = 0; level < 5; level += 1) deep = { not: deep };
    expect(brief(ruleOf({ condition: deep }))).toEqual([]);
    expect(brief(ruleOf({ condition: { not: deep } }))).toEqual(['error too-deep: condition']);
    const wide: Condition = {
      all: Array.from({ length: 10 }, (_, index) => any(above(SOC, index), at('08:00', '09:00'), below(SOC, 99))),
    };
    expect(brief(ruleOf({ condition: wide }))).toEqual([]);
  });
});

describe('what fights', () => {
  it('finds two lines that want different things, and branches that want the same', () => {
    expect(brief(ruleOf({ actions: [turn(A, true), turn(B, true), turn(A, false)] }))).toEqual([
      'error fights-itself: actions.0 actions.2',
    ]);
    expect(brief(ruleOf({ actions: [turn(A, true)], otherwise: [turn(A, true)] }))).toEqual([
      'warning fights-itself: actions.0 otherwise.0',
    ]);
    expect(brief(ruleOf({ actions: [turn(A, true)], otherwise: [turn(A, false)] }))).toEqual([]);
  });

  const other = (more: Parameters<typeof ruleOf>[0]): Rule =>
    ruleOf({ id: 'other', name: 'Other', actions: [turn(A, false)], ...more });

  it('names the other rule and both lines where both can hold', () => {
    const rule = ruleOf({ when: above(SOC, 50), actions: [turn(B, true), turn(A, true)] });
    const home = { others: [other({ when: below(SOC, 60) })] };
    expect(brief(rule, home)).toEqual(['warning fights-rule: actions.1 other.actions.0']);
    expect(found(rule, home)[0]?.otherRuleId).toBe('other');
    expect(found(rule, home)[0]?.sentence).toContain('“Other” wants miner-a off while this rule wants miner-a on');
  });

  it('is content where they exclude each other, or one comes first', () => {
    const rule = ruleOf({ when: above(SOC, 80), actions: [turn(A, true)] });
    expect(brief(rule, { others: [other({ when: below(SOC, 50) })] })).toEqual([]);
    expect(brief(rule, { others: [other({ when: below(SOC, 90), priority: 4 })] })).toEqual([]);
    expect(brief(rule, { others: [other({ when: below(SOC, 90), actions: [turn(A, true)] })] })).toEqual([]);
  });

  it('looks into workflows', () => {
    const rule = ruleOf({ actions: [{ do: 'workflow', workflowId: 'night' }] });
    const home = { workflows: [workflow('night', turn(A, true))], others: [other({})] };
    expect(brief(rule, home)).toEqual(['warning fights-rule: actions.0 other.actions.0']);
  });
});

describe('what goes round', () => {
  it('finds a rule that undoes what begins it', () => {
    expect(brief(ruleOf({ when: isState(A, 'on'), actions: [turn(A, false)] }))).toEqual([
      'error loop: triggers.0.test actions.0',
    ]);
    expect(brief(ruleOf({ when: isState(A, 'on'), actions: [turn(B, true)] }))).toEqual([]);
  });

  it('knows what switching does to the power', () => {
    const power = above({ of: 'channel-power', channel: A }, 100);
    expect(brief(ruleOf({ when: power, actions: [turn(A, false)] }))).toEqual([
      'error loop: triggers.0.test actions.0',
    ]);
    const beyond = above({ of: 'channel-power', channel: A }, 2_000);
    expect(brief(ruleOf({ when: beyond, actions: [turn(A, true)] }))).toEqual([]);
  });

  it('finds two rules that bring each other about', () => {
    const rule = ruleOf({ when: isState(A, 'off'), actions: [turn(B, true)], otherwise: [turn(B, false)] });
    const other = ruleOf({
      id: 'other',
      name: 'Other',
      when: isState(B, 'on'),
      actions: [turn(A, true)],
      otherwise: [turn(A, false)],
    });
    const [loop] = found(rule, { others: [other] });
    expect(loop).toMatchObject({ code: 'loop', severity: 'error', otherRuleId: 'other' });
    expect(loop?.lines).toEqual([
      'triggers.0.test',
      'actions.0',
      'otherwise.0',
      'other.actions.0',
      'other.otherwise.0',
    ]);
  });

  it('lets pass what other conditions keep apart: pause below, resume above', () => {
    const rule = ruleOf({ when: below(SOC, 50), condition: all(isState(A, 'on')), actions: [turn(A, false)] });
    const resume = { id: 'other', when: above(SOC, 80), condition: all(isState(A, 'off')), actions: [turn(A, true)] };
    const noReturn = { otherwise: [{ do: 'notify' as const, level: 'info' as const, text: 'Done' }] };
    expect(brief({ ...rule, ...noReturn }, { others: [ruleOf({ ...resume, ...noReturn })] })).toEqual([]);
    const overlapping = { ...resume, when: above(SOC, 40), ...noReturn, priority: 4 };
    expect(brief({ ...rule, ...noReturn }, { others: [ruleOf(overlapping)] })).toHaveLength(1);
  });

  it('finds the circle among hundreds of rules', () => {
    const others = Array.from({ length: 300 }, (_, index) =>
      ruleOf({
        id: `rule-${index + 2}`,
        when: above(SOC, index % 100),
        actions: [turn(B, index % 2 === 0)],
        priority: 9,
      }),
    );
    const back = ruleOf({ id: 'back', when: isState(A, 'off'), actions: [turn(A, true)], priority: 4 });
    const rule = ruleOf({ when: isState(A, 'on'), actions: [turn(A, false)], cooldownMs: 0 });
    expect(brief(rule, { others: [...others, back] }).filter((each) => each.includes('loop'))).toHaveLength(1);
  });

  it('only warns of a slow rhythm', () => {
    const hourly = ruleOf({
      when: isState(A, 'on'),
      forMs: 3_600_000,
      actions: [{ do: 'pause', channel: A, minutes: 15 }],
    });
    expect(brief(hourly)).toEqual(['warning loop: triggers.0.test actions.0']);
  });

  it('finds workflows that run each other', () => {
    const one = workflow('one', { do: 'workflow', workflowId: 'two' });
    const two = workflow('two', { do: 'workflow', workflowId: 'one' });
    const rule = ruleOf({ actions: [turn(A, true), { do: 'workflow', workflowId: 'one' }] });
    expect(brief(rule, { workflows: [one, two] })).toEqual(['error loop: actions.1']);
  });
});
