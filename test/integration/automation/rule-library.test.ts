import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRuleLibrary, type RuleLibrary } from '../../../main/automation/rules/library.ts';
import { replayClock } from '../../../main/clock.ts';
import { deviceId } from '../../../main/ids.ts';
import type { Store } from '../../../main/store/types.ts';
import type { Rule, RuleProblem } from '../../../preload/contract/rules.ts';
import { channelOf, ruleOf } from '../../support/rules/rules.ts';
import { HOME, NOW, plugDevice, tempStore } from '../../support/store/temp-store.ts';

let store: Store;
let library: RuleLibrary;
let problems: RuleProblem[];
let reloads: number;

beforeEach(async () => {
  const opened = await tempStore();
  store = opened.store;
  store.devices.add(plugDevice({ id: deviceId('heater'), siteId: HOME }), NOW);
  problems = [];
  reloads = 0;
  library = createRuleLibrary({
    store,
    clock: replayClock(NOW),
    feeds: { weatherFor: () => [] },
    driverOf: () => undefined,
    check: async () => ({ problems }),
    problemsOf: () => problems,
    reload: () => {
      reloads += 1;
    },
  });
});

const problem = (severity: RuleProblem['severity']): RuleProblem => ({
  severity,
  code: 'contradiction',
  sentence: 'Both cannot be.',
  lines: ['triggers.0.test', 'condition.all.1'],
  otherRuleId: null,
});
const saved = () => store.rules.list(HOME).map(({ rule }) => rule);

describe('saving', () => {
  it('an error keeps it from being saved, and names the lines', async () => {
    problems = [problem('error')];
    expect(await library.save(HOME, 'Ann', ruleOf(), true)).toMatchObject({
      ok: false,
      error: { code: 'rules.refused', message: 'Both cannot be.', fields: { 'condition.all.1': 'Both cannot be.' } },
    });
    expect(saved()).toEqual([]);
  });

  it('a warning must be accepted', async () => {
    problems = [problem('warning')];
    expect(await library.save(HOME, 'Ann', ruleOf(), false)).toMatchObject({ error: { code: 'rules.warnings' } });
    expect(saved()).toEqual([]);
    expect(await library.save(HOME, 'Ann', ruleOf(), true)).toMatchObject({
      ok: true,
      value: { version: 1, problems },
    });
    expect(reloads).toBe(1);
  });

  it('two rules never share a name, nor take that of the built-in rule', async () => {
    await library.save(HOME, 'Ann', ruleOf(), false);
    for (const name of ['Heat with the sun', 'Miner tiers'])
      expect(await library.save(HOME, 'Ann', ruleOf({ id: 'two', name }), false)).toMatchObject({ ok: false });
  });

  it('a rule that no longer fits is not switched on, but always off', async () => {
    await library.save(HOME, 'Ann', ruleOf({ mode: 'off' }), false);
    problems = [problem('error')];
    expect(await library.setMode(HOME, 'Ann', 'rule', 'on')).toMatchObject({ ok: false });
    expect(await library.setMode(HOME, 'Ann', 'rule', 'test')).toMatchObject({ ok: true });
    expect(await library.setMode(HOME, 'Ann', 'nobody', 'off')).toMatchObject({ error: { code: 'rules.unknown' } });
  });
});

describe('versions', () => {
  it('every change is one, removal too, and any may be taken up again', async () => {
    await library.save(HOME, 'Ann', ruleOf(), false);
    await library.save(HOME, 'Ben', ruleOf({ priority: 2 }), false);
    expect(library.remove(HOME, 'Cid', 'rule')).toMatchObject({ ok: true });
    expect(store.rules.versions(HOME, 'rule').map(({ version, who, rule }) => [version, who, rule?.priority])).toEqual([
      [3, 'Cid', undefined],
      [2, 'Ben', 2],
      [1, 'Ann', 5],
    ]);
    expect(await library.restore(HOME, 'Dan', 'rule', 1)).toEqual({ ok: true, value: { version: 4 } });
    expect(saved()).toEqual([ruleOf()]);
    expect(await library.restore(HOME, 'Dan', 'rule', 3)).toMatchObject({ ok: false });
    expect(library.remove(HOME, 'Cid', 'rule').ok && library.remove(HOME, 'Cid', 'rule').ok).toBe(false);
  });

  it('a changed rule is looked at anew', async () => {
    await library.save(HOME, 'Ann', ruleOf(), false);
    store.rules.setMemories(HOME, new Map([['rule', '{}']]));
    await library.save(HOME, 'Ann', ruleOf({ priority: 2 }), false);
    expect(store.rules.memories(HOME).size).toBe(0);
  });
});

