import { describe, expect, it } from 'vitest';
import { freshMemory, LONGEST_GAP_MS, lookAtRule, nextDueAt } from '../../../../main/automation/rules/look.ts';
import type { RuleMemory, RuleWorld } from '../../../../main/automation/rules/types.ts';
import type { Condition, Rule } from '../../../../preload/contract/rules.ts';
import { channelOf, ruleOf, socAbove } from '../../../support/rules/rules.ts';
import { HOUR_MS, MINUTE_MS, NOON, worldOf } from '../../../support/rules/world.ts';

type Step = { readonly at?: number; readonly soc: number | null } & Partial<RuleWorld>;

/** Looks again and again, five minutes apart unless a step says when; answers what each look said. */
const walk = (rule: Rule, steps: readonly Step[], from: RuleMemory = freshMemory(rule)) => {
  let memory = from;
  let at = NOON - 5 * MINUTE_MS;
  let lookedAt: number | null = null;
  return steps.map((step) => {
    at = step.at ?? at + 5 * MINUTE_MS;
    const look = lookAtRule(rule, worldOf({ lookedAt, ...step, at }), memory);
    memory = look.memory;
    lookedAt = at;
    return look;
  });
};
const statesOf = (rule: Rule, values: readonly (number | null)[]) =>
  walk(
    rule,
    values.map((soc) => ({ soc })),
  ).map(({ state, edge }) => (edge ? `${edge} ${state}` : state));

describe('a rule over time', () => {
  it('begins above, goes on within the hysteresis, ends below it', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80, 5), forMs: 0 }] });
    expect(statesOf(rule, [79, 81, 78, 75.1, 75, 79, 80.1])).toEqual([
      'waiting',
      'begins holding',
      'holding',
      'holding',
      'ends waiting',
      'waiting',
      'begins holding',
    ]);
  });

  it('unknown begins nothing and ends nothing', () => {
    expect(statesOf(ruleOf(), [null, 81, null, null, 79, null])).toEqual([
      'unknown',
      'begins holding',
      'unknown',
      'unknown',
      'ends waiting',
      'unknown',
    ]);
  });

  it('a known false ends it however much else is unknown', () => {
    const rule = ruleOf({ condition: { test: { is: 'device', channel: channelOf('x'), state: 'on' } } });
    const looks = walk(rule, [
      { soc: 90, isOn: () => true },
      { soc: null, isOn: () => false },
    ]);
    expect(looks.map(({ edge }) => edge)).toEqual(['begins', 'ends']);
  });

  it('for at least counts from when it began to hold, and a break or a gap in the data begins anew', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80), forMs: 10 * MINUTE_MS }] });
    expect(statesOf(rule, [81, 82, 83])).toEqual(['waiting', 'waiting', 'begins holding']);
    expect(statesOf(rule, [81, 82, null, 83, 84, 85]).at(-1)).toBe('begins holding');
    expect(statesOf(rule, [81, 82, null, 83, 84]).at(-1)).toBe('waiting');
    expect(statesOf(rule, [81, 79, 83, 84])).not.toContain('begins holding');
  });

  it('nobody looked for too long: what was held before counts no more', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80), forMs: HOUR_MS }] });
    const sinceAfter = (gapMs: number) => {
      const looks = walk(rule, [
        { soc: 81, at: NOON },
        { soc: 81, at: NOON + 15 * MINUTE_MS },
        { soc: 81, at: NOON + 15 * MINUTE_MS + gapMs },
      ]);
      return looks.at(-1)?.memory.triggerSince[0];
    };
    expect(sinceAfter(LONGEST_GAP_MS)).toBe(NOON);
    expect(sinceAfter(LONGEST_GAP_MS + 1)).toBe(NOON + 15 * MINUTE_MS + LONGEST_GAP_MS + 1);
  });

  it('a clock that is set back neither fires nor rests for ever', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80), forMs: HOUR_MS }], cooldownMs: HOUR_MS });
    const looks = walk(
      rule,
      [
        { soc: 81, at: NOON },
        { soc: 81, at: NOON - 5 * HOUR_MS },
      ],
      { ...freshMemory(rule), lastFiredAt: NOON + 9 * HOUR_MS },
    );
    expect(looks.at(-1)?.memory).toMatchObject({ triggerSince: [NOON - 5 * HOUR_MS], lastFiredAt: NOON - 5 * HOUR_MS });
  });

  it('rests after it ended', () => {
    const rule = ruleOf({ cooldownMs: 12 * MINUTE_MS });
    expect(statesOf(rule, [81, 79, 81, 81, 81])).toEqual([
      'begins holding',
      'ends resting',
      'resting',
      'resting',
      'begins holding',
    ]);
  });

  it('sleeps outside its window: it ends there, and its counting goes on', () => {
    const window = { from: '12:10', to: '12:20', days: [] };
    const rule = ruleOf({ activeWindow: window, triggers: [{ test: socAbove(80), forMs: 10 * MINUTE_MS }] });
    expect(statesOf(rule, [81, 81, 81, 81, 81, 81])).toEqual([
      'asleep',
      'asleep',
      'begins holding',
      'holding',
      'ends asleep',
      'asleep',
    ]);
  });

  it('switched off it forgets that it held, without an edge', () => {
    const [begun] = walk(ruleOf(), [{ soc: 90 }]);
    const look = lookAtRule(ruleOf({ mode: 'off' }), worldOf({ soc: 10 }), begun?.memory ?? freshMemory(ruleOf()));
    expect(look).toMatchObject({ state: 'off', edge: null, memory: { holdingSince: null } });
  });

  it('any trigger begins it, and any goes on with it', () => {
    const rule = ruleOf({
      triggers: [
        { test: socAbove(80), forMs: 0 },
        { test: { is: 'below', quantity: { of: 'soc' }, value: 20, hysteresis: 0 }, forMs: 0 },
      ],
    });
    expect(statesOf(rule, [50, 10, 90, 50])).toEqual(['waiting', 'begins holding', 'holding', 'ends waiting']);
  });

  it('a condition deeper than six is unknown', () => {
    const deep = (levels: number): Condition => (levels === 1 ? { test: socAbove(0) } : { all: [deep(levels - 1)] });
    expect(statesOf(ruleOf({ condition: deep(6) }), [90])).toEqual(['begins holding']);
    expect(statesOf(ruleOf({ condition: deep(7) }), [90])).toEqual(['unknown']);
  });

  it('says when the next trigger will have held long enough', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80), forMs: 10 * MINUTE_MS }] });
    const [look] = walk(rule, [{ soc: 90 }]);
    expect(look && nextDueAt(rule, look.memory, NOON)).toBe(NOON + 10 * MINUTE_MS);
    expect(nextDueAt(rule, freshMemory(rule), NOON)).toBeNull();
  });
});

