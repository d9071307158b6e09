import fc from 'fast-check';
import type { Mode, Origin } from '../../../preload/contract/base.ts';
import { DEFAULT_SAFETY, type Safety } from '../../../preload/contract/safety.ts';
import { DEFECTS, type Defect } from './defects.ts';
import type { Behaviour } from './device.ts';
import { worldEnvelopes } from './world-envelope.ts';
import { LOADS } from './world-loads.ts';

/** One thing that happens in the random world. */
export type Step =
  | {
      readonly kind: 'wish';
      readonly load: number;
      readonly origin: Origin;
      readonly level: number;
      readonly holdMs: number | null;
      readonly leaseMs: number | null;
      /** What a person says where one is asked. */
      readonly answer: 'yes' | 'no' | 'later';
    }
  | { readonly kind: 'pass'; readonly spanMs: number }
  | { readonly kind: 'behave'; readonly load: number; readonly as: Behaviour }
  | { readonly kind: 'hand'; readonly load: number; readonly level: number }
  | { readonly kind: 'meters'; readonly socPct: number | null; readonly pvW: number; readonly householdW: number }
  | { readonly kind: 'freeze'; readonly what: 'grid' | 'soc' | 'none' }
  | { readonly kind: 'bend'; readonly what: 'grid' | 'soc'; readonly how: Defect }
  | { readonly kind: 'mode'; readonly mode: Mode }
  | { readonly kind: 'stop' }
  | { readonly kind: 'release' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'drill' }
  | { readonly kind: 'button'; readonly pressed: boolean | null }
  | { readonly kind: 'answer'; readonly which: number; readonly decision: 'approve' | 'deny'; readonly times: number }
  | { readonly kind: 'letGo'; readonly load: number }
  | { readonly kind: 'limits'; readonly maxGridImportW: number }
  | { readonly kind: 'allow'; readonly load: number; readonly controllable: boolean }
  | { readonly kind: 'jump'; readonly spanMs: number; readonly noticed: boolean }
  | { readonly kind: 'envelope'; readonly safety: Safety; readonly poorPct: number | null; readonly shedC: number }
  | { readonly kind: 'own'; readonly still: boolean };

const load = fc.nat({ max: LOADS.length - 1 });
const level = fc.integer({ min: -10, max: 10 });
const spans = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(1_000, 5_000, 15_000) },
  { weight: 3, arbitrary: fc.constant(60_000) },
  { weight: 1, arbitrary: fc.constantFrom(200_000, 200_000, 200_000, 700_000) },
);

/** Wishes most of all, and time between them; faults and restarts often enough to meet every guard. */
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('wish' as const),
      load,
      origin: fc.constantFrom<Origin>('manual', 'rule', 'rule', 'plan', 'plan', 'advisor', 'safety'),
      level,
      holdMs: fc.constantFrom(null, 0, 60_000, 1_200_000),
      leaseMs: fc.constantFrom(null, 60_000, 600_000),
      answer: fc.constantFrom('yes' as const, 'yes' as const, 'yes' as const, 'no' as const, 'later' as const),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      spanMs: spans,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('behave' as const),
      load,
      as: fc.constantFrom<Behaviour>(
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'obedient',
        'deaf',
        'lying',
        'offline',
        'hung',
        'refusing',
        'late',
        'cached',
        'limited',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hand' as const), load, level }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('meters' as const),
      socPct: fc.constantFrom(null, 12, 25, 60, 60, 80, 80, 80, 90, 90, 90, 95, 95, 95),
      pvW: fc.integer({ min: 0, max: 8000 }),
      householdW: fc.integer({ min: 200, max: 6000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('freeze' as const),
      what: fc.constantFrom('grid' as const, 'soc' as const, 'none' as const, 'none' as const, 'none' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('mode' as const),
      mode: fc.constantFrom<Mode>(
        'automate',
        'automate',
        'automate',
        'automate',
        'automate',
        'automate',
        'suggest',
        'suggest',
        'watch',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('kill' as const, 'kill' as const, 'leave' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('letGo' as const), load }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      which: fc.nat({ max: 3 }),
      decision: fc.constantFrom('approve' as const, 'deny' as const),
      times: fc.constantFrom(1, 1, 2, 3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('button' as const),
      pressed: fc.constantFrom<boolean | null>(true, false, false, false, false, false, false, null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bend' as const),
      what: fc.constantFrom('grid' as const, 'soc' as const),
      how: fc.constantFrom<Defect>(...Array.from({ length: 12 }, () => 'none' as const), ...DEFECTS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('limits' as const),
      maxGridImportW: fc.constantFrom(2_000, 5_000, 11_000, 11_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('allow' as const),
      load,
      controllable: fc.constantFrom(true, true, true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      spanMs: fc.constantFrom(-3_600_000, -30_000, 45_000, 3_600_000),
      noticed: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('envelope' as const),
      safety: fc.oneof(fc.constant(DEFAULT_SAFETY), worldEnvelopes),
      poorPct: fc.constantFrom(null, 90, 60, 32),
      shedC: fc.constantFrom(20, 36),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('own' as const), still: fc.constantFrom(true, true, true, true, false) }),
  },
);

/** When a world begins: on an ordinary day, or before midnight. */
export const ORDINARY = [Date.UTC(2026, 5, 10, 11, 0), Date.UTC(2026, 5, 10, 21, 45)];
/** Before and in the night in which the clocks change in Berlin, in spring and in autumn. */
export const CHANGING = [
  Date.UTC(2026, 2, 28, 22, 45),
  Date.UTC(2026, 2, 29, 0, 45),
  Date.UTC(2026, 9, 24, 21, 45),
  Date.UTC(2026, 9, 25, 0, 45),
];

export interface Script {
  readonly startAt: number;
  readonly steps: readonly Step[];
}

/** A whole script of so many steps. */
export const scriptsOf = (
  count: number,
  starts: readonly number[] = [...ORDINARY, ...CHANGING],
): fc.Arbitrary<Script> =>
  fc.record({
    startAt: fc.constantFrom(...starts),
    steps: fc.array(steps, { minLength: count, maxLength: count, size: 'max' }),
  });