describe('in and out as a file', () => {
  const file = (rules: readonly unknown[], changes: object = {}) =>
    JSON.stringify({ format: 'commandcenter-rules', version: 1, home: 'h', channels: [], rules, ...changes });

  it('what went out comes in again as it was, switched off', async () => {
    await library.save(HOME, 'Ann', ruleOf(), false);
    await library.save(HOME, 'Ann', ruleOf({ id: 'two', name: 'Two' }), false);
    const json = library.exported(HOME);
    for (const { id } of saved()) library.remove(HOME, 'Ann', id);
    expect(library.imported(HOME, 'Ben', json)).toEqual({ ok: true, value: { added: 2, replaced: 0 } });
    expect(saved().map(({ name, mode }) => [name, mode])).toEqual([
      ['Heat with the sun', 'off'],
      ['Two', 'off'],
    ]);
  });

  it('the same name replaces; an id of another rule is made anew', async () => {
    await library.save(HOME, 'Ann', ruleOf(), false);
    const rules = [ruleOf({ id: 'elsewhere', priority: 1 }), ruleOf({ id: 'rule', name: 'Two' })];
    expect(library.imported(HOME, 'Ben', file(rules))).toEqual({ ok: true, value: { added: 1, replaced: 1 } });
    expect(saved()[0]).toMatchObject({ id: 'rule', name: 'Heat with the sun', priority: 1 });
    expect(saved()[1]?.id).not.toBe('rule');
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['no JSON', '{"a": ', /not valid JSON/],
    ['something else', '[]', /cannot be read/],
    ['a newer version', file([ruleOf()], { version: 2 }), /newer version/],
    ['an unknown field', file([{ ...ruleOf(), colour: 'red' }]), /^Rule 1 “Heat with the sun”, .*colour/],
    ['a wrong line', file([ruleOf(), { ...ruleOf({ name: 'Two' }), priority: 12 }]), /^Rule 2 “Two”, priority: /],
    ['the same name twice', file([ruleOf(), ruleOf({ id: 'b' })]), /Rule 2 “Heat with the sun”, name: another rule/],
    [
      'a channel of another home',
      file([ruleOf({ actions: [{ do: 'switch', channel: channelOf('far'), on: true }] })], {
        channels: [{ channel: channelOf('far'), name: 'Pool pump' }],
      }),
      /^Rule 1 “Heat with the sun”: this home has no channel “Pool pump”/,
    ],
    ['brackets without end', file([]).replace('[]', '['.repeat(50_000)), /nests too deep/],
  ];
  it.each(wrong)('all or nothing: %s', async (_, json, sentence) => {
    const answer = library.imported(HOME, 'Ann', json);
    expect(answer.ok ? '' : answer.error.message).toMatch(sentence);
    expect(saved()).toEqual([]);
    expect(reloads).toBe(0);
  });

  it('one rule that the check refuses keeps all out', () => {
    problems = [problem('error')];
    const answer = library.imported(HOME, 'Ann', file([ruleOf()]));
    expect(answer.ok ? '' : answer.error.message).toBe(
      'Rule 1 “Heat with the sun”, triggers.0.test, condition.all.1: Both cannot be.',
    );
    expect(saved()).toEqual([]);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json({ maxDepth: 5 }).map((json) => file([JSON.parse(json)])),
        ),
        (json) => {
          expect(library.imported(HOME, 'Ann', json).ok).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('a rule that was stored by a broken hand is left out, and the others stay', async () => {
  await library.save(HOME, 'Ann', ruleOf(), false);
  const broken = { ...ruleOf({ id: 'broken', name: 'Broken' }), priority: 99 } as Rule;
  store.rules.save(HOME, broken, 'Nobody', NOW);
  expect(saved()).toEqual([ruleOf()]);
});

describe('test mode', () => {
  it('is noted with who set it, once for each change', () => {
    library.setTestMode(HOME, true, 'Ann');
    library.setTestMode(HOME, true, 'Bob');
    library.setTestMode(HOME, false, 'Bob');
    expect(store.settings.audit(HOME, 10)).toMatchObject([
      { name: 'rules.testMode', before: 'test', after: 'act', who: 'Bob', at: NOW },
      { name: 'rules.testMode', before: 'act', after: 'test', who: 'Ann', at: NOW },
    ]);
  });
});