describe('why, in a sentence', () => {
  it.each<[string, Rule, Step, string]>([
    ['holding', ruleOf(), { soc: 85 }, 'The charge of the battery is 85 %, above 80 %.'],
    ['waiting', ruleOf(), { soc: 62 }, 'The charge of the battery is 62 %, not above 80 %.'],
    ['unknown', ruleOf(), { soc: null }, 'The charge of the battery is not known, so nothing changes.'],
    [
      'counting',
      ruleOf({ triggers: [{ test: socAbove(80), forMs: 300_000 }] }),
      { soc: 85 },
      'It has held for 0 s of 5 min.',
    ],
    [
      'asleep',
      ruleOf({ activeWindow: { from: '22:00', to: '06:00', days: [5] } }),
      { soc: 85 },
      'It sleeps outside 22:00 to 06:00 on Friday.',
    ],
    ['off', ruleOf({ mode: 'off' }), { soc: 85 }, 'It is switched off.'],
  ])('%s', (_, rule, step, sentence) => {
    expect(walk(rule, [step])[0]?.why).toBe(sentence);
  });

  it('within the hysteresis it says where it ends', () => {
    const rule = ruleOf({ triggers: [{ test: socAbove(80, 5), forMs: 0 }] });
    expect(walk(rule, [{ soc: 85 }, { soc: 78 }])[1]?.why).toBe(
      'The charge of the battery is 78 %, and it ends at 75 %.',
    );
  });
});
