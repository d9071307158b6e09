import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findContradictions } from '../../../main/automation/check/contradictions.ts';
import { alternativesOf, holdFormula, literalsOf, negate } from '../../../main/automation/check/formula.ts';
import { complement, intersect, type Ranges } from '../../../main/automation/check/intervals.ts';
import { canHold } from '../../../main/automation/check/satisfiable.ts';
import { isWithin, localDayOf } from '../../../main/automation/rules/local-day.ts';
import { createTester, type TestFinding } from '../../../main/automation/rules/tests-of-rules.ts';
import { allOf, anyOf } from '../../../main/automation/rules/truth.ts';
import type { RuleWorld } from '../../../main/automation/rules/types.ts';
import type { Condition, Quantity, Rule, Test } from '../../../preload/contract/rules.ts';
import { checkedHome } from '../../support/automation/checked-home.ts';
import { ref, ruleOf } from '../../support/automation/rules.ts';

const ZONE = 'Europe/Berlin';
const HOME = checkedHome();
/** Few values, so that limits meet. */
const level = fc.integer({ min: -1, max: 11 }).map((step) => step * 10);
const quantity: fc.Arbitrary<Quantity> = fc.constantFrom(
  { of: 'soc' } as const,
  { of: 'import-power' } as const,
  { of: 'export-power' } as const,
  { of: 'import-price' } as const,
  { of: 'surplus-power' } as const,
);
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const window = fc.record({
  from: clockTime,
  to: clockTime,
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
});
const test: fc.Arbitrary<Test> = fc.oneof(
  fc.record({
    is: fc.constantFrom('above', 'below' as const),
    quantity,
    value: level,
    hysteresis: fc.constantFrom(0, 0, 5, 20),
  }),
  fc.record({ is: fc.constant('between' as const), quantity, from: level, to: level }),
  fc.record({ is: fc.constant('time' as const), window }),
  fc.record({
    is: fc.constant('sun' as const),
    since: fc.constantFrom('sunrise', 'sunset' as const),
    offsetMinutes: fc.constantFrom(-60, 0, 45, 300),
  }),
  fc.record({
    is: fc.constant('device' as const),
    channel: fc.constantFrom(ref('miner-a'), ref('miner-b')),
    state: fc.constantFrom('on', 'off', 'held' as const),
  }),
  fc.record({
    is: fc.constant('price-rank' as const),
    rank: fc.constantFrom('cheapest', 'dearest' as const),
    hours: fc.constantFrom(1, 4, 12, 24),
  }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    fc.record({ test }),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));
const rule: fc.Arbitrary<Rule> = fc
  .record({
    triggers: fc.array(fc.record({ test, forMs: fc.constant(0) }), { minLength: 1, maxLength: 2 }),
    condition: fc.option(condition, { nil: null }),
    activeWindow: fc.option(window, { nil: null }),
  })
  .map((parts) => ruleOf(parts));

const HOUR_MS = 3_600_000;
/** Few days, since each costs the calendar something: ordinary ones, and those on which the clock changes. */
const DAYS = [Date.UTC(2026, 0, 5), Date.UTC(2026, 2, 29), Date.UTC(2026, 5, 20), Date.UTC(2026, 9, 25)];
const moment = fc
  .tuple(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: 96 }))
  .map(([day, quarter]) => day + quarter * 900_000);
const sample = fc.record({
  at: moment,
  soc: fc.integer({ min: 0, max: 100 }),
  grid: fc.integer({ min: -120, max: 120 }),
  price: fc.integer({ min: -10, max: 110 }),
  surplus: fc.integer({ min: -120, max: 120 }),
  on: fc.tuple(fc.boolean(), fc.boolean()),
  held: fc.tuple(fc.boolean(), fc.boolean()),
  prices: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 25, maxLength: 25 }),
  heldBefore: fc.boolean(),
});
type Sample = typeof sample extends fc.Arbitrary<infer Value> ? Value : never;

const worldOf = (given: Sample): RuleWorld => {
  const values: Partial<Record<Quantity['of'], number>> = {
    soc: given.soc,
    'import-power': Math.max(0, given.grid),
    'export-power': Math.max(0, -given.grid),
    'import-price': given.price,
    'surplus-power': given.surplus,
  };
  return {
    at: given.at,
    zone: ZONE,
    latitude: 50,
    longitude: 8,
    mode: 'automate',
    names: HOME.names,
    lookedAt: null,
    quantity: ({ of }) => values[of] ?? null,
    isOn: ({ deviceId }) => given.on[deviceId === 'miner-a' ? 0 : 1],
    isHeld: ({ deviceId }) => given.held[deviceId === 'miner-a' ? 0 : 1],
    isOnline: () => true,
    pricesOfDay: () => {
      const { startAt, endAt } = localDayOf(given.at, ZONE);
      return Array.from({ length: (endAt - startAt) / HOUR_MS }, (_, hour) => ({
        at: startAt + hour * HOUR_MS,
        stepMs: HOUR_MS,
        perKwh: given.prices[hour] ?? 0,
      }));
    },
  };
};

