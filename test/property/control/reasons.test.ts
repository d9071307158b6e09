import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { Action } from '../../../preload/contract/control.ts';
import { createGuardedHouse, type GuardedHouse } from '../../support/control/guarded-house.ts';
import { HOME } from '../../support/control/snapshots.ts';
import { createRuleHouse } from '../../support/rules/rule-house.ts';
import { channelOf, ruleOf, socAbove } from '../../support/rules/rules.ts';

let house: GuardedHouse | null = null;
afterEach(() => {
  house?.close();
  house = null;
});

const SENTENCE = /^[\p{Lu}“0-9].*[.!?]$/su;
const CODE = /^[A-Z][A-Z0-9_]+$/;

/** What a row of the log must say, whatever became of it. */
const lacksOf = (action: Action): readonly string[] => {
  const { reason, reasonCode, sentence, stages, verdict, outcome, who } = action;
  const decided =
    stages.find((stage) => stage.outcome === 'refused') ?? stages.findLast((stage) => stage.outcome !== 'passed');
  return [
    ...(SENTENCE.test(reason) ? [] : [`reason "${reason}"`]),
    ...(CODE.test(reasonCode) ? [] : [`reason code "${reasonCode}"`]),
    ...(SENTENCE.test(sentence) ? [] : [`sentence "${sentence}" (${outcome})`]),
    ...(who.trim() === '' ? ['nobody'] : []),
    ...(verdict === 'refused' && decided?.outcome !== 'refused' ? ['refused by nothing'] : []),
    ...(verdict === 'narrowed' && decided?.outcome !== 'narrowed' ? ['narrowed by nothing'] : []),
    ...stages.flatMap((stage) =>
      CODE.test(stage.code) && SENTENCE.test(stage.sentence) ? [] : [`stage ${stage.stage} "${stage.sentence}"`],
    ),
  ];
};

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('wish' as const),
      id: fc.constantFrom('miner', 'battery'),
      origin: fc.constantFrom('manual', 'rule', 'plan', 'advisor'),
      on: fc.boolean(),
      reason: fc.constantFrom('', ' ', 'guests', 'The sun shines.', 'Is it cheap?', 'émile wants it'),
    }),
    fc.record({
      do: fc.constant('behave' as const),
      how: fc.constantFrom('obedient', 'deaf', 'lying', 'offline', 'refusing', 'late', 'cached', 'limited'),
    }),
    fc.record({ do: fc.constant('hand' as const), on: fc.boolean() }),
    fc.record({ do: fc.constantFrom('stop' as const, 'release' as const, 'kill' as const, 'suggest' as const) }),
    fc.record({
      do: fc.constant('meters' as const),
      socPct: fc.constantFrom(5, 25, 60, 95, null),
      householdW: fc.constantFrom(500, 4_000, 12_000),
    }),
    fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  ),
  { minLength: 3, maxLength: 14 },
);

const build = async (): Promise<GuardedHouse> => {
  house?.close();
  const home = await createGuardedHouse([
    { id: 'miner', powerW: 3_000, config: { name: 'Miner', ratedPowerW: 3_000 } },
    {
      id: 'battery',
      value: 0,
      spec: {
        control: { kind: 'number', unit: 'W', minimum: -5_000, maximum: 5_000, step: 10 },
        defaultSafeState: 0,
        effect: { kind: 'none', because: 'the sum counts' },
      },
      config: { name: 'Battery', role: 'battery', safeState: 0, ratedPowerW: null },
    },
  ]);
  house = home;
  home.read('meter', 'grid', 'powerW', 0);
  home.read('inverter', 'battery', 'socPct', 90);
  await home.start();
  return home;
};

it(
  'no action is without a reason, a code and whole sentences, nor is any question',
  () =>
    fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const home = await build();
        for (const step of all) {
          const miner = home.device('miner');
          if (step.do === 'wish')
            home.wish(step.id, {
              origin: step.origin as 'manual',
              who: 'Ada',
              reason: step.reason,
              reasonCode: step.reason === '' ? '' : 'ASKED',
              setpoint: step.id === 'battery' ? (step.on ? -3_000 : 0) : step.on,
              holdMs: 60_000,
            });
          else if (step.do === 'behave') miner.behave(step.how as 'deaf');
          else if (step.do === 'hand') miner.byHand(step.on);
          else if (step.do === 'stop') await home.stop().activate(HOME, 'Ada', 'window', null);
          else if (step.do === 'release') home.stop().release(HOME, 'Ada', 'window');
          else if (step.do === 'suggest') home.commander().setMode(HOME, 'suggest', 'Ada');
          else if (step.do === 'kill') {
            await home.kill();
            await home.start();
          } else if (step.do === 'meters')
            Object.assign(home.meters.meters, { socPct: step.socPct, householdW: step.householdW });
          else if (step.do === 'wait') await home.seconds(step.seconds);
          await home.seconds(3);
        }
        await home.seconds(120);
        const rows = home.store().actions.list(HOME, 500);
        expect(rows.flatMap((row) => lacksOf(row).map((lack) => `${row.origin}/${row.reasonCode}: ${lack}`))).toEqual(
          [],
        );
        const { commander } = home;
        for (const pending of commander().pending(HOME)) {
          expect(pending.reason).toMatch(SENTENCE);
          expect(pending.reasonCode).toMatch(CODE);
        }
        for (const settled of commander().settled(HOME, 100)) expect(settled.sentence).toMatch(SENTENCE);
      }),
      { numRuns: 25 },
    ),
  60_000,
);

it('no firing of a rule is without a sentence that says why, and every action that it asked for carries it', async () => {
  const rules = await createRuleHouse(
    [{ id: 'heater', powerW: 2_000, config: { name: 'Heater', role: 'water-heater', ratedPowerW: 2_000 } }],
    [
      ruleOf({ otherwise: [{ do: 'switch', channel: channelOf('heater'), on: false }] }),
      ruleOf({
        id: 'dry',
        name: 'Only tried',
        mode: 'test',
        triggers: [{ test: socAbove(60), forMs: 60_000 }],
      }),
    ],
  );
  try {
    for (const socPct of [90, 50, 95, 40, 85]) {
      rules.meters.meters.socPct = socPct;
      await rules.live(12 * 60_000, 30_000);
    }
    const firings = rules.firings();
    expect(firings.length).toBeGreaterThan(5);
    for (const { sentence } of firings) expect(sentence).toMatch(SENTENCE);
    const rows = rules.store().actions.list(HOME, 500);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.flatMap(lacksOf)).toEqual([]);
    for (const { ifIgnored } of rows.filter(({ reasonCode }) => reasonCode.startsWith('RULE')))
      expect(ifIgnored).toMatch(SENTENCE);
  } finally {
    await rules.close();
  }
});
