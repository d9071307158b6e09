import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freshMemory, lookAtRule } from '../../../main/automation/rules/look.ts';
import { createStanding } from '../../../main/automation/rules/standing.ts';
import type { RuleWorld } from '../../../main/automation/rules/types.ts';
import type { Condition, Quantity, Rule, Test } from '../../../preload/contract/rules.ts';
import { channelOf, ruleOf } from '../../support/rules/rules.ts';
import { HOUR_MS, MINUTE_MS, NOON, worldOf } from '../../support/rules/world.ts';

const QUANTITIES = ['soc', 'pv-power', 'surplus-power'] as const;
const DEVICES = ['heater', 'pump'] as const;

/** The house at one moment; few different values, so that limits are met exactly. */
const value = fc.option(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(2.5, Number.NaN)), { freq: 6 });
const moment = fc.record({
  afterMs: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(1_000, 30_000, 5 * MINUTE_MS, 10 * MINUTE_MS) },
    { weight: 1, arbitrary: fc.constantFrom(25 * MINUTE_MS, 6 * HOUR_MS, 30 * HOUR_MS, -HOUR_MS, -MINUTE_MS) },
  ),
  values: fc.record({ soc: value, 'pv-power': value, 'surplus-power': value }),
  on: fc.tuple(fc.option(fc.boolean()), fc.option(fc.boolean())),
  held: fc.boolean(),
  online: fc.option(fc.boolean()),
  priced: fc.boolean(),
  /** Nothing but the time moves; only that makes most looks the same as the one before. */
  still: fc.boolean(),
  looksAt: fc.constantFrom('all', 'all', 'even', 'none'),
});
type Moment = typeof moment extends fc.Arbitrary<infer Value> ? Value : never;

const quantity = fc.constantFrom(...QUANTITIES).map((of): Quantity => ({ of }));
const window = fc.constantFrom(['12:05', '12:40'], ['11:00', '12:20'], ['22:00', '06:00'], ['00:00', '00:00']);
const channel = fc.constantFrom(...DEVICES).map(channelOf);
const test: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    is: fc.constantFrom('above' as const, 'below' as const),
    quantity,
    value: fc.integer({ min: 0, max: 8 }),
    hysteresis: fc.constantFrom(0, 0, 1, 2.5),
  }),
  fc.record({
    is: fc.constant('between' as const),
    quantity,
    from: fc.integer({ min: 0, max: 4 }),
    to: fc.integer({ min: 4, max: 8 }),
  }),
  window.map(([from = '', to = '']): Test => ({ is: 'time', window: { from, to, days: [3, 4] } })),
  fc
    .constantFrom('sunrise' as const, 'sunset' as const)
    .map((since): Test => ({ is: 'sun', since, offsetMinutes: 20 })),
  fc.record({
    is: fc.constant('device' as const),
    channel,
    state: fc.constantFrom('on' as const, 'off' as const, 'held' as const),
  }),
  channel.map(({ deviceId }): Test => ({ is: 'reachable', deviceId, state: 'online' })),
  fc.record({
    is: fc.constant('price-rank' as const),
    rank: fc.constantFrom('cheapest' as const, 'dearest' as const),
    hours: fc.constantFrom(1, 6, 12),
  }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    test.map((own): Condition => ({ test: own })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all): Condition => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any): Condition => ({ any })),
    tie('condition').map((not): Condition => ({ not })),
  ),
}));
const rule: fc.Arbitrary<Rule> = fc
  .record({
    mode: fc.constantFrom('on' as const, 'on' as const, 'on' as const, 'test' as const, 'off' as const),
    triggers: fc.array(fc.record({ test, forMs: fc.constantFrom(0, 0, 60_000, 10 * MINUTE_MS) }), {
      minLength: 1,
      maxLength: 2,
    }),
    condition: fc.option(condition),
    actions: channel.map((own): Rule['actions'] => [{ do: 'switch', channel: own, on: true }]),
    cooldownMs: fc.constantFrom(0, 0, 15 * MINUTE_MS),
    activeWindow: fc.option(window.map(([from = '', to = '']) => ({ from, to, days: [] }))),
  })
  .map(ruleOf);

const isKnown = (of: string): of is (typeof QUANTITIES)[number] => QUANTITIES.some((each) => each === of);

const worldAt = (at: number, lookedAt: number | null, now: Moment): RuleWorld => ({
  ...worldOf({ at, lookedAt }),
  quantity: ({ of }, own) => {
    const read = isKnown(of) ? now.values[of] : null;
    // What is left over depends on whose loads are left out.
    return read !== null && of === 'surplus-power' && own[0]?.deviceId === 'pump' ? read + 1 : read;
  },
  isOn: ({ deviceId }) => now.on[deviceId === 'pump' ? 1 : 0],
  isHeld: () => now.held,
  isOnline: () => now.online,
  pricesOfDay: () =>
    now.priced
      ? Array.from({ length: 24 }, (_, hour) => ({
          at: NOON - 12 * HOUR_MS + hour * HOUR_MS,
          stepMs: HOUR_MS,
          perKwh: (hour * 7) % 24,
        }))
      : [],
});

it('says of each rule what a look at each of them anew says, sentence and memory included, whatever happens in between', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.array(moment, { minLength: 2, maxLength: 40 }),
      (rules, moments) => {
        const standing = createStanding(rules, freshMemory);
        const memories = rules.map(freshMemory);
        let at = NOON;
        let lookedAt: number | null = null;
        let now = moments[0];
        for (const next of moments) {
          at += next.afterMs;
          if (!next.still) now = next;
          if (now === undefined) return;
          const world = worldAt(at, lookedAt, now);
          standing.observe(world);
          for (const [place, each] of rules.entries()) {
            // In Watch some rules are not looked at for a while.
            if (next.looksAt === 'none' || (next.looksAt === 'even' && place % 2 === 1)) continue;
            const memory = memories[place] ?? freshMemory(each);
            const anew = lookAtRule(each, world, memory);
            const look = standing.look(place, world);
            expect({ ...look, why: look.why }).toEqual({ ...anew, why: anew.why });
            memories[place] = anew.memory;
          }
          lookedAt = at;
        }
      },
    ),
    { numRuns: 300, interruptAfterTimeLimit: 2_500 },
  );
});

it('looks at no rule again that can say nothing new', () => {
  const rules = Array.from({ length: 50 }, (_, place) =>
    ruleOf({
      triggers: [{ test: { is: 'above', quantity: { of: 'soc' }, value: 2 * place, hysteresis: 1 }, forMs: 0 }],
    }),
  );
  const standing = createStanding(rules, freshMemory);
  const round = (at: number, soc: number) => {
    const world = worldOf({ at, lookedAt: at - 1_000, soc });
    standing.observe(world);
    return rules.map((_, place) => standing.look(place, world));
  };
  for (const second of [1, 2, 3]) round(NOON + second * 1_000, 40.5);
  const before = round(NOON + 4_000, 40.5);
  const after = round(NOON + 5_000, 44.5);
  expect(after.flatMap((look, place) => (look === before[place] ? [] : [place]))).toEqual([21, 22]);
});