/** Whether the rule and each of its lines hold at the sample, by the code that looks at them live. */
const look = (given: Rule, here: Sample) => {
  const world = worldOf(here);
  const before = new Proxy<Record<string, boolean>>(
    {},
    {
      get: () => here.heldBefore,
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: here.heldBefore }),
    },
  );
  const findings: TestFinding[] = [];
  const tester = createTester(world, before, [], findings);
  const awake = given.activeWindow === null || isWithin(here.at, given.activeWindow, ZONE);
  const truth = allOf([
    anyOf(given.triggers.map((trigger, index) => tester.test(trigger.test, `triggers.${index}.test`))),
    given.condition === null ? true : tester.condition(given.condition, 'condition'),
    awake,
  ]);
  const truths = new Map(findings.map((finding) => [finding.path, finding.truth]));
  return { truth, truths: truths.set('activeWindow', awake) };
};
const holds = (given: Rule, here: Sample) => look(given, here).truth;

const OPTIONS = { numRuns: 300 };

describe('the check of what can never be', () => {
  it('never calls impossible what some sample fulfils, and never calls certain what some sample breaks', () => {
    fc.assert(
      fc.property(rule, fc.array(sample, { minLength: 12, maxLength: 12 }), (given, samples) => {
        const problems = findContradictions(given, HOME);
        const isImpossible = problems.some(({ severity }) => severity === 'error');
        const isCertain = problems.some(({ code }) => code === 'always-fires');
        for (const here of samples) {
          const truth = holds(given, here);
          if (isImpossible) expect(truth).not.toBe(true);
          if (isCertain) expect(truth).not.toBe(false);
        }
      }),
      OPTIONS,
    );
  });

  it('only names lines that never hold together', () => {
    fc.assert(
      fc.property(rule, fc.array(sample, { minLength: 8, maxLength: 8 }), (given, samples) => {
        const literals = literalsOf(holdFormula(given));
        const cores = findContradictions(given, HOME).filter(({ code }) => code !== 'always-fires');
        for (const here of cores.length === 0 ? [] : samples) {
          const { truths } = look(given, here);
          for (const { lines } of cores)
            expect(
              literals
                .filter(({ line }) => lines.includes(line))
                .every(({ line, negated }) => truths.get(line) === !negated),
            ).toBe(false);
        }
      }),
      OPTIONS,
    );
  });

  it('finds a rule and its contrary possible unless one of them always holds', () => {
    fc.assert(
      fc.property(rule, sample, (given, here) => {
        const truth = holds(given, here);
        if (truth === true) expect(canHold(alternativesOf(holdFormula(given)))).toBe(true);
        if (truth === false) expect(canHold(alternativesOf(negate(holdFormula(given))))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does find contradictions: two limits apart are always found', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 50 }), condition, (high, gap, noise) => {
        const soc = { of: 'soc' } as const;
        const given = ruleOf({
          triggers: [{ test: { is: 'above', quantity: soc, value: high, hysteresis: 0 }, forMs: 0 }],
          condition: {
            all: [{ test: { is: 'below', quantity: soc, value: Math.max(0, high - gap), hysteresis: 0 } }, noise],
          },
        });
        if (alternativesOf(holdFormula(given)) === null) return;
        expect(findContradictions(given, HOME).some(({ severity }) => severity === 'error')).toBe(true);
      }),
      OPTIONS,
    );
  });
});

describe('ranges', () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.boolean(), fc.boolean())
    .map(([one, other, lowOpen, highOpen]) => ({
      low: Math.min(one, other),
      lowOpen,
      high: Math.max(one, other),
      highOpen,
    }));
  const has = (ranges: Ranges, value: number): boolean =>
    ranges.some(
      ({ low, lowOpen, high, highOpen }) =>
        (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high),
    );
  it('meet and turn about as sets do', () => {
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 3 }),
        fc.array(interval, { maxLength: 3 }),
        fc.integer({ min: -1, max: 20 }).map((half) => half / 2),
        (one, other, value) => {
          expect(has(intersect(one, other), value)).toBe(has(one, value) && has(other, value));
          expect(has(complement(one), value)).toBe(!has(one, value));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
