import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOf } from '../../../main/automation/replay/names.ts';
import { type Course, simulate } from '../../../main/automation/replay/simulate.ts';
import type { ReplayData } from '../../../main/automation/replay/types.ts';
import { lookAtRule } from '../../../main/automation/rules/look.ts';
import { siteId } from '../../../main/ids.ts';
import { DEFAULT_SETTINGS } from '../../../preload/contract/house.ts';
import type { Condition, Quantity, Rule, Test } from '../../../preload/contract/rules.ts';
import { BATTERY, MIDNIGHT, replayData, replayHome } from '../../support/automation/replay-data.ts';
import { ref, ruleOf, turn } from '../../support/automation/rules.ts';

const HOUR_STEPS = 4;
const STEPS = 48 * HOUR_STEPS;
const STEP_MS = 900_000;
const DAY_MS = 86_400_000;
const HOME = replayHome({ settings: { ...DEFAULT_SETTINGS, batteryCapacityKwh: 10 } });
const A = ref('miner-a');
const B = ref('miner-b');

const quantity: fc.Arbitrary<Quantity> = fc.constantFrom<Quantity>(
  { of: 'soc' },
  { of: 'pv-power' },
  { of: 'import-power' },
  { of: 'surplus-power' },
  { of: 'import-price' },
  { of: 'channel-power', channel: A },
  { of: 'channel-energy-today', channel: A },
  { of: 'forecast', kind: 'pv', hours: 6, statistic: 'sum', band: 'p50' },
  { of: 'forecast', kind: 'price', hours: 20, statistic: 'minimum', band: 'p50' },
  { of: 'weather', what: 'cloudPct', hours: 4 },
);
/** Limits that the values of the house below do cross. */
const limitOf = (quantity: Quantity): fc.Arbitrary<number> => {
  switch (quantity.of) {
    case 'soc':
    case 'weather':
      return fc.integer({ min: 20, max: 90 });
    case 'import-price':
      return fc.constantFrom(0.15, 0.2, 0.3);
    case 'channel-energy-today':
      return fc.constantFrom(0.5, 2, 4);
    case 'forecast':
      return quantity.kind === 'price' ? fc.constantFrom(0.11, 0.13, 0.16) : fc.constantFrom(2.5, 3, 3.5);
    default:
      return fc.integer({ min: 0, max: 20 }).map((step) => step * 100);
  }
};
const test: fc.Arbitrary<Test> = fc.oneof(
  {
    weight: 4,
    arbitrary: quantity.chain((of) =>
      fc.record({
        is: fc.constantFrom('above', 'below' as const),
        quantity: fc.constant(of),
        value: limitOf(of),
        hysteresis: fc.constantFrom(0, 3),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Test>(
      { is: 'price-rank', rank: 'cheapest', hours: 5 },
      { is: 'sun', since: 'sunrise', offsetMinutes: 0 },
      { is: 'device', channel: B, state: 'on' },
      { is: 'time', window: { from: '09:00', to: '17:00', days: [] } },
    ),
  },
);
const condition: fc.Arbitrary<Condition | null> = fc.option(
  fc.oneof(
    fc.record({ test }),
    fc.record({ not: fc.record({ test }) }),
    fc.record({ any: fc.array(fc.record({ test }), { minLength: 1, maxLength: 2 }) }),
  ),
  { nil: null },
);
const actions = fc.constantFrom<Rule['actions']>(
  [turn(A, true)],
  [turn(B, true)],
  [turn(A, false), turn(B, true)],
  [{ do: 'pause', channel: A, minutes: 45 }],
  [{ do: 'set', channel: ref('reserve'), value: 60 }],
);
const rules = fc
  .array(
    fc.record({
      triggers: fc.array(fc.record({ test, forMs: fc.constantFrom(0, 1_800_000) }), { minLength: 1, maxLength: 2 }),
      condition,
      actions,
      otherwise: fc.constantFrom<Rule['otherwise']>([], [turn(A, false)]),
      priority: fc.integer({ min: 1, max: 3 }),
      cooldownMs: fc.constantFrom(0, 3_600_000),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => list.map((parts, index) => ruleOf({ ...parts, id: `rule-${index}` })));

/** Noise that is the same for the same seed and place. */
const noise = (seed: number, step: number): number => {
  const mixed = Math.imul(seed ^ (step * 2_654_435_761), 1_597_334_677) >>> 0;
  return ((mixed ^ (mixed >>> 15)) >>> 0) % 1_000;
};

/** Two days out of a seed; from `cut` on out of another one, in everything that could not be known before. */
const houseOf = (seed: number, cut = STEPS, later = seed): ReplayData => {
  const seedAt = (step: number): number => (step < cut ? seed : later);
  const cutAt = MIDNIGHT + cut * STEP_MS;
  // Prices of a day are known from its beginning, those of the next one from 14:00.
  const intoDayMs = (cutAt - MIDNIGHT) % DAY_MS;
  const pricedUntil = cutAt - intoDayMs + (intoDayMs > 14 * 3_600_000 ? 2 : 1) * DAY_MS;
  const priceSeed = (at: number): number => (at < pricedUntil ? seed : later);
  const line = (salt: number, span: number) => (step: number) =>
    noise(seedAt(step) + salt, step) < 15 ? Number.NaN : (noise(seedAt(step) + salt, step >> 2) * span) / 1_000;
  const issuesAt = Array.from({ length: 16 }, (_, index) => ({
    issuedAt: MIDNIGHT + index * 3 * 3_600_000,
    salt: seedAt(index * 3 * HOUR_STEPS),
  }));
  return replayData(
    STEPS,
    {
      pvW: line(1, 4_000),
      loadW: line(2, 2_000),
      socPct: (step) => 20 + noise(seedAt(step) + 3, step >> 4) / 15,
      importPerKwh: (step) => 0.1 + noise(priceSeed(MIDNIGHT + step * STEP_MS) + 4, step >> 2) / 4_000,
      battery: BATTERY,
      channels: {
        'miner-a/switch:0': {
          powerW: (step) => (noise(seedAt(step) + 5, step >> 3) > 500 ? 400 : 0),
          on: (step) => Number(noise(seedAt(step) + 5, step >> 3) > 500),
        },
        'miner-b/switch:0': { powerW: 0, on: 0 },
      },
    },
    {
      stepMs: STEP_MS,
      prices: Array.from({ length: 96 }, (_, hour) => {
        const at = MIDNIGHT + hour * 3_600_000;
        const importPerKwh = 0.1 + noise(priceSeed(at) + 4, hour) / 4_000;
        return { at, stepMs: 3_600_000, importPerKwh, exportPerKwh: 0.1, source: 'test' };
      }),
      forecasts: new Map([
        [
          'solar' as const,
          issuesAt.map(({ issuedAt, salt }) => ({
            siteId: siteId('home'),
            kind: 'solar' as const,
            issuedAt,
            stepMs: 3_600_000,
            version: null,
            servedBy: 'baseline' as const,
            because: '',
            // Every issue speaks of the whole span, so that one that is read too early would be noticed.
            points: Array.from({ length: 96 }, (_, hour) => ({
              at: MIDNIGHT + hour * 3_600_000,
              p10: 0,
              p50: noise(salt + 6, hour + issuedAt / 3_600_000),
              p90: 2_000,
            })),
          })),
        ],
      ]),
      weather: issuesAt.map(({ issuedAt, salt }) => ({
        knownAt: issuedAt,
        rows: Array.from({ length: 96 }, (_, hour) => ({
          at: MIDNIGHT + hour * 3_600_000,
          stepMs: 3_600_000,
          tempC: 10,
          cloudPct: noise(salt + 7, hour + issuedAt / 3_600_000) / 10,
          ghiWm2: null,
          dniWm2: null,
          dhiWm2: null,
          windMs: null,
          windFromDeg: null,
          humidityPct: null,
          pressureHpa: null,
          precipitationMm: null,
          snowDepthM: null,
          ghiP10Wm2: null,
          ghiP90Wm2: null,
          provider: 'test',
          issuedAt,
          irradianceEstimated: false,
          assumed: false,
        })),
      })),
    },
  );
};

const run = (data: ReplayData, list: readonly Rule[]): Course =>
  simulate(
    data,
    HOME,
    list.map((rule) => ({ rule, dry: false })),
    namesOf(HOME),
    lookAtRule,
  );

describe('a replay, whatever the rules', () => {
  it('answers the same for the same', () => {
    fc.assert(
      fc.property(rules, fc.nat(), (list, seed) => {
        expect(run(houseOf(seed), list)).toEqual(run(houseOf(seed), list));
      }),
      { numRuns: 15 },
    );
  });

  it('decides nothing by what comes later', () => {
    let decided = 0;
    fc.assert(
      fc.property(rules, fc.nat(), fc.nat(), fc.integer({ min: 4, max: STEPS - 4 }), (list, seed, later, cut) => {
        const before = run(houseOf(seed), list);
        const after = run(houseOf(seed, cut, later), list);
        const cutAt = MIDNIGHT + cut * STEP_MS;
        const early = (course: Course) => course.firings.filter(({ at }) => at < cutAt);
        expect(early(after)).toEqual(early(before));
        expect(after.socPct.slice(0, cut)).toEqual(before.socPct.slice(0, cut));
        decided += early(before).length;
      }),
      { numRuns: 60 },
    );
    expect(decided).toBeGreaterThan(100);
  });

  it('keeps the charge between empty and full, and sums that mean something', () => {
    fc.assert(
      fc.property(rules, fc.nat(), (list, seed) => {
        const { socPct, importKwh, exportKwh, past } = run(houseOf(seed), list);
        expect(importKwh).toBeGreaterThanOrEqual(0);
        expect(exportKwh).toBeGreaterThanOrEqual(0);
        for (const { heldMs, knownMs } of past) expect(Math.max(heldMs, knownMs)).toBeLessThanOrEqual(STEPS * STEP_MS);
        for (const soc of socPct) if (!Number.isNaN(soc)) expect(soc >= 0 && soc <= 100).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
